"""How is a search asked of the index? As one expression of FTS5, of terms of ours alone, with an estimate of what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.search_forms import sought_forms
from archive.search_index import SearchIndex
from archive.search_query import Atom, Words
from archive.search_snippet import Sought
from archive.search_words import is_unspaced, terms_of

_ANYWHERE = "{title text title_forms text_forms}"
_AS_IT_STANDS = "{title text}"
_BEGUN = 100  # words that begin so, the commonest: a search for each of them
_LOOKED_THROUGH = 200_000  # words of the index, to find those


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to ask."""

    expression: str | None
    """Null: every article; see `facets`."""
    most: int
    """Articles that it can find at most, by the counts of single words."""
    sought: Sought
    notes: tuple[str, ...]


def plan_of(index: SearchIndex, words: Words, filters: Iterable[tuple[str, str]], languages: list[str]) -> Plan:
    """`filters` are kinds and values of facets; `languages` those of the articles in question."""
    planner = _Planner(index, languages)
    most = index.size()
    parts: list[str] = []
    for kind, value in filters:
        found = index.facet(kind, value)
        parts.append(f'{{facets}} : "{kind[0]}{found[0] if found else 0}"')
        most = min(most, found[1] if found else 0)
    for clause in words.clauses:
        made = [planner.atom(atom) for atom in clause]
        parts.append("(" + " OR ".join(expression for expression, _ in made) + ")")
        most = min(most, sum(count for _, count in made))
        for atom in clause:
            planner.mark(atom)
    if words.without:
        if not parts:  # FTS5 can take away only from something
            verdicts = index.facets("verdict") or [("", 0)]
            parts.append("{facets} : (" + " OR ".join(f'"v{number}"' for _, number in verdicts) + ")")
        without = " OR ".join(planner.atom(atom)[0] for atom in words.without)
        parts = [f"({' AND '.join(parts)}) NOT ({without})"]
    return Plan(
        expression=" AND ".join(parts) or None,
        most=most,
        sought=Sought(terms=frozenset(planner.terms), sequences=tuple(planner.sequences), beginnings=tuple(planner.beginnings)),
        notes=tuple(planner.notes),
    )


class _Planner:
    def __init__(self, index: SearchIndex, languages: list[str]) -> None:
        self._index, self._languages = index, languages
        self.terms: set[str] = set()
        self.sequences: list[tuple[str, ...]] = []
        self.beginnings: list[str] = []
        self.notes: list[str] = []

    def atom(self, atom: Atom) -> tuple[str, int]:
        """Its expression, and how many articles it can find at most."""
        if atom.exact:
            return self._sequence(atom.terms)
        parts: list[str] = []
        most: int | None = None
        for at, token in enumerate(atom.tokens):
            last = at == len(atom.tokens) - 1
            expression, count = self._begun(token) if last and atom.begins else self._word(token)
            parts.append(expression)
            most = count if most is None else min(most, count)
        return "(" + " AND ".join(parts) + ")", most or 0

    def mark(self, atom: Atom) -> None:
        """What shows in a snippet why this was found."""
        if atom.exact:
            self.sequences.append(atom.terms)
            return
        for at, token in enumerate(atom.tokens):
            if at == len(atom.tokens) - 1 and atom.begins:
                self.beginnings.append(terms_of(token)[-1])
            elif is_unspaced(token) or len(terms_of(token)) > 1:
                self.sequences.append(Atom(tokens=(token,)).terms)
            else:
                self.terms.update(sought_forms(token, self._languages))

    def _word(self, token: str) -> tuple[str, int]:
        if is_unspaced(token) or len(terms_of(token)) > 1:
            return self._sequence(Atom(tokens=(token,)).terms)
        forms = [(form, self._index.count_of(form)) for form in sought_forms(token, self._languages)]
        there = [form for form, count in forms if count] or [forms[0][0]]
        return _any(there), sum(count for _, count in forms)

    def _begun(self, token: str) -> tuple[str, int]:
        beginning = terms_of(token)[-1]
        query = (
            "SELECT word, docs FROM (SELECT word, docs FROM words WHERE word >= ? AND word < ? LIMIT ?) ORDER BY docs DESC, word LIMIT ?"
        )
        found = self._index.rows(query, (beginning, beginning + "\U0010ffff", _LOOKED_THROUGH, _BEGUN + 1))
        if len(found) > _BEGUN:
            self.notes.append(f"more than {_BEGUN} words begin with {beginning}: the commonest {_BEGUN} were looked for")
        words = [(str(row["word"]), int(row["docs"])) for row in found[:_BEGUN]]
        return _any([word for word, _ in words] or [beginning]), sum(docs for _, docs in words)

    def _sequence(self, terms: tuple[str, ...]) -> tuple[str, int]:
        most = min((self._index.count_of(term) for term in set(terms)), default=0)
        return f"{_AS_IT_STANDS} : {_quoted(' '.join(terms))}", most


def _any(terms: list[str]) -> str:
    return f"{_ANYWHERE} : (" + " OR ".join(map(_quoted, terms)) + ")"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\0", "") + '"'
