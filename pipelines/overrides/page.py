"""How does one say what to read of one publisher's pages? With a page object: selectors for the body, methods for the fields.

What a page object does not give is the general way's; what it says about pages on which its selectors find nothing counts as not said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, TypeVar

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from pipelines.blocks import clean

_HOST = re.compile(r"^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$")
_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_]{0,39}$")
_MOST = 1_000  # elements of one selector: a page object that wants more has the wrong selector
_LONGEST = 2_000


class PageObject:
    """What to read of the pages of one publisher. Made anew for each page; the same page must always give the same.

    The tree has no scripts and no comments. A field is given by a method of its name, and null means that the general way decides.
    """

    version: ClassVar[int] = 1
    """Raised with every change that can give another text."""
    body: ClassVar[Sequence[str]] = ()
    """CSS selectors: what stands in these elements is the text, and nothing else. Empty: the general way decides."""
    drop: ClassVar[Sequence[str]] = ()
    """CSS selectors: what stands in these elements is no text, whoever thinks so."""
    rules: ClassVar[tuple[Rule, ...]] = ()
    """Set by `handle_hosts`."""

    def __init__(self, tree: HtmlElement, url: str) -> None:
        self.tree, self.url = tree, url

    # -- fields

    def title(self) -> str | None:
        """The headline."""
        return None

    def description(self) -> str | None:
        """What the page says in a sentence or two of itself."""
        return None

    def section(self) -> str | None:
        """The part of the paper."""
        return None

    def authors(self) -> Sequence[str] | None:
        """Names, one an entry; an empty list says that nobody is named."""
        return None

    def date_published(self) -> str | None:
        """As the page writes it: it is read as any other date of the page, and goes before them."""
        return None

    def date_modified(self) -> str | None:
        """As `date_published`."""
        return None

    # -- helpers for them

    def elements(self, selector: str) -> list[HtmlElement]:
        """The first thousand elements of a CSS selector, in the order of the page."""
        found: Any = compiled(selector)(self.tree)  # a selector gives elements, whatever an XPath may give
        return list(found[:_MOST])

    def texts(self, selector: str) -> list[str]:
        """The text of each element, on one line; those without any are left out."""
        texts = (clean("".join(element.itertext())[:_LONGEST]) for element in self.elements(selector))
        return [text for text in texts if text]

    def text(self, selector: str) -> str | None:
        """The text of the first element that has any."""
        return next(iter(self.texts(selector)), None)

    def attribute(self, selector: str, name: str) -> str | None:
        """An attribute of the first element that has it."""
        values = (clean((element.get(name) or "")[:_LONGEST]) for element in self.elements(selector))
        return next((value for value in values if value), None)


FIELDS = ("title", "description", "section", "authors", "date_published", "date_modified")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which page object reads the pages of which hosts, captured when."""

    page: type[PageObject]
    hosts: frozenset[str]
    captured_from: datetime | None
    captured_until: datetime | None

    def holds(self, host: str, captured_at: datetime | None) -> bool:
        """`host` is in lower case. A page without a time of capture is as good as captured today: rules that ended do not hold."""
        if host not in self.hosts and host.removeprefix("www.") not in self.hosts:
            return False
        if captured_at is None:
            return self.captured_until is None
        if self.captured_from is not None and captured_at < self.captured_from:
            return False
        return self.captured_until is None or captured_at < self.captured_until


class BadOverride(ValueError):
    """A page object is not as it must be."""


_Page = TypeVar("_Page", bound=type[PageObject])


def handle_hosts(*hosts: str, captured_from: str | None = None, captured_until: str | None = None) -> Callable[[_Page], _Page]:
    """Bind a page object to hosts, each with and without `www.`.

    The dates (2024-11-08, or RFC 3339) are those of capture, since a layout changes on a day: from the first one on, before the second.
    Raises `BadOverride`.
    """
    names = [host.strip().lower().removeprefix("www.") for host in hosts]
    if not names:
        raise BadOverride("handle_hosts names no host")
    for name in names:
        if not _HOST.match(name):
            raise BadOverride(f"{name[:100]!r} is no host name: write courier.example, without scheme and path")
    since, until = _moment("captured_from", captured_from), _moment("captured_until", captured_until)
    if since and until and until <= since:
        raise BadOverride(f"captured_until={captured_until} is not after captured_from={captured_from}: no page would ever be read")

    def bind(page: _Page) -> _Page:
        _check(page)
        rule = Rule(page=page, hosts=frozenset(names), captured_from=since, captured_until=until)
        page.rules = (*page.__dict__.get("rules", ()), rule)
        return page

    return bind


def compiled(selector: str) -> CSSSelector:
    """The selector, ready for use; each is compiled once."""
    found = _COMPILED.get(selector)
    if found is None:
        if len(_COMPILED) > _MOST:
            _COMPILED.clear()
        found = _COMPILED[selector] = CSSSelector(selector, translator="html")
    return found


_COMPILED: dict[str, CSSSelector] = {}


def _check(page: type[PageObject]) -> None:
    if not (isinstance(page, type) and issubclass(page, PageObject)):
        raise BadOverride(f"{page!r:.100} must be a class that inherits PageObject")
    if not _NAME.match(page.__name__):
        raise BadOverride(f"the class name {page.__name__[:60]!r} must be of at most 40 letters, digits and _: it goes into records")
    if type(page.version) is not int or page.version < 1:
        raise BadOverride(f"{page.__name__}.version must be a whole number from 1 on")
    unknown = sorted(name for name in vars(page) if not name.startswith("_") and not hasattr(PageObject, name))
    if unknown:
        wanted = f"there are version, body, drop, {', '.join(FIELDS)}; names of your own begin with _"
        raise BadOverride(f"{page.__name__}.{unknown[0]} is nothing that a page object has: {wanted}")
    for name in ("body", "drop"):
        selectors = getattr(page, name)
        if isinstance(selectors, str) or not all(isinstance(one, str) for one in selectors):
            raise BadOverride(f"{page.__name__}.{name} must be a list of selectors, also where there is one")
        for selector in selectors:
            try:
                compiled(selector)
            except SelectorError as error:
                raise BadOverride(f"{page.__name__}.{name}: {selector[:100]!r} is no CSS selector: {error}") from error


def _moment(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise BadOverride(f"{name}={text[:60]!r} is no date: write 2024-11-08") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
