"""What does somebody look for? The language of searches, which is small, and in which nothing is wrong but what says nothing.

`word word` both; `"in this order"`; `-word` and `-"phrase"` without; `this OR that` either; `begin*` all that begins so. Whatever else is
written is punctuation. Nothing of it ever reaches the database as its language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.errors import UsageError
from archive.search_words import is_unspaced, terms_of, tokens_of

_LONGEST = 1000  # characters
_MOST = 32  # words
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_PIECE = re.compile(r'(-?)"([^"]*)"?|([^\s"]+)')
_SHORTEST_BEGINNING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One thing to look for: words as somebody wrote them."""

    tokens: tuple[str, ...]
    exact: bool = False
    """In this order and these forms."""
    begins: bool = False
    """The last of them is the beginning of a word."""

    @property
    def terms(self) -> tuple[str, ...]:
        """All terms in their order, as they stand one after the other in a text."""
        found = [term for token in self.tokens for term in terms_of(token)]
        # The last letter of a script without spaces stands alone only at the end of its piece of text: here it may go on.
        if self.tokens and is_unspaced(self.tokens[-1]) and len(terms_of(self.tokens[-1])) > 1:
            found.pop()
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is looked for: of each clause at least one, and none of `without`."""

    clauses: tuple[tuple[Atom, ...], ...]
    without: tuple[Atom, ...]

    @property
    def empty(self) -> bool:
        """Whether every article is meant."""
        return not self.clauses and not self.without


def parse_words(text: str) -> Words:
    """Read a search. Raises `UsageError` for one that is too long, or has no word in it."""
    if len(text) > _LONGEST:
        raise UsageError(f"a search of {len(text):,} characters", hint=f"at most {_LONGEST:,}: look for a few words of it")
    clauses: list[list[Atom]] = []
    without: list[Atom] = []
    joining, count = False, 0
    for match in _PIECE.finditer(text.translate(_QUOTES)):
        sign, quoted, bare = match.groups()
        if bare in ("OR", "|"):
            joining = bool(clauses)
            continue
        negative = sign == "-"
        if bare is not None and bare[0] in "-−–" and len(bare) > 1:
            negative, bare = True, bare[1:]
        atom = _phrase(quoted) if bare is None else _word(bare)
        if atom is None:
            continue
        count += len(atom.tokens)
        if negative:
            without.append(atom)
        elif joining:
            clauses[-1].append(atom)
        else:
            clauses.append([atom])
        joining = False
    if count > _MOST:
        raise UsageError(f"a search for {count} words", hint=f"at most {_MOST}: those that matter most find the same")
    if not clauses and not without and text.strip():
        raise UsageError("there is no word in this search", hint='write words, "a phrase", -without, this OR that, or a beginning*')
    return Words(clauses=tuple(map(tuple, clauses)), without=tuple(without))


def _phrase(text: str) -> Atom | None:
    tokens = _tokens(text)
    return Atom(tokens=tokens, exact=True) if tokens else None


def _word(text: str) -> Atom | None:
    tokens = _tokens(text)
    if not tokens:
        return None
    single = is_unspaced(tokens[-1]) and len(tokens[-1]) == 1
    begins = text.endswith("*") or single
    if begins and not is_unspaced(tokens[-1]) and len(terms_of(tokens[-1])[-1]) < _SHORTEST_BEGINNING:
        raise UsageError("one letter and a star begin too many words", hint=f"give at least {_SHORTEST_BEGINNING} letters before the star")
    return Atom(tokens=tokens, begins=begins and (single or not is_unspaced(tokens[-1])))


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(token for token in tokens_of(text) if terms_of(token))
