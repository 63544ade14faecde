"""How does a person see why each line of a page was kept or dropped? On one web page: static, inert, loading nothing.

Everything on it was written by strangers. It goes through `archive.neutral`, is escaped, and stands in elements of its own direction; the
page has no script, and its policy would let none run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import Any

from archive.neutral import one_line
from pipelines.explain_labels import LABELS, Label, label_of

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
DOUBT = (0.1, 0.9)
"""Between these the model is not sure."""
_LONGEST = 600
_MOST_STRIPES = 800
_MOST_ENTRIES = 40


def render(told: Mapping[str, Any], about: Sequence[tuple[str, str]] = ()) -> str:
    """The page; `told` is what `pipelines.explain.account` gives, `about` says more of where the page came from."""
    lines: list[dict[str, Any]] = told["lines"]
    present = [label for label in LABELS if label.name in {label_of(name).name for name in told["labels"]}]
    title = _text(told["title"] or told["url"])
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(told['verdict'])}: {title}</title>",
        f"<style>{_style(present)}</style></head><body>",
        *_head(told, title),
        *_facts(told, about),
        *_dates(told),
        *_filters(told, present),
        *_map(lines),
        f'<ol class="lines"{_lang(told)}>',
        *(_line(line) for line in lines),
        "</ol>",
    ]
    if told["left_out"]:
        parts.append(f'<p class="note">{told["left_out"]:,} more pieces of text are not shown.</p>')
    if not lines:
        parts.append('<p class="note">No piece of text was looked at: the verdict above was reached before.</p>')
    parts.append("</body></html>\n")
    return "\n".join(parts)


def _style(labels: Sequence[Label]) -> str:
    families = {label.family.name: label.family for label in labels}
    looks = [
        f".F-{one.name}{{color:{one.colour}}}.lines>.F-{one.name}{{background:{one.tint};border-inline-start-style:{one.edge}}}"
        for one in families.values()
    ]
    filters = [f"body:has(#L-{label.name}:not(:checked)) .lines>.L-{label.name}{{display:none}}" for label in labels]
    return "\n".join([_sheet(), *looks, *filters])


@lru_cache(maxsize=1)
def _sheet() -> str:
    return files("pipelines").joinpath("explain.css").read_text(encoding="utf-8")


def _head(told: Mapping[str, Any], title: str) -> Iterator[str]:
    kept = sum(label["kept"] for label in told["labels"].values())
    every = kept + sum(label["dropped"] for label in told["labels"].values())
    yield f'<p class="what">warchive explain · <bdi>{_text(told["url"])}</bdi></p>'
    yield f'<h1 dir="auto">{title}</h1>'
    yield f'<p class="what"><span class="verdict{"" if told["article"] else " no"}">{_text(told["verdict"])}</span>'
    if told["article"] is not None:
        yield f"{kept:,} of {every:,} pieces of text kept, {told['text_chars']:,} characters</p>"
    else:
        yield f"no article; {kept:,} of {every:,} pieces of text would be kept</p>"
    yield from _list("why", told["reasons"])


def _facts(told: Mapping[str, Any], about: Sequence[tuple[str, str]]) -> Iterator[str]:
    rows: list[tuple[str, str]] = []
    article = told["article"]
    if article is not None:
        made = article["extractor"]
        free = article["is_accessible_for_free"]
        rows = [
            ("authors", ", ".join(one["name"] for one in article["authors"]) or "none named"),
            ("credits", ", ".join(f"{one['name']} ({one['role']})" if one["role"] else one["name"] for one in article["credits"])),
            ("published", article["date_published"] or "unknown"),
            ("modified", article["date_modified"] or ""),
            ("language", article["language"] or "unknown"),
            ("description", article["description"] or ""),
            ("section", article["section"] or ""),
            ("keywords", ", ".join(article["keywords"])),
            ("canonical", article["canonical_url"] or ""),
            ("free to read", "" if free is None else "yes" if free else "no"),
            ("pictures", _pictures(article["images"])),
            ("extractor", f"{made['name']} {made['version']}, options {made['options_sha256'][:12]}"),
            ("site memory", f"lines of this page that are furniture of the site: {len(made['furniture'])}" if made["furniture"] else ""),
        ]
    rows += about
    if rows:
        yield "<dl>"
        yield from (f"<dt>{_text(name)}</dt><dd><bdi>{_text(value)}</bdi></dd>" for name, value in rows if value)
        yield "</dl>"


def _pictures(images: Sequence[Mapping[str, Any]]) -> str:
    if not images:
        return ""
    captions, credits = (sum(bool(one[name]) for one in images) for name in ("caption", "credit"))
    return f"{len(images)}; with caption {captions}, with credit {credits}"


def _dates(told: Mapping[str, Any]) -> Iterator[str]:
    article = told["article"]
    if article is None or not article["dates"]:
        return
    heads = ("", "kind", "value", "as written", "found in", "zone")
    yield f"<h2>Dates: every claim of the page</h2><table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>"
    for claim in article["dates"][:_MOST_ENTRIES]:
        mark = "✓ chosen" if claim["chosen"] else "✗ after the capture" if is_after(claim["value"], article["captured_at"]) else ""
        cells = (
            mark, claim["kind"], claim["value"] or "not understood", claim["raw"], claim["source"], zone_of(claim, told["timezone"])
        )  # fmt: skip
        yield f"<tr{_class('chosen' if claim['chosen'] else '')}>{''.join(f'<td><bdi>{_text(cell)}</bdi></td>' for cell in cells)}</tr>"
    yield "</tbody></table>"
    if len(article["dates"]) > _MOST_ENTRIES:
        yield f'<p class="note">{len(article["dates"]) - _MOST_ENTRIES} more are in the record.</p>'


def zone_of(claim: Mapping[str, Any], timezone: str | None) -> str:
    """Why the value of a claim has the offset that it has, in words."""
    if "T" not in (claim["value"] or ""):
        return "a day alone" if claim["value"] else ""
    if claim["zone"] == "source":
        return f"that of the source ({timezone}): the page states none"
    return "stated by the page" if claim["zone"] == "stated" else "nobody states one"


def is_after(value: str | None, captured_at: str | None) -> bool:
    """Whether a claim is of a time after the capture, and so was refused. A day is after it where it is so all over the earth."""
    if not value or not captured_at:
        return False
    try:
        moment, captured = datetime.fromisoformat(value), datetime.fromisoformat(captured_at)
    except ValueError:
        return False
    if moment.tzinfo is None:
        return moment > (captured + timedelta(hours=14)).replace(tzinfo=None)
    return moment > captured + timedelta(minutes=15)


def _filters(told: Mapping[str, Any], present: Sequence[Label]) -> Iterator[str]:
    counts: dict[str, int] = {}
    for name, count in told["labels"].items():
        own = label_of(name).name
        counts[own] = counts.get(own, 0) + count["kept"] + count["dropped"]
    kept = sum(label["kept"] for label in told["labels"].values())
    doubtful = sum(_doubtful(line) for line in told["lines"])
    yield '<h2>Every piece of text, in the order of the page</h2><div class="bar">'
    shown = (("all", "all", sum(counts.values())), ("kept", "✓ kept", kept), ("dropped", "✗ dropped", sum(counts.values()) - kept))
    for name, words, count in (*shown, ("doubt", "in doubt", doubtful)):
        checked = " checked" if name == "all" else ""
        yield f'<label class="show"><input type="radio" name="show" id="show-{name}"{checked}>{words} {count:,}</label>'
    yield '<span class="break"></span>'
    for label in present:
        yield (
            f'<label class="F-{label.family.name}" title="{escape(label.meaning)}"><input type="checkbox" id="L-{label.name}" checked>'
            f"{_badge(label)}{_words(label)} {counts[label.name]:,}</label>"
        )
    yield "</div>"


def _map(lines: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The whole page as stripes, as wide as their texts are long."""
    runs = [(kept, label_of(name), list(group)) for (kept, name), group in groupby(lines, key=lambda line: (line["kept"], line["label"]))]
    if len(runs) < 2:
        return
    yield '<nav class="map" aria-label="the page as stripes">'
    for kept, label, group in runs[:_MOST_STRIPES]:
        wide = sum(min(line["chars"], 2_000) for line in group) + 20
        yield (
            f'<a class="F-{label.family.name}{" k" if kept else ""}" href="#n{group[0]["number"]}" style="flex-grow:{wide}"'
            f' title="{escape(_words(label))}, {len(group)}"></a>'
        )
    yield "</nav>"


def _line(line: Mapping[str, Any]) -> str:
    label = label_of(line["label"])
    names = [
        "k" if line["kept"] else "d",
        f"L-{label.name}",
        f"F-{label.family.name}",
        line["type"],
        "q" if _doubtful(line) else "",
    ]
    text = _text(line["text"], longest=None)
    if line["chars"] > len(line["text"]):
        text += f' <span class="cut">[cut here: {line["chars"]:,} characters in all]</span>'
    time = f"{_text(line['time'])} · " if line.get("time") else ""
    number, mark = line["number"], "✓" if line["kept"] else "✗"
    where = f"<code><bdi>{_text(line['place'])}</bdi></code></summary><code><bdi>{_text(line['xpath'], longest=4_000)}</bdi></code>"
    return (
        f'<li id="n{number}"{_class(" ".join(filter(None, names)))}><a class="n" href="#n{number}">{number}</a>'
        f'<div class="m" title="{escape(label.meaning)}">{_badge(label)}{mark} {_words(label)}{_odds(line["probability"])}</div>'
        f'<p class="t" dir="auto">{text}</p>'
        f'<div class="r">{time}{_text(line["reason"])}<details><summary>{where}</details></div></li>'
    )


def _odds(probability: float | None) -> str:
    if probability is None:
        return ""
    share = max(0.0, min(1.0, probability))
    return f'<span class="v" title="how likely it is body, to the model"><i><i style="width:{share:.0%}"></i></i>{share:.0%}</span>'


def _doubtful(line: Mapping[str, Any]) -> bool:
    return line["probability"] is not None and DOUBT[0] < line["probability"] < DOUBT[1]


def _badge(label: Label) -> str:
    return f'<span class="b"><b>{label.letters}</b></span>'


def _words(label: Label) -> str:
    return label.name.replace("_", " ")


def _lang(told: Mapping[str, Any]) -> str:
    language = (told["article"] or {}).get("language")
    return f' lang="{escape(language)}"' if language else ""


def _list(name: str, entries: Sequence[str]) -> Iterator[str]:
    if entries:
        yield f"<ul{_class(name)}>{''.join(f'<li><bdi>{_text(entry)}</bdi></li>' for entry in entries[:_MOST_ENTRIES])}</ul>"


def _class(names: str) -> str:
    return f' class="{escape(names)}"' if names else ""


def _text(value: str, *, longest: int | None = _LONGEST) -> str:
    """A stranger's words as HTML text: harmless, on one line, not endless."""
    if longest is not None and len(value) > longest:
        value = f"{value[:longest]} … ({len(value):,} characters)"
    return escape(one_line(value))
