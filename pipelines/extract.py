"""What article is in these bytes?

`extract` is pure: the same bytes, arguments and versions give the same record on any day. `extract_task` is the same for a child process:
it takes a kept HTTP response and gives JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from archive.article import Article, NotAnArticle
from archive.http import MalformedMessage, decode_body, parse_response
from archive.urls import article_id
from pipelines import body as bodies
from pipelines import charset, dom, metadata, options, verdict
from pipelines.blocks import Block
from pipelines.claims import as_moment
from pipelines.decisions import Decision
from pipelines.live import clock_lines
from pipelines.options import ExtractOptions
from pipelines.overrides import apply as overriding
from pipelines.page import Page, read_page
from pipelines.record import Visit, article_of
from pipelines.shorten import shortened
from pipelines.sitememory import Line, observe

DEFAULT_MAX_DECODED = 20_000_000
_CUT = "the page is longer than what is parsed; the text may be cut"
_TOO_MANY = "the page has more pieces of text than are looked at; the text may be cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What was made of a page, and what became of each of its pieces."""

    made: Article | NotAnArticle
    page: Page | None = None
    """Null where it was not parsed."""
    selection: bodies.Selection | None = None

    @property
    def pieces(self) -> list[Block]:
        return self.page.pieces if self.page is not None else []

    @property
    def decisions(self) -> list[Decision]:
        """One for each of the page's pieces, in their order."""
        return self.selection.decisions() if self.selection is not None else []

    @property
    def lines(self) -> list[Line]:
        """The body before the memory of the site was asked."""
        return self.selection.lines if self.selection is not None else []


def extract(
    html: bytes,
    url: str,
    *,
    content_type: str | None = None,
    status: int = 200,
    requested_url: str | None = None,
    captured_at: str | None = None,
    extracted_at: str | None = None,
    timezone: str | None = None,
    languages: Sequence[str] = (),
    announcement: Mapping[str, Any] | None = None,
    last_modified: str | None = None,
    content_language: str | None = None,
    x_robots_tag: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    furniture: Sequence[str] = (),
    overrides: Sequence[Mapping[str, str]] = (),
    extract_options: ExtractOptions | None = None,
) -> Article | NotAnArticle:
    """Make an article of a page, or say why there is none.

    `url` is the final one and must be http or https (ValueError). `captured_at` and `extracted_at` are RFC 3339; `timezone` is the IANA
    zone and `languages` the BCP 47 tags of the source; `announcement` says how the URL was found: type, url, seen_at, record_id, title,
    published, modified, language. `headers` are those of the response, by which a block is known; the arguments before it are single ones
    of them. `furniture` are the lines that the site's memory knows (`sitememory.line_hash`). `overrides` are the operator's files of page
    objects: name and code.
    """
    return examine(
        html,
        url,
        content_type=content_type,
        status=status,
        requested_url=requested_url,
        captured_at=captured_at,
        extracted_at=extracted_at,
        timezone=timezone,
        languages=languages,
        announcement=announcement,
        last_modified=last_modified,
        content_language=content_language,
        x_robots_tag=x_robots_tag,
        headers=headers,
        furniture=furniture,
        overrides=overrides,
        extract_options=extract_options,
    ).made


def examine(
    html: bytes,
    url: str,
    *,
    content_type: str | None = None,
    status: int = 200,
    requested_url: str | None = None,
    captured_at: str | None = None,
    extracted_at: str | None = None,
    timezone: str | None = None,
    languages: Sequence[str] = (),
    announcement: Mapping[str, Any] | None = None,
    last_modified: str | None = None,
    content_language: str | None = None,
    x_robots_tag: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    furniture: Sequence[str] = (),
    overrides: Sequence[Mapping[str, str]] = (),
    requisites: str = "none",
    extract_options: ExtractOptions | None = None,
) -> Examination:
    """As `extract`, with what became of each piece of the page, and what it needs to be shown (`requisites`, as a source has it)."""
    settings = extract_options or ExtractOptions()
    article_id(url)  # raises ValueError for what is no URL of ours, whatever the page is
    if (early := verdict.of_bytes(html, content_type)) is not None:
        return _without_page(early, html, status=status, url=url, headers=headers, requested_url=requested_url)
    told = dict(announcement or {})
    text, cut = shortened(charset.decode(html, content_type=content_type, languages=tuple(languages)).text, settings.max_chars)
    try:
        page = read_page(
            text,
            url,
            requested_url=requested_url,
            languages=languages,
            announced_language=told.get("language"),
            content_language=content_language,
            requisites=requisites,
        )
    except dom.EmptyPage as error:
        early = verdict.Judgement(verdict="empty", reasons=(str(error), *([_CUT] if cut else [])))
        return _without_page(early, html, status=status, url=url, headers=headers, requested_url=requested_url)
    said = overriding.consult(page, url, as_moment(captured_at), overrides)
    if said is not None:
        page = said.page_of(page)
    selection = bodies.select(page, frozenset(furniture))
    if said is not None:
        selection = said.selection_of(page, selection)
    free = metadata.is_free(page.jsonld, page.head)
    judged = verdict.of_page(
        status=status,
        url=url,
        title=page.title.text,
        blocks=page.pieces,
        body=selection.blocks,
        jsonld=page.jsonld,
        head=page.head,
        markup=text,
        headers=headers,
        requested_url=requested_url,
        free=free,
        options=settings,
    )
    reasons = [
        *judged.reasons,
        *(said.complaints if said is not None else ()),
        *([_CUT] if cut else []),
        *([_TOO_MANY] if page.more_pieces else []),
    ]
    if not judged.is_article:
        refused = NotAnArticle(verdict=judged.verdict, reasons=reasons, url=url, title=page.title.text)
        return Examination(made=refused, page=page, selection=selection)
    if judged.verdict == "live_blog":
        clocks = clock_lines(page.pieces, language=page.language, timezone=timezone)
        selection = selection.without(clocks, "it is the time of an entry")
    visit = Visit(
        url=url,
        requested_url=requested_url,
        captured_at=captured_at,
        extracted_at=extracted_at,
        timezone=timezone,
        languages=languages,
        announcement=told,
        last_modified=last_modified,
        x_robots_tag=x_robots_tag,
    )
    made = article_of(page, selection, visit, verdict=judged.verdict, reasons=reasons, free=free, said=said, settings=settings)
    return Examination(made=made, page=page, selection=selection)


def _without_page(
    early: verdict.Judgement, html: bytes, *, status: int, url: str, headers: Sequence[tuple[str, str]], requested_url: str | None
) -> Examination:
    judged = verdict.of_no_page(early, html, status=status, url=url, headers=headers, requested_url=requested_url)
    return Examination(made=NotAnArticle(verdict=judged.verdict, reasons=[*judged.reasons], url=url))


def extract_task(payload: bytes, **params: Any) -> dict[str, Any]:
    """`extract` for a final HTTP response as it was kept: status line, headers, body; for the parameters see `examine_response`.

    Gives `{"article": ...}` or `{"not_article": ...}`, beside it `decode_problem` where the content coding is damaged (archive/http.py),
    with `with_lines` the `lines` of the body as the memory of the site counts them (`sitememory.observe`), and with `requisites` what the
    page needs to be shown, as pairs of URL and kind (`requisites.requisites_of`).
    """
    examined, problem = examine_response(payload, **params)
    told: dict[str, Any] = {"decode_problem": problem} if problem else {}
    if params.get("with_lines"):
        told["lines"] = observe(examined.lines, frozenset(params.get("furniture") or ()))
    if examined.page is not None and examined.page.requisites:
        told["requisites"] = [list(pair) for pair in examined.page.requisites]
    name = "article" if isinstance(examined.made, Article) else "not_article"
    return {name: examined.made.model_dump(mode="json", by_alias=True), **told}


def examine_response(
    payload: bytes,
    *,
    url: str,
    requested_url: str | None = None,
    captured_at: str | None = None,
    extracted_at: str | None = None,
    max_decoded_bytes: int = DEFAULT_MAX_DECODED,
    timezone: str | None = None,
    languages: Sequence[str] = (),
    announcement: Mapping[str, Any] | None = None,
    furniture: Sequence[str] = (),
    with_lines: bool = False,
    overrides: Sequence[Mapping[str, str]] = (),
    requisites: str = "none",
    options: Mapping[str, Any] | None = None,
) -> tuple[Examination, str | None]:
    """`examine` for a final HTTP response as it was kept, and what is wrong with its content coding (archive/http.py), if anything is."""
    settings = _settings(options)
    try:
        message = parse_response(payload)
    except MalformedMessage as error:
        return _refused("error", error.message, url), None
    decoded = decode_body(message, max_bytes=max_decoded_bytes)
    if decoded.problem and (decoded.problem.startswith(("unknown-coding", "too-many-codings")) or not decoded.body):
        return _refused("extraction_failed", f"the body could not be decoded: {decoded.problem}", url), decoded.problem
    examined = examine(
        decoded.body,
        url,
        content_type=message.header("Content-Type"),
        status=message.status,
        requested_url=requested_url,
        captured_at=captured_at,
        extracted_at=extracted_at,
        timezone=timezone,
        languages=languages,
        announcement=announcement,
        last_modified=message.header("Last-Modified"),
        content_language=message.header("Content-Language"),
        x_robots_tag=message.header("X-Robots-Tag"),
        headers=message.headers,
        furniture=furniture,
        overrides=overrides,
        requisites=requisites,
        extract_options=settings,
    )
    damage = (
        f"the body is damaged: {decoded.problem}; the text may be cut"
        if decoded.problem
        else None
        if message.body_complete
        else "the body is not complete; the text may be cut"
    )
    if damage:
        name = "verdict_reasons" if isinstance(examined.made, Article) else "reasons"
        made = examined.made.model_copy(update={name: [*getattr(examined.made, name), damage]})
        examined = replace(examined, made=made)
    return examined, decoded.problem or None


def _settings(values: Mapping[str, Any] | None) -> ExtractOptions:
    return options.options_from(values)


def _refused(name: str, reason: str, url: str) -> Examination:
    return Examination(made=NotAnArticle(verdict=name, reasons=[reason], url=url))
