"""Which pages are built as large newspapers build theirs, with all that stands around them? Written last, measured at first sight."""

# ruff: noqa: E501 (markup and sentences stay on one line, as they are served)

from __future__ import annotations

from collections.abc import Sequence

from tests.quality.verdicts.dresses import data, esc, og
from tests.quality.verdicts.specimen import SITE, Specimen
from tests.quality.verdicts.words import AR, DE, EN, ES, FR, HE, IT, JA, PL, RU, TR, UK, ZH, Words


def _noise(words: Words) -> str:
    """Banner, newsletter, app, comments and a player in the corner: what stands on every page of such a site."""
    return (
        "<div id=onetrust-banner-sdk role=dialog aria-label='Cookie banner'><h2>We value your privacy</h2><p>We and our partners store and access information on a device, such as cookies.</p><button>Accept all</button></div>"
        f"<aside class=newsletter-promo><h3>The morning letter</h3><p>Sign up to get our letter every day at six.</p><form><input type=email></form></aside><div class=mini-player hidden><video></video></div><script>window.jwplayer=function(){{}};var cfg={{paywall:true,video:'video-player'}}</script><p class=legal>{esc(words.rights)}</p>"
    )


def _cards(words: Words, *, count: int = 8, kind: str = "h3", host: str = "", texts: bool = False) -> str:
    cards = []
    for n in range(count):
        line = words.headlines[n % len(words.headlines)]
        text = f'<div class="dcr-text">{esc(words.sentences[n % 6])}</div>' if texts else ""
        cards.append(
            f'<li class="dcr-{n}"><div class="dcr-card"><a href="{host}/world/2026/may/04/story-{n}" class="dcr-lv2v9o" aria-label="{esc(line)}"></a><img src="/c/{n}.jpg" alt=""><{kind} class="card-headline"><a href="{host}/world/2026/may/04/story-{n}"><span>{esc(line)}</span></a></{kind}>{text}</div></li>'
        )
    return f"<ul>{''.join(cards)}</ul>"


def _shell(words: Words, title: str, main: str, *, head: str = "", below: str = "", host: str = "Tribune") -> str:
    menu = "".join(f'<li class="nav__item"><a href="/{n}">{esc(name)}</a></li>' for n, name in enumerate(words.menu * 3))
    direction = ' dir="rtl"' if words.right_to_left else ""
    return (
        f'<!DOCTYPE html><html lang="{words.lang}"{direction} class="js-off is-not-modern"><head><meta charset="utf-8"><title>{esc(title)} | {host}</title><meta property="og:site_name" content="{host}">{head}</head>'
        f'<body><div id="ad-top" class="ad-slot">Advertisement</div><nav class="nav" aria-label="sections"><ul>{menu}</ul></nav><main id="maincontent">{main}</main>{below}{_noise(words)}'
        f'<footer class="l-footer"><ul><li><a href="/about">About us</a></li><li><a href="/login">Sign in</a></li><li><a href="/subscribe">Subscribe</a></li></ul></footer></body></html>'
    )


def _paras(texts: Sequence[str]) -> str:
    return "".join(f'<p class="dcr-p">{esc(text)}</p>' for text in texts)


def _article(words: Words, title: str, inner: str, *, head: str | None = None, host: str = "Tribune", **claim: object) -> str:
    node = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": "2026-05-04T05:30:00.000Z",
        "author": [{"@type": "Person", "name": "Ada Lind"}],
        **claim,
    }
    main = f'<article><div data-gu-name="headline"><h1>{esc(title)}</h1></div><div data-gu-name="meta"><address>Ada Lind</address><details><summary>Mon 4 May 2026 07.30 CEST</summary></details></div><div data-gu-name="body">{inner}</div></article>'
    below = f"<section><h2>{esc(words.most_read)}</h2>{_cards(words, count=10)}</section>"
    return _shell(words, title, main, head=data(node) + og("article") if head is None else head, below=below, host=host)


def _entries(words: Words, shown: Sequence[str], *, stamps: bool = True) -> str:
    rows = []
    for n, clock in enumerate(shown):
        stamp = f' datetime="2026-05-04T{15 - n:02}:12:00.000Z"' if stamps else ""
        share = '<button aria-label="Share">Share</button>'
        rows.append(
            f'<article id="block-{n}" class="block"><header><a href="#block-{n}"><time{stamp} class="dcr-t">{clock}</time></a><h2 class="block-title">{esc(words.headlines[n])}</h2></header>{_paras(words.sentences[n % 5 : n % 5 + 2])}<footer>{share}</footer></article>'
        )
    return "".join(rows)


_AGO = ("5m ago", "22m ago", "48m ago", "1h ago", "2h ago", "3h ago")
_HOURS = ("17.12", "16.12", "15.12", "14.12", "13.12", "12.12")
_CLOCKS = ("17:12", "16:12", "15:12", "14:12", "13:12", "12:12")
_FILM = {"@context": "https://schema.org", "@type": "VideoObject", "name": "x", "contentUrl": "/x.mp4", "uploadDate": "2026-05-04"}
_URL = f"{SITE}/world/2026/may/04/northern-bridge-opens"

ARTICLES = (
    Specimen(name="report with all the noise", html=_article(EN, EN.title, _paras(EN.sentences)), url=_URL, verdict="article"),
    Specimen(
        name="two paragraphs with all the noise",
        html=_article(UK, UK.title, _paras(UK.sentences[:2])),
        url=_URL,
        verdict="article",
        lang="uk",
    ),
    Specimen(
        name="one paragraph, no marks, all the noise",
        html=_article(RU, RU.title, _paras(RU.sentences[:2]), head=""),
        url=_URL,
        verdict="article",
        lang="ru",
    ),
    Specimen(
        name="see-also cards between paragraphs, no marks",
        html=_article(
            IT,
            IT.title,
            "".join(
                _paras([t]) + f'<div class="rel"><a href="/2026/r{n}">{esc(IT.headlines[n])}</a></div>' for n, t in enumerate(IT.sentences)
            ),
            head="",
        ),
        url=_URL,
        verdict="article",
        lang="it",
    ),
    Specimen(
        name="see-also headings between paragraphs, marked by og:type",
        html=_article(
            TR,
            TR.title,
            "".join(_paras([t]) + f'<h3><a href="/2026/r{n}">{esc(TR.headlines[n])}</a></h3>' for n, t in enumerate(TR.sentences)),
            head=og("article"),
        ),
        url=_URL,
        verdict="article",
        lang="tr",
    ),
    Specimen(
        name="film above, text below",
        html=_article(
            AR,
            AR.title,
            "<div class=player><video src=/v.mp4></video><p class=caption>فيلم</p></div>" + _paras(AR.sentences[:4]),
            video=_FILM,
        ),
        url=_URL,
        verdict="article",
        lang="ar",
    ),
    Specimen(
        name="in an address of films, but written",
        html=_article(FR, FR.title, "<div class=player><video src=/v.mp4></video></div>" + _paras(FR.sentences), video=_FILM),
        url=f"{SITE}/video/2026/pont",
        verdict="article",
        lang="fr",
    ),
    Specimen(
        name="opinion, not free, whole",
        html=_article(
            DE,
            "Warum die Brücke zu teuer war",
            _paras(DE.sentences) + "<div class=offer hidden><p>Weiterlesen mit Plus</p></div>",
            isAccessibleForFree=False,
            wordCount=110,
        ),
        url=_URL,
        verdict="article",
        lang="de",
    ),
    Specimen(
        name="Chinese, three paragraphs", html=_article(ZH, ZH.title, _paras(ZH.sentences[:3])), url=_URL, verdict="article", lang="zh"
    ),
    Specimen(
        name="interview that calls itself a conversation in pictures",
        html=_article(
            ES,
            "“El puente es mi vida”: una conversación en fotos",
            _paras(ES.sentences)
            + "".join(f"<figure><img src=/{n}.jpg><figcaption>{esc(ES.caption)}</figcaption></figure>" for n in range(3)),
        ),
        url=_URL,
        verdict="article",
        lang="es",
    ),
    Specimen(
        name="roundup of a day",
        html=_article(
            PL,
            "Najważniejsze wydarzenia dnia",
            "".join(
                f'<p><a href="/2026/05/0{n}/x-{n}">{esc(line)}</a>. {esc(PL.sentences[n])}</p>' for n, line in enumerate(PL.headlines[:6])
            ),
            head="",
        ),
        url=f"{SITE}/2026/05/04/najwazniejsze-wydarzenia-dnia",
        verdict="article",
        lang="pl",
    ),
    Specimen(
        name="what happened, by hours in bold, in an article",
        html=_article(
            HE,
            "כך נפתח הגשר",
            _paras(HE.sentences[:3])
            + "".join(f"<p><b>{c}</b> {esc(t)}</p>" for c, t in zip(("07:00", "08:00"), HE.sentences[3:5], strict=True)),
        ),
        url=_URL,
        verdict="article",
        lang="he",
    ),
)
LIVE = (
    Specimen(
        name="how long ago, with stamps",
        html=_article(EN, "Northern bridge opening – as it happened", _entries(EN, _AGO), **{"@type": "LiveBlogPosting"}),
        url=f"{SITE}/world/live/2026/may/04/bridge",
        verdict="live_blog",
    ),
    Specimen(
        name="hours with points, no JSON-LD for it",
        html=_article(EN, "Bridge opening live: first train crosses the river", _entries(EN, _HOURS)),
        url=f"{SITE}/world/live/2026/may/04/bridge",
        verdict="live_blog",
    ),
    Specimen(
        name="no stamps, Ukrainian",
        html=_article(UK, "Відкриття мосту: онлайн", _entries(UK, _CLOCKS, stamps=False)),
        url=_URL,
        verdict="live_blog",
        lang="uk",
    ),
    Specimen(
        name="no word of it, German",
        html=_article(DE, "Was wir über die Nordbrücke wissen", _entries(DE, _CLOCKS, stamps=False)),
        url=_URL,
        verdict="live_blog",
        lang="de",
    ),
    Specimen(
        name="Chinese 直播",
        html=_article(ZH, "直播：北桥重新开放", _entries(ZH, _CLOCKS, stamps=False)),
        url=_URL,
        verdict="live_blog",
        lang="zh",
    ),
    Specimen(
        name="Spanish, hours with h",
        html=_article(
            ES, "Reapertura del puente, última hora en directo", _entries(ES, tuple(c.replace(":", "h") for c in _CLOCKS), stamps=False)
        ),
        url=_URL,
        verdict="live_blog",
        lang="es",
    ),
)
STUBS = (
    Specimen(
        name="beginning and offers",
        html=_article(
            EN,
            EN.title,
            _paras(EN.sentences[:2]) + "<div class=gate><h3>Get unlimited access</h3><p>Already a subscriber? Sign in</p></div>",
            isAccessibleForFree=False,
        ),
        url=_URL,
        verdict="paywall_stub",
    ),
    Specimen(
        name="French, for subscribers",
        html=_article(
            FR,
            FR.title,
            _paras(FR.sentences[:3])
            + "<section class=paywall><p>Cet article est réservé aux abonnés.</p><p>Déjà abonné ? Se connecter</p></section>",
            isAccessibleForFree="False",
        ),
        url=_URL,
        verdict="paywall_stub",
        lang="fr",
    ),
    Specimen(
        name="Italian, unsaid",
        html=_article(
            IT,
            IT.title,
            _paras([IT.sentences[0], IT.sentences[1][:70] + "…"])
            + "<div><p>Contenuto riservato agli abbonati</p><button>Abbonati</button></div>",
        ),
        url=_URL,
        verdict="paywall_stub",
        lang="it",
    ),
    Specimen(
        name="Polish, metered",
        html=_article(
            PL,
            PL.title,
            _paras(PL.sentences[:2]) + "<div><p>Aby przeczytać cały artykuł, wykup dostęp.</p></div>",
            head=og("article") + '<meta property="article:content_tier" content="locked">',
        ),
        url=_URL,
        verdict="paywall_stub",
        lang="pl",
    ),
    Specimen(
        name="Japanese, characters left",
        html=_article(JA, JA.title, _paras(JA.sentences[:2]) + "<p>この記事は有料記事です。残り853文字</p>"),
        url=_URL,
        verdict="paywall_stub",
        lang="ja",
    ),
    Specimen(
        name="Hebrew, wordCount",
        html=_article(HE, HE.title, _paras(HE.sentences[:2]), isAccessibleForFree=False, wordCount="640"),
        url=_URL,
        verdict="paywall_stub",
        lang="he",
    ),
)
SECTIONS = (
    Specimen(
        name="front of cards, absolute links",
        html=_shell(EN, "News from the north", _cards(EN, count=30, host=SITE), head=og("website")),
        url=f"{SITE}/",
        verdict="section",
    ),
    Specimen(
        name="section with texts, absolute links",
        html=_shell(DE, "Welt", "<h1>Welt</h1>" + _cards(DE, texts=True, host=SITE), head=og("website")),
        url=f"{SITE}/welt",
        verdict="section",
        lang="de",
    ),
    Specimen(
        name="section that lists NewsArticle nodes",
        html=_shell(
            FR,
            "Monde",
            "<h1>Monde</h1>" + _cards(FR, texts=True),
            head=data([{"@type": "NewsArticle", "headline": line, "url": f"{SITE}/{n}"} for n, line in enumerate(FR.headlines)]),
        ),
        url=f"{SITE}/monde",
        verdict="section",
        lang="fr",
    ),
    Specimen(
        name="ItemList, Arabic",
        html=_shell(
            AR,
            "العالم",
            "<h1>العالم</h1>" + _cards(AR, kind="h2", texts=True),
            head=data({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "url": "/1"}]}),
        ),
        url=f"{SITE}/world",
        verdict="section",
        lang="ar",
    ),
    Specimen(
        name="author, with a long biography",
        html=_shell(
            EN,
            "Ada Lind",
            f"<h1>Ada Lind</h1><p>{esc(EN.sentences[0])} She has written about it since 2024, and about rivers before.</p>"
            + _cards(EN, count=20),
            head=og("profile"),
        ),
        url=f"{SITE}/profile/ada-lind",
        verdict="section",
    ),
    Specimen(
        name="Ukrainian tag, texts",
        html=_shell(UK, "Війна", "<h1>#війна</h1>" + _cards(UK, texts=True, count=12)),
        url=f"{SITE}/tags/viyna/",
        verdict="section",
        lang="uk",
    ),
    Specimen(
        name="Japanese section",
        html=_shell(JA, "国際", "<h1>国際</h1>" + _cards(JA, count=20)),
        url=f"{SITE}/international/",
        verdict="section",
        lang="ja",
    ),
)
MEDIA = (
    Specimen(
        name="film with all the noise",
        html=_shell(
            EN,
            "First train crosses the bridge – video",
            f"<article><h1>First train crosses the bridge – video</h1><div><iframe src='https://www.youtube-nocookie.com/embed/x'></iframe></div>{_paras(EN.sentences[:1])}</article>",
            head=data(_FILM) + og("video"),
            below=_cards(EN),
        ),
        url=f"{SITE}/world/video/2026/may/04/bridge-video",
        verdict="video",
    ),
    Specimen(
        name="film, Russian, player alone",
        html=_shell(RU, RU.title, f"<h1>{RU.title}</h1><div><video src=/v.mp4></video></div>{_paras(RU.sentences[:1])}"),
        url=f"{SITE}/video/481516",
        verdict="video",
        lang="ru",
    ),
    Specimen(
        name="pictures with all the noise",
        html=_shell(
            EN,
            "The bridge opens – in pictures",
            "<article><h1>The bridge opens – in pictures</h1>"
            + _paras(EN.sentences[:1])
            + "".join(
                f"<figure id=p{n}><img src=/{n}.jpg><figcaption><span>{esc(EN.sentences[n % 6])} Photograph: Ada Lind/Tribune</span></figcaption></figure>"
                for n in range(16)
            )
            + "</article>",
            head=og("article"),
            below=_cards(EN),
        ),
        url=f"{SITE}/world/gallery/2026/may/04/bridge",
        verdict="gallery",
    ),
    Specimen(
        name="pictures in divs, French",
        html=_shell(
            FR,
            "Le pont du Nord en images",
            "<h1>Le pont du Nord en images</h1>"
            + "".join(
                f'<div class="pf-{n}"><img data-src="/{n}.jpg"><div class="lg">{esc(FR.sentences[n % 6])}</div></div>' for n in range(12)
            ),
            head=og("article"),
            below=_cards(FR),
        ),
        url=f"{SITE}/monde/portfolio/2026/05/04/pont.html",
        verdict="gallery",
        lang="fr",
    ),
    Specimen(
        name="episode with links of apps",
        html=_shell(
            EN,
            "Why a bridge took two years",
            "<h1>Why a bridge took two years</h1><div><audio controls src=/e.mp3></audio></div>"
            + _paras([*EN.sentences[:2], "How to listen: get our podcasts where you get your podcasts."]),
            head=data({"@type": "PodcastEpisode", "name": "Why a bridge took two years"}) + og("article"),
            below=_cards(EN),
        ),
        url=f"{SITE}/news/audio/2026/may/04/bridge-podcast",
        verdict="audio",
    ),
    Specimen(
        name="recording, Turkish",
        html=_shell(
            TR, TR.title, f"<h1>{TR.title}</h1><iframe src='https://w.soundcloud.com/player/?url=1'></iframe>{_paras(TR.sentences[:1])}"
        ),
        url=f"{SITE}/podcast/kopru",
        verdict="audio",
        lang="tr",
    ),
)
PLACEHOLDERS = (
    Specimen(
        name="missing, with cards",
        html=_shell(
            EN,
            "Page not found",
            "<h1>Sorry – the page you are looking for could not be found</h1><p>Try the front page.</p>",
            below=_cards(EN),
        ),
        url=_URL,
        verdict="soft_404",
    ),
    Specimen(
        name="missing, French, with cards",
        html=_shell(FR, "Erreur 404", "<h1>Oups ! Cette page n’existe pas</h1>", below=_cards(FR)),
        url=_URL,
        verdict="soft_404",
        lang="fr",
    ),
    Specimen(
        name="missing, Ukrainian, with cards",
        html=_shell(UK, "Помилка 404", "<h1>Помилка 404</h1><p>Такої сторінки не існує.</p>", below=_cards(UK)),
        url=_URL,
        verdict="soft_404",
        lang="uk",
    ),
    Specimen(
        name="sign in, with the site's dress",
        html=_shell(DE, "Anmelden", "<h1>Anmelden</h1><form><input type=email><input type=password></form>"),
        url=f"{SITE}/anmelden",
        requested_url=_URL,
        verdict="login",
        lang="de",
    ),
    Specimen(
        name="failure in the site's dress",
        html=_shell(ES, "Error interno del servidor", "<h1>Error interno del servidor</h1><p>Vuelve a intentarlo más tarde.</p>"),
        url=_URL,
        verdict="error",
        lang="es",
    ),
)

FURTHER: tuple[Specimen, ...] = (*ARTICLES, *LIVE, *STUBS, *SECTIONS, *MEDIA, *PLACEHOLDERS)
