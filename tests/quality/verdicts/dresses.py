"""In which markup do newspapers wrap one matter: WordPress, a React application with hashed classes, AMP, Drupal, tables, a plain hand?"""

# ruff: noqa: E501 (markup stays on one line, as it is served)

from __future__ import annotations

import html
import json
from collections.abc import Sequence

from tests.quality.verdicts.words import EN, Words


def esc(text: str) -> str:
    return html.escape(text, quote=True)


def data(*nodes: object) -> str:
    """JSON-LD scripts."""
    return "".join(f'<script type="application/ld+json">{json.dumps(node, ensure_ascii=False)}</script>' for node in nodes)


def og(kind: str, title: str = "") -> str:
    named = f'<meta property="og:title" content="{esc(title)}">' if title else ""
    return f'<meta property="og:type" content="{kind}">{named}'


class Plain:
    """Elements of HTML 5 with a few classes of a plain hand."""

    name = "plain"

    def para(self, text: str) -> str:
        return f"<p>{esc(text)}</p>"

    def heading(self, text: str) -> str:
        return f"<h2>{esc(text)}</h2>"

    def lead(self, text: str) -> str:
        return f'<p class="standfirst">{esc(text)}</p>'

    def picture(self, number: int, caption: str = "") -> str:
        told = f"<figcaption>{esc(caption)}</figcaption>" if caption else ""
        return f'<figure><img src="/img/{number}.jpg" alt="">{told}</figure>'

    def player(self, number: int = 1) -> str:
        return f'<video controls poster="/poster/{number}.jpg"><source src="/v/{number}.mp4" type="video/mp4"></video>'

    def sound(self, number: int = 1) -> str:
        return f'<audio controls src="/a/{number}.mp3"></audio>'

    def teaser(self, number: int, title: str, text: str = "", time: str = "") -> str:
        when = f"<time>{time}</time>" if time else ""
        said = f"<p>{esc(text)}</p>" if text else ""
        return f'<article class="teaser"><h3><a href="/2026/05/story-{number}">{esc(title)}</a></h3>{said}{when}</article>'

    def list_of(self, teasers: Sequence[str]) -> str:
        return f'<section class="list">{"".join(teasers)}</section>'

    def entry(self, number: int, shown: str, stamp: str, title: str, paragraphs: Sequence[str]) -> str:
        head = f"<h2>{esc(title)}</h2>" if title else ""
        when = f'<time datetime="{stamp}">{shown}</time>' if stamp else f"<time>{shown}</time>"
        return f'<article id="entry-{number}">{when}{head}{"".join(map(self.para, paragraphs))}</article>'

    def story(self, title: str, inner: str, *, byline: str = "") -> str:
        told = f'<p class="byline">{esc(byline)}</p>' if byline else ""
        return f"<article><h1>{esc(title)}</h1>{told}{inner}</article>"

    def page(self, words: Words, title: str, inner: str, *, head: str = "", site: str = "The Courier") -> str:
        menu = "".join(f'<li><a href="/s{number}">{esc(name)}</a></li>' for number, name in enumerate(words.menu))
        most = "".join(f'<li><a href="/m-{number}">{esc(line)}</a></li>' for number, line in enumerate(words.headlines[:5]))
        return self._html(
            words,
            title,
            site,
            head,
            f"<header><a href=/>{site}</a><nav><ul>{menu}</ul></nav></header><main>{inner}</main>"
            f"<aside><h2>{esc(words.most_read)}</h2><ol>{most}</ol></aside><footer><p>© 2026 {site}. {esc(words.rights)}.</p></footer>",
        )

    def _html(self, words: Words, title: str, site: str, head: str, body: str, *, attributes: str = "") -> str:
        direction = " dir=rtl" if words.right_to_left else ""
        return (
            f'<!DOCTYPE html><html lang="{words.lang}"{direction}{attributes}><head><meta charset="utf-8"><title>{esc(title)} | {site}</title>'
            f'<meta property="og:site_name" content="{site}">{head}</head><body>{body}</body></html>'
        )


class WordPress(Plain):
    """A theme of the most used content system."""

    name = "wordpress"

    def para(self, text: str) -> str:
        return f'<p class="wp-block-paragraph">{esc(text)}</p>\n'

    def heading(self, text: str) -> str:
        return f'<h2 class="wp-block-heading"><strong>{esc(text)}</strong></h2>\n'

    def lead(self, text: str) -> str:
        return f'<div class="entry-excerpt"><p>{esc(text)}</p></div>'

    def picture(self, number: int, caption: str = "") -> str:
        told = f'<figcaption class="wp-element-caption">{esc(caption)}</figcaption>' if caption else ""
        return f'<figure class="wp-block-image size-large"><img class="wp-image-{number}" src="/wp-content/uploads/{number}.jpg">{told}</figure>\n'

    def player(self, number: int = 1) -> str:
        return (
            '<figure class="wp-block-embed is-type-video is-provider-youtube"><div class="wp-block-embed__wrapper"><iframe title="Film" '
            f'src="https://www.youtube.com/embed/abc{number}?feature=oembed" allowfullscreen></iframe></div></figure>'
        )

    def sound(self, number: int = 1) -> str:
        return f'<figure class="wp-block-audio"><audio controls src="/wp-content/uploads/{number}.mp3"></audio></figure>'

    def teaser(self, number: int, title: str, text: str = "", time: str = "") -> str:
        when = f'<div class="entry-meta"><span class="posted-on"><a href="/p{number}"><time class="entry-date published">{time}</time></a></span></div>'
        said = f'<div class="entry-summary"><p>{esc(text)} <a class="more-link" href="/?p={number}">…</a></p></div>' if text else ""
        return (
            f'<article id="post-{number}" class="post-{number} post type-post status-publish"><header class="entry-header"><h2 class="entry-title">'
            f'<a href="/?p={number}" rel="bookmark">{esc(title)}</a></h2>{when if time else ""}</header>{said}</article>\n'
        )

    def list_of(self, teasers: Sequence[str]) -> str:
        return f'<div id="primary" class="content-area">{"".join(teasers)}<nav class="pagination"><a href="/page/2">2</a></nav></div>'

    def entry(self, number: int, shown: str, stamp: str, title: str, paragraphs: Sequence[str]) -> str:
        head = f'<h4 class="liveblog-entry-title">{esc(title)}</h4>' if title else ""
        return (
            f'<div class="liveblog-entry" id="id_{number}"><aside class="liveblog-entry-aside"><a class="liveblog-entry-time" href="#id_{number}">'
            f'<span>{shown}</span></a></aside><div class="liveblog-entry-main">{head}<div class="liveblog-entry-content">'
            f"{''.join(map(self.para, paragraphs))}</div></div></div>"
        )

    def story(self, title: str, inner: str, *, byline: str = "") -> str:
        told = f'<span class="author vcard"><a class="url fn n" href="/author/x">{esc(byline)}</a></span>' if byline else ""
        return (
            f'<article class="post type-post hentry"><header class="entry-header"><h1 class="entry-title">{esc(title)}</h1>'
            f'<div class="entry-meta">{told}</div></header><div class="entry-content">{inner}</div></article>'
        )

    def page(self, words: Words, title: str, inner: str, *, head: str = "", site: str = "The Courier") -> str:
        menu = "".join(
            f'<li class="menu-item menu-item-{number}"><a href="/category/{number}">{esc(name)}</a></li>'
            for number, name in enumerate(words.menu)
        )
        most = "".join(f'<li><a href="/?p=9{number}">{esc(line)}</a></li>' for number, line in enumerate(words.headlines[4:9]))
        return self._html(
            words,
            title,
            site,
            f'<meta name="generator" content="WordPress 6.5">{head}',
            f'<div id="page" class="site"><header id="masthead" class="site-header"><p class="site-title"><a href="/">{site}</a></p>'
            f'<nav class="main-navigation"><ul id="primary-menu">{menu}</ul></nav></header><div id="content" class="site-content">'
            f'<main id="main" class="site-main">{inner}</main><aside id="secondary" class="widget-area"><section class="widget widget_recent_entries">'
            f'<h2 class="widget-title">{esc(words.most_read)}</h2><ul>{most}</ul></section></aside></div>'
            f'<footer id="colophon" class="site-footer">© {site}. {esc(words.rights)}</footer></div>',
        )


class React(Plain):
    """An application drawn on the server: divs and hashed classes."""

    name = "react"

    def para(self, text: str) -> str:
        return f'<div class="sc-1f2e8c9-0 kXyZab"><p class="css-at9mc1 e1jsehar0">{esc(text)}</p></div>'

    def heading(self, text: str) -> str:
        return f'<h2 class="css-13o6u42 eoo0vm40">{esc(text)}</h2>'

    def lead(self, text: str) -> str:
        return f'<div class="sc-9ab1-3 hQwErt"><p class="css-1n0orw4">{esc(text)}</p></div>'

    def picture(self, number: int, caption: str = "") -> str:
        told = f'<div class="css-17ai7jg"><span class="css-jevhma">{esc(caption)}</span></div>' if caption else ""
        return f'<div class="sc-7c1d-2 iMgBoX"><div class="css-1a2b"><img class="css-uwwqev" src="https://img.example/{number}.webp" alt=""></div>{told}</div>'

    def player(self, number: int = 1) -> str:
        return (
            f'<div class="css-8k2j"><div data-testid="video-player" class="sc-p1"><video playsinline preload="none" src="blob:{number}"></video>'
            '<button aria-label="Play"></button></div></div>'
        )

    def sound(self, number: int = 1) -> str:
        return (
            f'<div class="css-4q1z" data-testid="audio-player"><audio preload="none" src="https://cdn.example/{number}.m4a"></audio></div>'
        )

    def teaser(self, number: int, title: str, text: str = "", time: str = "") -> str:
        said = f'<p class="css-ghx3">{esc(text)}</p>' if text else ""
        when = f'<div class="css-e0xall15"><span class="css-x1">{time}</span></div>' if time else ""
        return (
            f'<li class="css-18yolpw"><div class="css-14ee9cx"><a class="css-8hzhxf" href="/2026/05/04/world/{number}.html">'
            f'<h3 class="css-1kv6qi">{esc(title)}</h3></a>{said}{when}</div></li>'
        )

    def list_of(self, teasers: Sequence[str]) -> str:
        return f'<ol class="css-13mho3u">{"".join(teasers)}</ol>'

    def entry(self, number: int, shown: str, stamp: str, title: str, paragraphs: Sequence[str]) -> str:
        head = f'<div class="css-h1"><h2 class="css-jz0q"><a href="#{number}">{esc(title)}</a></h2></div>' if title else ""
        when = (
            f'<div class="css-wv11t2"><time datetime="{stamp}">{shown}</time></div>'
            if stamp
            else f'<div class="css-wv11t2"><span>{shown}</span></div>'
        )
        return f'<div class="css-1wj5ncl" id="{number}"><div class="css-zz1">{when}{head}<div class="css-bd7">{"".join(map(self.para, paragraphs))}</div></div></div>'

    def story(self, title: str, inner: str, *, byline: str = "") -> str:
        told = f'<div class="css-1baulvz">{esc(byline)}</div>' if byline else ""
        return f'<div class="sc-a1 gHjKlM"><div class="css-1vkm6nb"><h1 class="css-1l8buln">{esc(title)}</h1></div>{told}<div class="css-53u6y8">{inner}</div></div>'

    def page(self, words: Words, title: str, inner: str, *, head: str = "", site: str = "The Courier") -> str:
        menu = "".join(f'<a class="css-n{number}" href="/section/{number}">{esc(name)}</a>' for number, name in enumerate(words.menu))
        most = "".join(
            f'<div class="css-r1"><a href="/2026/05/m{number}.html"><span>{esc(line)}</span></a></div>'
            for number, line in enumerate(words.headlines[3:8])
        )
        state = json.dumps({"props": {"pageProps": {"title": title, "lang": words.lang}}, "buildId": "x9f"}, ensure_ascii=False)
        return self._html(
            words,
            title,
            site,
            head,
            f'<div id="__next"><div class="css-top"><div class="css-nv">{menu}</div></div><div class="css-mn">{inner}</div>'
            f'<div class="css-sd"><div class="css-hd">{esc(words.most_read)}</div>{most}</div><div class="css-ft">© 2026 {site} · {esc(words.rights)}</div></div>'
            f'<script id="__NEXT_DATA__" type="application/json">{state}</script>',
        )


class Amp(Plain):
    """The fast pages that a search engine serves."""

    name = "amp"

    def picture(self, number: int, caption: str = "") -> str:
        told = f"<figcaption>{esc(caption)}</figcaption>" if caption else ""
        return (
            f'<figure class="amp-pic"><amp-img src="/i/{number}.jpg" width="800" height="450" layout="responsive"></amp-img>{told}</figure>'
        )

    def player(self, number: int = 1) -> str:
        return f'<amp-video-iframe src="https://player.example/{number}" layout="responsive" width="16" height="9"></amp-video-iframe>'

    def sound(self, number: int = 1) -> str:
        return f'<amp-audio src="/a/{number}.mp3" width="auto" height="50"></amp-audio>'

    def entry(self, number: int, shown: str, stamp: str, title: str, paragraphs: Sequence[str]) -> str:
        head = f"<h2>{esc(title)}</h2>" if title else ""
        return f'<div id="e{number}" data-sort-time="17779{number}" class="live-item"><p class="live-time"><b>{shown}</b></p>{head}{"".join(map(self.para, paragraphs))}</div>'

    def story(self, title: str, inner: str, *, byline: str = "") -> str:
        told = f'<div class="amp-author">{esc(byline)}</div>' if byline else ""
        return f'<article class="amp-article"><header><h1>{esc(title)}</h1>{told}</header><div class="amp-content">{inner}</div></article>'

    def page(self, words: Words, title: str, inner: str, *, head: str = "", site: str = "The Courier") -> str:
        menu = "".join(f'<li><a href="/s{number}?amp">{esc(name)}</a></li>' for number, name in enumerate(words.menu))
        return self._html(
            words,
            title,
            site,
            f'<script async src="https://cdn.ampproject.org/v0.js"></script><link rel="canonical" href="https://www.courier.example/2026/05/x">{head}',
            f'<amp-sidebar id="menu" layout="nodisplay"><ul>{menu}</ul></amp-sidebar><header class="amp-head"><a href="/">{site}</a></header>{inner}'
            f'<footer class="amp-foot"><p>{esc(words.rights)}</p></footer>',
            attributes=" amp",
        )


class Drupal(Plain):
    """Fields in fields in regions."""

    name = "drupal"

    def _field(self, kind: str, inner: str) -> str:
        return f'<div class="field field--name-{kind} field--type-text-long field--label-hidden field__item">{inner}</div>'

    def lead(self, text: str) -> str:
        return self._field("field-lead", f"<p>{esc(text)}</p>")

    def picture(self, number: int, caption: str = "") -> str:
        told = self._field("field-caption", esc(caption)) if caption else ""
        return (
            '<div class="paragraph paragraph--type--image"><div class="field field--name-field-media-image field__item"><img class="image-style-large" '
            f'src="/sites/default/files/{number}.jpg" alt=""></div>{told}</div>'
        )

    def player(self, number: int = 1) -> str:
        return self._field(
            "field-video",
            f'<div class="video-embed-field-provider-vimeo"><iframe src="https://player.vimeo.com/video/{number}"></iframe></div>',
        )

    def sound(self, number: int = 1) -> str:
        return self._field("field-audio", f'<iframe src="https://w.soundcloud.com/player/?url=tracks/{number}" height="166"></iframe>')

    def teaser(self, number: int, title: str, text: str = "", time: str = "") -> str:
        said = self._field("body", f"<p>{esc(text)}</p>") if text else ""
        when = f'<div class="views-field views-field-created"><span class="field-content">{time}</span></div>' if time else ""
        return (
            f'<div class="views-row"><div class="node node--type-article node--view-mode-teaser"><h3 class="node__title"><a href="/node/{number}">'
            f"<span>{esc(title)}</span></a></h3>{when}{said}</div></div>"
        )

    def list_of(self, teasers: Sequence[str]) -> str:
        return f'<div class="view view-taxonomy-term"><div class="view-content">{"".join(teasers)}</div></div>'

    def entry(self, number: int, shown: str, stamp: str, title: str, paragraphs: Sequence[str]) -> str:
        head = f'<div class="field field--name-field-headline"><strong>{esc(title)}</strong></div>' if title else ""
        return (
            f'<div class="paragraph paragraph--type--post"><div class="field field--name-field-time field__item">{shown}</div>{head}'
            f"{self._field('field-text', ''.join(map(self.para, paragraphs)))}</div>"
        )

    def story(self, title: str, inner: str, *, byline: str = "") -> str:
        told = f'<div class="node__meta">{esc(byline)}</div>' if byline else ""
        return (
            f'<div class="block block-page-title-block"><h1 class="page-title"><span>{esc(title)}</span></h1></div>'
            f'<article class="node node--type-article node--view-mode-full">{told}<div class="node__content">{self._field("body", inner)}</div></article>'
        )

    def page(self, words: Words, title: str, inner: str, *, head: str = "", site: str = "The Courier") -> str:
        menu = "".join(
            f'<li class="menu-item"><a href="/taxonomy/term/{number}" data-drupal-link-system-path="x">{esc(name)}</a></li>'
            for number, name in enumerate(words.menu)
        )
        most = "".join(
            f'<div class="views-row"><a href="/node/9{number}" hreflang="{words.lang}">{esc(line)}</a></div>'
            for number, line in enumerate(words.headlines[2:8])
        )
        return self._html(
            words,
            title,
            site,
            f'<meta name="Generator" content="Drupal 10">{head}',
            f'<div class="dialog-off-canvas-main-canvas"><div class="layout-container"><header role="banner"><div class="region region-header"><nav role="navigation"><ul class="menu">{menu}'
            f'</ul></nav></div></header><main role="main"><div class="layout-content"><div class="region region-content">{inner}</div></div>'
            f'<aside class="layout-sidebar-second" role="complementary"><div class="block block-views"><h2>{esc(words.most_read)}</h2>{most}</div></aside></main>'
            f'<footer role="contentinfo"><p>{esc(words.rights)}, {site}</p></footer></div></div>',
        )


class Table(Plain):
    """A page of 2003: tables, fonts and line breaks."""

    name = "table"

    def para(self, text: str) -> str:
        return f"{esc(text)}<br><br>\n"

    def heading(self, text: str) -> str:
        return f'<font size="4"><b>{esc(text)}</b></font><br><br>\n'

    def lead(self, text: str) -> str:
        return f"<b>{esc(text)}</b><br><br>\n"

    def picture(self, number: int, caption: str = "") -> str:
        told = f'<tr><td><font size="1">{esc(caption)}</font></td></tr>' if caption else ""
        return f'<table width="300"><tr><td><img src="pic/{number}.jpg" width="300" height="200" border="0"></td></tr>{told}</table>'

    def player(self, number: int = 1) -> str:
        return f'<object width="480" height="360"><param name="movie" value="/v/{number}.swf"><embed src="/v/{number}.swf" type="application/x-shockwave-flash"></object>'

    def teaser(self, number: int, title: str, text: str = "", time: str = "") -> str:
        said = f"<br>{esc(text)}" if text else ""
        when = f'<font size="1" color="#888888">{time}</font><br>' if time else ""
        return f'<tr><td>{when}<a href="news.php?id={number}"><b>{esc(title)}</b></a>{said}</td></tr>'

    def list_of(self, teasers: Sequence[str]) -> str:
        return f'<table width="100%" cellpadding="4">{"".join(teasers)}</table>'

    def entry(self, number: int, shown: str, stamp: str, title: str, paragraphs: Sequence[str]) -> str:
        head = f"<b>{esc(title)}</b><br><br>" if title else ""
        return f'<tr><td valign="top"><b>{shown}</b></td></tr><tr><td>{head}{"".join(map(self.para, paragraphs))}</td></tr>'

    def story(self, title: str, inner: str, *, byline: str = "") -> str:
        told = f'<i><font size="2">{esc(byline)}</font></i><br>' if byline else ""
        wrapped = f"<table>{inner}</table>" if inner.lstrip().startswith("<tr") else inner
        return f'<h1><font color="#990000">{esc(title)}</font></h1>{told}{wrapped}'

    def page(self, words: Words, title: str, inner: str, *, head: str = "", site: str = "The Courier") -> str:
        menu = "".join(f'<a href="index.php?rub={number}">{esc(name)}</a><br>' for number, name in enumerate(words.menu))
        return self._html(
            words,
            title,
            site,
            head,
            f'<table width="100%" border="0"><tr><td colspan="2"><img src="logo.gif" alt="{site}"></td></tr><tr><td width="140" valign="top">{menu}</td>'
            f'<td valign="top">{inner}</td></tr><tr><td colspan="2" align="center"><font size="1">{esc(words.rights)}</font></td></tr></table>',
        )


PLAIN, WORDPRESS, REACT, AMP, DRUPAL, TABLE = Plain(), WordPress(), React(), Amp(), Drupal(), Table()
DRESSES: tuple[Plain, ...] = (PLAIN, WORDPRESS, REACT, AMP, DRUPAL, TABLE)
__all__ = ["AMP", "DRESSES", "DRUPAL", "EN", "PLAIN", "REACT", "TABLE", "WORDPRESS", "Plain", "data", "esc", "og"]
