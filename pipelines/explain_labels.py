"""Which labels can a piece of a page have, what do they mean, and how are they told apart on a screen?

Colours are those of Okabe and Ito, which people with any kind of colour vision tell apart; letters and edges say the same without colour.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Labels that look alike."""

    name: str
    colour: str
    """Of edge and letters: dark enough for text on white."""
    tint: str
    edge: str
    """CSS border style."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label."""

    name: str
    letters: str
    """Stand beside each piece, for those who see no colours."""
    family: Family
    meaning: str


TEXT = Family(name="text", colour="#00735a", tint="#e3f4ee", edge="solid")
FIELD = Family(name="field", colour="#005b94", tint="#e3eff8", edge="double")
PICTURE = Family(name="picture", colour="#196a93", tint="#e6f4fc", edge="dotted")
ELSEWHERE = Family(name="elsewhere", colour="#8a5c00", tint="#fdf3dc", edge="dashed")
ASKING = Family(name="asking", colour="#b34700", tint="#fcebe1", edge="dashed")
AGAIN = Family(name="again", colour="#97497a", tint="#f9ecf4", edge="double")
UNSEEN = Family(name="unseen", colour="#5c6066", tint="#f0f1f2", edge="dotted")

LABELS: tuple[Label, ...] = (
    Label(name="body", letters="B", family=TEXT, meaning="a paragraph, subheading, quote, list item or row of the article"),
    Label(name="standfirst", letters="ST", family=TEXT, meaning="the lines above the article that sum it up"),
    Label(name="title", letters="TI", family=FIELD, meaning="the headline: it is the field `title`"),
    Label(name="byline", letters="BY", family=FIELD, meaning="who wrote it: `authors` and `credits`"),
    Label(name="date", letters="DA", family=FIELD, meaning="when it was published or changed: `dates`"),
    Label(name="caption", letters="CA", family=PICTURE, meaning="what a picture shows: `images`"),
    Label(name="credit", letters="CR", family=PICTURE, meaning="whose picture it is: `images`"),
    Label(name="related", letters="RE", family=ELSEWHERE, meaning='"read also", teasers, links to other pages'),
    Label(name="navigation", letters="NA", family=ELSEWHERE, meaning="menus, breadcrumbs, next and previous"),
    Label(name="tags", letters="TA", family=ELSEWHERE, meaning="topics and keywords"),
    Label(name="footer", letters="FO", family=ELSEWHERE, meaning="imprint, copyright, footer of an agency"),
    Label(name="widget", letters="WI", family=ASKING, meaning="trending, most read, polls, players, apps, donations"),
    Label(name="share", letters="SH", family=ASKING, meaning="share, print, save, listen"),
    Label(name="newsletter", letters="NL", family=ASKING, meaning="subscribe, follow, sign up"),
    Label(name="advert", letters="AD", family=ASKING, meaning="advertisements and their labels"),
    Label(name="comments", letters="CO", family=ASKING, meaning="what readers wrote"),
    Label(name="overlay", letters="OV", family=ASKING, meaning="cookie and paywall notices, dialogues"),
    Label(name="repeated", letters="RP", family=AGAIN, meaning="given a second time, as in pull quotes"),
    Label(name="site_furniture", letters="SF", family=AGAIN, meaning="stands on other articles of the same source, as its memory knows"),
    Label(name="hidden", letters="HI", family=UNSEEN, meaning="a reader does not see it"),
    Label(name="other", letters="OT", family=UNSEEN, meaning="none of the above, and no text of the article"),
)  # fmt: skip
BY_NAME = {label.name: label for label in LABELS}


def label_of(name: str) -> Label:
    """The label of this name; what is not known counts as `other`."""
    return BY_NAME.get(name, BY_NAME["other"])
