"""Which pages were written before the rules for them were?"""

# ruff: noqa: E501 (markup stays on one line, as it is served)

from __future__ import annotations

from typing import Any

from tests.quality.verdicts.dresses import AMP, DRESSES, DRUPAL, PLAIN, REACT, TABLE, WORDPRESS, Plain, data, og
from tests.quality.verdicts.specimen import SITE, Specimen, listing, live, news, story
from tests.quality.verdicts.words import ALL, AR, DE, EN, ES, FR, HE, IT, PL, RU, TR, UK, ZH

_LOCKED: dict[str, Any] = {"isAccessibleForFree": False}
_FILM = {
    "@context": "https://schema.org",
    "@type": "VideoObject",
    "contentUrl": "/v/1.mp4",
    "uploadDate": "2026-05-04",
    "duration": "PT2M10S",
}

# -- articles, and what may be taken for something else

_EVERY_LANGUAGE = tuple(
    Specimen(
        name=f"news in {words.lang}, {DRESSES[number % 6].name}, {'marked' if number % 3 else 'without marks'}",
        html=story(DRESSES[number % 6], words, head=None if number % 3 else ""),
        verdict="article",
        lang=words.lang,
    )
    for number, words in enumerate(ALL.values())
)

_ABOUT_CONSENT = (
    "The regulator has told forty newspapers to ask again: their cookie walls, it says, left readers no choice but to accept.",
    "“We use cookies” is read by nobody, says Marta Lind, who has counted how long the banner stays open: two seconds on average.",
    "Publishers want to keep the choice between consent and a subscription; the highest court will hear the case in autumn.",
)
_ABOUT_VIDEO = (
    "A video that shows a column of lorries on the northern bridge was not made on Monday, as thousands of posts claim.",
    "The film is two years old: the crane that stands behind the bridge in it was taken down in the autumn of 2024.",
    "The same clip had been shared in March already, then as a proof of an attack that never was, the researchers found.",
)
_ABOUT_PAYWALLS = (
    "Subscribe to continue reading: a third of all newspapers in the north now ask for money after the second paragraph.",
    "The rest of this article is for subscribers only, it says then, and nine of ten readers close the page, a study finds.",
    "Those who stay pay four euros a month on average, which is less than a printed paper had cost twenty years ago.",
)
_COMMENTS = "".join(
    f'<div class="reply"><b>Reader {number}</b> <time datetime="2026-05-04T1{number}:12:00+02:00">1{number}:12</time><p>I crossed it this morning, and '
    f"the view from the middle is as fine as it was when I was a child, number {number}.</p></div>"
    for number in range(8)
)
_HOURS = "".join(
    PLAIN.para(f"{hour}:{minute} – {sentence}")
    for (hour, minute), sentence in zip(((5, 40), (6, 10), (6, 55), (7, 5), (8, 30), (9, 15)), EN.sentences, strict=True)
)
_RELATED = "".join(
    f'<li><a href="/r{number}">{line} and what it means for the county</a></li>' for number, line in enumerate(EN.headlines * 4)
)

ARTICLES = (
    *_EVERY_LANGUAGE,
    Specimen(
        name="about consent",
        html=story(REACT, EN, title="Cookie walls must go, says the regulator", sentences=_ABOUT_CONSENT),
        verdict="article",
    ),
    Specimen(
        name="about a video, which stands on top",
        html=story(PLAIN, EN, title="No, this video does not show Monday’s lorries", sentences=_ABOUT_VIDEO, before=PLAIN.player()),
        verdict="article",
    ),
    Specimen(
        name="news with a VideoObject beside the article",
        html=story(WORDPRESS, EN, count=4, before=WORDPRESS.player(), head=news(EN, EN.title, more={"video": _FILM}) + data(_FILM)),
        verdict="article",
    ),
    Specimen(
        name="about paywalls",
        html=story(DRUPAL, EN, title="Where the second paragraph costs money", sentences=_ABOUT_PAYWALLS),
        verdict="article",
    ),
    Specimen(name="breaking news of two sentences, marked", html=story(REACT, EN, count=2), verdict="article"),
    Specimen(name="breaking news of two sentences, no marks", html=story(WORDPRESS, DE, count=2, head=""), verdict="article", lang="de"),
    Specimen(name="breaking news of one sentence, marked", html=story(PLAIN, UK, count=1), verdict="article", lang="uk"),
    Specimen(name="forty links below", html=story(DRUPAL, EN, after=f"<h3>More</h3><ul>{_RELATED}</ul>"), verdict="article"),
    Specimen(
        name="forty links below, no marks", html=story(REACT, EN, after=f"<div><ul>{_RELATED}</ul></div>", head=""), verdict="article"
    ),
    Specimen(name="comments with times", html=story(WORDPRESS, EN, after=f"<div>{_COMMENTS}</div>"), verdict="article"),
    Specimen(
        name="a chronology with hours in its paragraphs",
        html=PLAIN.page(
            EN,
            "The morning of the bridge, hour by hour",
            PLAIN.story("The morning of the bridge, hour by hour", _HOURS),
            head=news(EN, EN.title),
        ),
        verdict="article",
    ),
    Specimen(
        name="photographs between long paragraphs",
        html=story(
            PLAIN,
            FR,
            sentences=(),
            before="".join(PLAIN.para(f"{FR.sentences[n]} {FR.sentences[(n + 1) % 6]}") + PLAIN.picture(n, FR.caption) for n in range(6)),
            head=news(FR, FR.title) + data({"@type": "ImageGallery", "name": "Le pont"}),
        ),
        verdict="article",
        lang="fr",
    ),
    Specimen(
        name="a podcast with its full transcript",
        html=story(
            WORDPRESS,
            EN,
            title="The bridge and us, episode 14: a full transcript",
            sentences=tuple(
                f"{speaker}: {EN.sentences[n % 6]} {EN.sentences[(n + 2) % 6]}" for n, speaker in enumerate(("HOST", "GUEST") * 6)
            ),
            before=WORDPRESS.sound(),
            head=data({"@context": "https://schema.org", "@type": "PodcastEpisode", "name": "The bridge and us"}) + og("article"),
        ),
        url=f"{SITE}/podcast/bridge-14",
        verdict="article",
    ),
    Specimen(
        name="all the text, though it is not free",
        html=story(REACT, IT, head=news(IT, IT.title, more=_LOCKED)),
        verdict="article",
        lang="it",
    ),
    Specimen(
        name="a subscription box below a whole text",
        html=story(
            PLAIN, EN, after='<div class="subscribe-box"><h3>Support us</h3><p>Subscribe to The Courier for four euros a month.</p></div>'
        ),
        verdict="article",
    ),
    Specimen(
        name="live in the address, but a report",
        html=story(PLAIN, ES),
        url=f"{SITE}/live/2026/puente-del-norte",
        verdict="article",
        lang="es",
    ),
)

# -- live blogs

LIVE = (
    Specimen(
        name="JSON-LD with its updates",
        html=live(
            REACT,
            EN,
            "Northern bridge: follow the opening",
            head=data(
                {
                    "@context": "https://schema.org",
                    "@type": "LiveBlogPosting",
                    "headline": "Northern bridge: follow the opening",
                    "datePublished": "2026-05-04T06:00:00+02:00",
                    "liveBlogUpdate": [
                        {
                            "@type": "BlogPosting",
                            "headline": EN.headlines[0],
                            "datePublished": "2026-05-04T16:58:00+02:00",
                            "articleBody": EN.sentences[0],
                        }
                    ],
                }
            ),
        ),
        verdict="live_blog",
    ),
    Specimen(
        name="LiveBlogPosting in a graph",
        html=live(
            AMP,
            PL,
            "Relacja na żywo: most północny",
            head=data({"@graph": [{"@type": ["LiveBlogPosting"], "headline": "Relacja"}, {"@type": "WebPage"}]}),
        ),
        verdict="live_blog",
        lang="pl",
    ),
    Specimen(
        name="no JSON-LD, live in address and title",
        html=live(PLAIN, EN, "Bridge opening live: latest updates"),
        url=f"{SITE}/live/bridge",
        verdict="live_blog",
    ),
    Specimen(name="Liveticker, WordPress", html=live(WORDPRESS, DE, "Liveticker: Nordbrücke wieder offen"), verdict="live_blog", lang="de"),
    Specimen(
        name="En direct, React, marked as news",
        html=live(REACT, FR, "EN DIRECT - Le pont du Nord rouvre", head=news(FR, "EN DIRECT - Le pont du Nord rouvre")),
        verdict="live_blog",
        lang="fr",
    ),
    Specimen(
        name="Онлайн, times without stamps",
        html=live(DRUPAL, RU, "Северный мост: онлайн-трансляция", stamps=False),
        verdict="live_blog",
        lang="ru",
    ),
    Specimen(name="наживо", html=live(PLAIN, UK, "Північний міст: наживо", stamps=False, per=1), verdict="live_blog", lang="uk"),
    Specimen(name="مباشر", html=live(REACT, AR, "مباشر: إعادة فتح الجسر الشمالي"), verdict="live_blog", lang="ar"),
    Specimen(
        name="entries without titles, AMP", html=live(AMP, ES, "Directo: el puente del norte", titles=False), verdict="live_blog", lang="es"
    ),
    Specimen(name="in a table of 2003", html=live(TABLE, IT, "In diretta: il ponte nord", stamps=False), verdict="live_blog", lang="it"),
    Specimen(
        name="no word of live, but stamps at every entry", html=live(REACT, EN, "What we know of the bridge so far"), verdict="live_blog"
    ),
)

# -- behind a wall

_WALLS = {
    "en": "Subscribe to continue reading. Already a subscriber? Log in.",
    "de": "Weiterlesen mit Plus: Dieser Artikel ist nur für Abonnenten. Jetzt 4 Wochen für 1 Euro testen.",
    "fr": "Il vous reste 82 % de cet article à lire. La suite est réservée aux abonnés.",
    "es": "Contenido exclusivo para suscriptores. Suscríbete para seguir leyendo.",
    "it": "Questo contenuto è riservato agli abbonati. Abbonati per continuare a leggere.",
    "pl": "Pozostało 78% artykułu. Dalsza część artykułu dostępna jest tylko dla prenumeratorów.",
    "uk": "Щоб читати далі, оформіть передплату. Цей матеріал доступний лише передплатникам.",
    "ru": "Полный текст доступен только подписчикам. Оформите подписку, чтобы читать дальше.",
    "tr": "Bu içerik yalnızca abonelere özeldir. Devamını okumak için abone olun.",
    "ja": "この記事は有料会員限定です。残り1,240文字。続きを読むには会員登録が必要です。",
}
STUBS = (
    *(
        Specimen(
            name=f"wall in {lang}, {'said' if number % 2 else 'not said'} in JSON-LD",
            html=story(
                DRESSES[number % 5],
                ALL[lang],
                count=2 if number % 3 else 1,
                after=f'<div class="{"paywall" if number % 4 == 0 else "css-9x8y"}"><p>{wall}</p></div>',
                head=news(ALL[lang], ALL[lang].title, more=_LOCKED if number % 2 else {}),
            ),
            verdict="paywall_stub",
            lang=lang,
        )
        for number, (lang, wall) in enumerate(_WALLS.items())
    ),
    Specimen(
        name="cut with an ellipsis, said in JSON-LD alone",
        html=story(REACT, EN, sentences=(EN.sentences[0], f"{EN.sentences[1][:60]}..."), head=news(EN, EN.title, more=_LOCKED)),
        verdict="paywall_stub",
    ),
    Specimen(
        name="wordCount tells that most is missing",
        html=story(PLAIN, EN, count=3, head=news(EN, EN.title, more={"wordCount": 900, **_LOCKED})),
        verdict="paywall_stub",
    ),
)

# -- lists

SECTIONS = (
    Specimen(name="front page", html=listing(REACT, EN, "The Courier", count=24), url=f"{SITE}/", verdict="section"),
    Specimen(name="section with long teasers", html=listing(PLAIN, EN, "World", texts=True), url=f"{SITE}/world", verdict="section"),
    Specimen(
        name="category of WordPress",
        html=listing(WORDPRESS, DE, "Krieg", texts=True, times=True, head=og("object")),
        url=f"{SITE}/category/krieg/",
        verdict="section",
        lang="de",
    ),
    Specimen(name="term of Drupal", html=listing(DRUPAL, FR, "Guerre", texts=True), url=f"{SITE}/guerre", verdict="section", lang="fr"),
    Specimen(
        name="news of the day, with times",
        html=listing(PLAIN, UK, "Новини дня", count=30, times=True),
        url=f"{SITE}/news",
        verdict="section",
        lang="uk",
    ),
    Specimen(
        name="old site",
        html=listing(TABLE, RU, "Новости", count=12, texts=True),
        url=f"{SITE}/index.php?rub=2",
        verdict="section",
        lang="ru",
    ),
    Specimen(
        name="CollectionPage with teasers",
        html=listing(REACT, ES, "Guerra", texts=True, head=data({"@type": "CollectionPage", "name": "Guerra"}) + og("website")),
        url=f"{SITE}/guerra/",
        verdict="section",
        lang="es",
    ),
    Specimen(
        name="tag page that calls itself an article",
        html=listing(WORDPRESS, PL, "Wojna", count=14, head=og("article", "Wojna")),
        url=f"{SITE}/tag/wojna",
        verdict="section",
        lang="pl",
    ),
    Specimen(
        name="an author's page",
        html=listing(
            DRUPAL,
            EN,
            "Ada Lind",
            texts=True,
            intro="<p>Ada Lind writes about bridges, rivers and the people between them. She lives in the north.</p>",
            head=og("profile"),
        ),
        url=f"{SITE}/authors/ada-lind",
        verdict="section",
    ),
    Specimen(
        name="results of a search",
        html=listing(PLAIN, EN, "Search results for bridge", texts=True, head='<meta name="robots" content="noindex">'),
        url=f"{SITE}/search?q=bridge",
        verdict="section",
    ),
    Specimen(
        name="section in Arabic", html=listing(REACT, AR, "الحرب", texts=True, count=12), url=f"{SITE}/ar/war", verdict="section", lang="ar"
    ),
    Specimen(
        name="section in Chinese",
        html=listing(PLAIN, ZH, "国际", texts=True, count=12),
        url=f"{SITE}/zh/world/",
        verdict="section",
        lang="zh",
    ),
)

# -- films, pictures, sound

VIDEOS = (
    Specimen(
        name="VideoObject alone",
        html=story(
            REACT,
            EN,
            count=1,
            before=REACT.player(),
            head=data({**_FILM, "name": EN.title, "description": EN.sentences[0]}) + og("video.other"),
        ),
        url=f"{SITE}/video/northern-bridge",
        verdict="video",
    ),
    Specimen(
        name="og:type video",
        html=story(PLAIN, DE, count=2, before=PLAIN.player(), head=og("video.other", DE.title)),
        url=f"{SITE}/mediathek/1",
        verdict="video",
        lang="de",
    ),
    Specimen(
        name="a lone player with a caption",
        html=story(WORDPRESS, FR, count=1, before=WORDPRESS.player(), head=""),
        url=f"{SITE}/pont",
        verdict="video",
        lang="fr",
    ),
    Specimen(
        name="mainEntity of the page",
        html=story(
            DRUPAL,
            ES,
            count=2,
            before=DRUPAL.player(),
            head=data({"@type": "WebPage", "mainEntity": {**_FILM, "name": ES.title}}) + og("website"),
        ),
        url=f"{SITE}/videos/puente",
        verdict="video",
        lang="es",
    ),
    Specimen(
        name="film page in Ukrainian with more films below",
        html=story(
            PLAIN,
            UK,
            count=1,
            before=PLAIN.player(),
            after=PLAIN.list_of([PLAIN.teaser(n, line) for n, line in enumerate(UK.headlines)]),
            head=data({**_FILM, "name": UK.title}),
        ),
        url=f"{SITE}/video/123",
        verdict="video",
        lang="uk",
    ),
    Specimen(
        name="film that also calls itself news",
        html=story(REACT, AR, count=1, before=REACT.player(), head=news(AR, AR.title) + data({**_FILM, "name": AR.title})),
        url=f"{SITE}/video/2026/05/04/jisr",
        verdict="video",
        lang="ar",
    ),
)
_PICTURES = {"@context": "https://schema.org", "@type": "ImageGallery", "name": "x"}


def _pictures(dress: Plain, lang: str, count: int) -> str:
    return "".join(dress.picture(number, ALL[lang].sentences[number % 6]) for number in range(count))


GALLERIES = (
    Specimen(
        name="ImageGallery",
        html=story(PLAIN, EN, count=1, after=_pictures(PLAIN, "en", 12), head=data(_PICTURES)),
        url=f"{SITE}/gallery/bridge",
        verdict="gallery",
    ),
    Specimen(
        name="Bilderstrecke",
        html=story(WORDPRESS, DE, count=1, after=_pictures(WORDPRESS, "de", 9), head=og("article")),
        url=f"{SITE}/bilder/nordbruecke",
        verdict="gallery",
        lang="de",
    ),
    Specimen(
        name="MediaGallery in a graph",
        html=story(
            REACT,
            IT,
            count=2,
            after=_pictures(REACT, "it", 10),
            head=data({"@graph": [{"@type": "MediaGallery"}, {"@type": "BreadcrumbList"}]}),
        ),
        url=f"{SITE}/foto/ponte",
        verdict="gallery",
        lang="it",
    ),
    Specimen(
        name="pictures with captions, no claims",
        html=story(DRUPAL, RU, count=1, after=_pictures(DRUPAL, "ru", 15), head=""),
        url=f"{SITE}/photo/most",
        verdict="gallery",
        lang="ru",
    ),
    Specimen(
        name="in pictures",
        html=story(PLAIN, EN, count=2, title="Northern bridge: the day in pictures", after=_pictures(PLAIN, "en", 14), head=og("article")),
        verdict="gallery",
    ),
)
SOUNDS = (
    Specimen(
        name="PodcastEpisode with a few notes",
        html=story(
            WORDPRESS,
            EN,
            count=2,
            title="Episode 14: the bridge and us",
            before=WORDPRESS.sound(),
            head=data({"@type": "PodcastEpisode", "name": "Episode 14"}),
        ),
        url=f"{SITE}/podcast/14",
        verdict="audio",
    ),
    Specimen(
        name="AudioObject",
        html=story(REACT, DE, count=1, before=REACT.sound(), head=data({"@type": "AudioObject", "name": DE.title}) + og("website")),
        url=f"{SITE}/audio/1",
        verdict="audio",
        lang="de",
    ),
    Specimen(
        name="a lone audio element",
        html=story(PLAIN, FR, count=1, before=PLAIN.sound(), head=""),
        url=f"{SITE}/emission/pont",
        verdict="audio",
        lang="fr",
    ),
    Specimen(
        name="RadioEpisode",
        html=story(DRUPAL, PL, count=2, before=DRUPAL.sound(), head=data({"@type": "RadioEpisode", "name": "x"}) + og("music.song")),
        url=f"{SITE}/radio/most",
        verdict="audio",
        lang="pl",
    ),
    Specimen(
        name="podcast page in Turkish",
        html=story(AMP, TR, count=1, before=AMP.sound(), head=og("music.radio_station")),
        url=f"{SITE}/podcast/kopru",
        verdict="audio",
        lang="tr",
    ),
)

# -- what stands in the place of a page

_PASSWORD = "<form method=post><input name=user><input type=password name=word><button>OK</button></form>"


def _site(dress: Plain, lang: str, title: str, *said: str) -> str:
    inner = f"<h1>{title}</h1>" + "".join(piece if piece.startswith("<") else f"<p>{piece}</p>" for piece in said)
    return dress.page(ALL[lang], title, inner)


PLACEHOLDERS = (
    Specimen(
        name="missing, Japanese",
        html=_site(PLAIN, "ja", "お探しのページは見つかりませんでした", "削除されたか、アドレスが変わった可能性があります。"),
        verdict="soft_404",
        lang="ja",
    ),
    Specimen(
        name="missing, Czech",
        html=_site(DRUPAL, "pl", "Stránka nebyla nalezena", "Zkuste se vrátit na titulní stranu."),
        verdict="soft_404",
        lang="cs",
    ),
    Specimen(
        name="missing, Romanian",
        html=_site(WORDPRESS, "it", "Pagina nu a fost găsită", "Poate a fost ștearsă."),
        verdict="soft_404",
        lang="ro",
    ),
    Specimen(
        name="missing, Portuguese",
        html=_site(REACT, "es", "Ops! Página não encontrada", "O endereço pode ter mudado."),
        verdict="soft_404",
        lang="pt",
    ),
    Specimen(
        name="missing, Persian", html=_site(REACT, "fa", "صفحه پیدا نشد", "شاید نشانی تغییر کرده باشد."), verdict="soft_404", lang="fa"
    ),
    Specimen(name="missing, Hebrew, React", html=_site(REACT, "he", "הדף לא נמצא", "ייתכן שהכתובת שונתה."), verdict="soft_404", lang="he"),
    Specimen(
        name="cookie wall, Portuguese",
        html=_site(
            PLAIN,
            "es",
            "A sua privacidade",
            "Nós e os nossos parceiros utilizamos cookies para medir a audiência e mostrar publicidade.",
            "Aceitar todos os cookies ou gerir as suas opções de consentimento.",
        ),
        verdict="consent",
        lang="pt",
    ),
    Specimen(
        name="cookie wall, Turkish",
        html=_site(
            PLAIN,
            "tr",
            "Gizliliğinize önem veriyoruz",
            "Biz ve iş ortaklarımız çerezleri reklam göstermek ve ziyaretleri ölçmek için kullanıyoruz.",
            "Tümünü kabul et ya da çerez ayarlarını yönet.",
        ),
        verdict="consent",
        lang="tr",
    ),
    Specimen(
        name="cookie wall, Czech",
        html=_site(
            REACT,
            "pl",
            "Vaše soukromí",
            "My a naši partneři používáme soubory cookie k měření návštěvnosti a zobrazování reklam.",
            "Přijmout vše, nebo spravovat souhlas s cookies.",
        ),
        verdict="consent",
        lang="cs",
    ),
    Specimen(name="sign in, Hebrew", html=_site(PLAIN, "he", "התחברות", _PASSWORD), verdict="login", lang="he"),
    Specimen(name="sign in, Portuguese", html=_site(REACT, "es", "Inicie sessão para continuar", _PASSWORD), verdict="login", lang="pt"),
    Specimen(
        name="sign in, Persian",
        html=_site(PLAIN, "fa", "ورود به حساب کاربری", "برای ادامه وارد شوید.", _PASSWORD),
        verdict="login",
        lang="fa",
    ),
    Specimen(
        name="challenge, Chinese",
        html="<html><head><title>请稍候…</title></head><body><p>正在检查您的浏览器，请启用 JavaScript。</p></body></html>",
        verdict="bot_challenge",
        lang="zh",
        status=403,
    ),
    Specimen(
        name="challenge with a widget",
        html="<html><head><title>courier.example</title></head><body><div class='cf-turnstile' data-sitekey='x'></div><script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script></body></html>",
        verdict="bot_challenge",
    ),
    Specimen(
        name="not here, Polish", html=_site(PLAIN, "pl", "Ten materiał nie jest dostępny w Twoim kraju"), verdict="geo_block", lang="pl"
    ),
    Specimen(
        name="not here, Ukrainian", html=_site(PLAIN, "uk", "Сайт недоступний у вашій країні"), verdict="geo_block", lang="uk", status=403
    ),
    Specimen(
        name="front page in place of a story",
        html=listing(PLAIN, HE, "The Courier", count=20),
        url=f"{SITE}/",
        requested_url=f"{SITE}/2020/old",
        verdict="redirected_home",
        lang="he",
    ),
    Specimen(name="too many requests", html=_site(PLAIN, "en", "Too many requests", "Wait a minute."), status=429, verdict="rate_limited"),
    Specimen(
        name="server's failure with status 200",
        html=_site(PLAIN, "en", "500 Internal Server Error", "Something went wrong on our side. We are working on it."),
        verdict="error",
    ),
    Specimen(
        name="maintenance with status 200",
        html="<html><head><title>Wartungsarbeiten</title></head><body><h1>Wartungsarbeiten</h1><p>Wir sind in Kürze wieder für Sie da.</p></body></html>",
        verdict="error",
        lang="de",
    ),
    Specimen(name="status 500", html=_site(PLAIN, "en", "Error"), status=500, verdict="error"),
    Specimen(name="status 404 that shows an article", html=story(PLAIN, EN), status=404, verdict="error"),
    Specimen(name="a PDF", html="%PDF-1.7 ...", headers=(("Content-Type", "application/pdf"),), verdict="not_html"),
    Specimen(
        name="a feed",
        html="<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>",
        headers=(("Content-Type", "application/rss+xml"),),
        verdict="not_html",
    ),
    Specimen(
        name="JSON of an interface",
        html='{"title": "Bridge", "body": "<p>x</p>"}',
        headers=(("Content-Type", "application/json"),),
        verdict="not_html",
    ),
    Specimen(
        name="an application that draws itself",
        html="<html><head><title>The Courier</title></head><body><div id=root></div><script src=/a.js></script></body></html>",
        verdict="empty",
    ),
    Specimen(name="a body without bytes", html="", verdict="empty"),
    Specimen(name="a headline and nothing else", html=_site(REACT, "en", "Northern bridge opens", "More soon."), verdict="too_short"),
    Specimen(name="one short line", html=_site(PLAIN, "tr", "Köprü açıldı", "Köprü bugün açıldı."), verdict="too_short", lang="tr"),
)

FIRST: tuple[Specimen, ...] = (*ARTICLES, *LIVE, *STUBS, *SECTIONS, *VIDEOS, *GALLERIES, *SOUNDS, *PLACEHOLDERS)
