"""Which pages were written after the rules, and measured at first sight?"""

# ruff: noqa: E501 (markup and sentences stay on one line, as they are served)

from __future__ import annotations

from typing import Any

from tests.quality.verdicts.dresses import AMP, DRUPAL, PLAIN, REACT, TABLE, WORDPRESS, data, esc, og
from tests.quality.verdicts.specimen import SITE, Specimen, listing, live, news, story
from tests.quality.verdicts.words import AR, DE, EN, ES, FA, FR, HE, IT, JA, PL, RU, TR, UK, ZH

_NL = (
    "De noordelijke brug is maandag weer opengegaan na twee jaar van herstelwerk dat de provincie ruim elf miljoen euro heeft gekost.",
    "De eerste trein reed kort voor zeven uur over de rivier, en tweehonderd mensen keken ondanks de regen toe.",
    "„We geloofden er niet meer in”, zegt de havenmeester, die sinds het voorjaar van 2024 naast de gesloten brug werkt.",
)
_PT = (
    "Os engenheiros reabriram na segunda-feira a ponte do norte, depois de dois anos de obras que custaram mais de onze milhões de euros.",
    "O primeiro comboio atravessou o rio pouco antes das sete, perante umas duzentas pessoas que vieram apesar da chuva.",
    "“Já não acreditávamos”, disse o capitão do porto, que trabalha ao lado da ponte fechada desde a primavera de 2024.",
)
_CS = (
    "Inženýři v pondělí znovu otevřeli severní most po dvou letech oprav, které stály kraj více než jedenáct milionů eur.",
    "První vlak přejel řeku krátce před sedmou a navzdory dešti se na něj dívalo kolem dvou set lidí.",
    "„Už jsme tomu nevěřili,“ řekl správce přístavu, který vedle zavřeného mostu pracuje od jara 2024.",
)
_KO = (
    "기술자들은 군이 천백만 유로 이상을 들인 2년간의 수리를 마치고 월요일 북쪽 다리를 다시 열었다고 밝혔다.",
    "첫 열차는 오전 일곱 시 조금 전에 강을 건넜고 비가 오는데도 이백 명가량의 주민이 그 모습을 지켜보았다.",
    "2024년 봄부터 닫힌 다리 옆에서 일해 온 항만 책임자는 “이제는 믿지 않고 있었다”고 말했다.",
)
_HI = (
    "इंजीनियरों ने दो साल की मरम्मत के बाद सोमवार को उत्तरी पुल फिर से खोल दिया, जिस पर जिले के एक करोड़ दस लाख यूरो खर्च हुए।",
    "पहली रेलगाड़ी सात बजे से थोड़ा पहले नदी पार कर गई और बारिश के बावजूद आए लगभग दो सौ लोगों ने उसे देखा।",
)
_SR = (
    "Инжењери су у понедељак поново отворили северни мост после две године поправки које су округ коштале више од једанаест милиона евра.",
    "Први воз је прешао реку нешто пре седам, а гледало га је око двеста људи који су дошли упркос киши.",
)


def _arc(lang: str, title: str, inner: str, *, head: str = "", menu: str = "News,World,Sport") -> str:
    """A page of a large publisher's system: components with data attributes."""
    links = "".join(f'<li class="b-header__item"><a class="c-link" href="/{name.lower()}/">{name}</a></li>' for name in menu.split(","))
    rail = "".join(
        f'<div class="b-rail__card c-card"><a class="c-link" href="/2026/05/0{n}/a-{n}/"><span class="c-heading">{line}</span></a></div>'
        for n, line in enumerate(EN.headlines[:6])
    )
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{esc(title)} – Morning Herald</title>{head}</head><body id="fusion-app" class="layout-default">'
        f'<header class="b-header" data-component="header"><ul>{links}</ul></header><section role="main" class="l-main">{inner}</section>'
        f'<div class="l-rail" data-component="rail">{rail}</div><div class="b-footer"><p class="c-paragraph">Morning Herald is a member of the press council.</p></div></body></html>'
    )


def _body(*texts: str) -> str:
    return '<article class="b-article-body">' + "".join(f'<p class="c-paragraph">{esc(text)}</p>' for text in texts) + "</article>"


def _head(title: str) -> str:
    return f'<h1 class="b-headline">{esc(title)}</h1><div class="ts-byline"><span>By Ada Lind</span> <time class="c-timestamp" datetime="2026-05-04T05:30:00Z">May 4, 2026, 7:30 a.m.</time></div>'


# -- articles

_CITED = "".join(
    f'<p>As <a href="https://other.example/{n}">the report of the second inquiry</a> put it: {esc(EN.sentences[n % 6])}</p>'
    for n in range(8)
)
_SHOPPING = "".join(
    f'<h2><a href="https://shop.example/{n}">{esc(EN.headlines[n])}</a></h2><p>{esc(EN.sentences[n % 6])} It is worth the money.</p>'
    for n in range(9)
)
_QUESTIONS = "".join(f"<h3>Question {n}: {esc(EN.headlines[n])}?</h3><p>{esc(EN.sentences[n % 6])}</p>" for n in range(6))
_SCHEDULE = "".join(f"<p><strong>{10 + n}:30</strong> {esc(EN.headlines[n])}.</p>" for n in range(4))

ARTICLES = (
    Specimen(
        name="Dutch, large publisher",
        html=_arc("nl", "Noordelijke brug weer open", _head("Noordelijke brug weer open") + _body(*_NL)),
        verdict="article",
        lang="nl",
    ),
    Specimen(
        name="Portuguese, no marks, in divs",
        html=REACT.page(EN, "A ponte do norte reabre", REACT.story("A ponte do norte reabre", "".join(map(REACT.para, _PT)))),
        verdict="article",
        lang="pt",
    ),
    Specimen(
        name="Czech, WordPress", html=story(WORDPRESS, PL, title="Severní most je otevřen", sentences=_CS), verdict="article", lang="cs"
    ),
    Specimen(
        name="Korean, two paragraphs",
        html=_arc("ko", "북쪽 다리 다시 열려", _head("북쪽 다리 다시 열려") + _body(*_KO[:2]), head=og("article")),
        verdict="article",
        lang="ko",
    ),
    Specimen(
        name="Hindi, short",
        html=_arc("hi", "उत्तरी पुल खुला", _head("उत्तरी पुल खुला") + _body(*_HI), head=og("article")),
        verdict="article",
        lang="hi",
    ),
    Specimen(name="Serbian, breaking", html=story(DRUPAL, RU, title="Северни мост отворен", sentences=_SR), verdict="article", lang="sr"),
    Specimen(
        name="each paragraph begins with a link to a source",
        html=_arc("en", "Who paid for the bridge", _head("Who paid for the bridge") + f"<article>{_CITED}</article>"),
        verdict="article",
    ),
    Specimen(
        name="things to buy, each with a link out",
        html=_arc(
            "en", "Nine things for a day at the river", _head("Nine things for a day at the river") + f"<article>{_SHOPPING}</article>"
        ),
        verdict="article",
    ),
    Specimen(
        name="questions and answers",
        html=story(PLAIN, EN, sentences=EN.sentences[:1], after=_QUESTIONS, title="Six questions on the bridge"),
        verdict="article",
    ),
    Specimen(
        name="a programme with four hours",
        html=story(PLAIN, EN, sentences=EN.sentences[:3], after=_SCHEDULE, title="What happens on Monday at the bridge"),
        verdict="article",
    ),
    Specimen(
        name="review of a film, film on top",
        html=story(
            REACT,
            FR,
            count=5,
            title="« Le pont », un film de trop",
            before=REACT.player(),
            head=news(FR, "« Le pont », un film de trop", kind="ReviewNewsArticle"),
        ),
        verdict="article",
        lang="fr",
    ),
    Specimen(
        name="a film with its transcript",
        html=story(
            PLAIN,
            EN,
            title="Video: the bridge opens (transcript)",
            sentences=[f"{a} {b}" for a, b in zip(EN.sentences, EN.sentences[::-1], strict=True)],
            before=PLAIN.player(),
            head=data({"@type": "VideoObject", "name": "The bridge opens"}) + og("video.other"),
        ),
        url=f"{SITE}/video/bridge-transcript",
        verdict="article",
    ),
    Specimen(
        name="spoken version of the article",
        html=story(
            WORDPRESS,
            DE,
            count=4,
            before=WORDPRESS.sound(),
            head=news(DE, DE.title) + data({"@type": "AudioObject", "name": DE.title, "contentUrl": "/a/1.mp3"}),
        ),
        verdict="article",
        lang="de",
    ),
    Specimen(
        name="report with twelve pictures",
        html=story(DRUPAL, UK, count=6, after="".join(DRUPAL.picture(n, UK.caption) for n in range(12))),
        verdict="article",
        lang="uk",
    ),
    Specimen(
        name="a letter to the readers on subscriptions",
        html=story(
            PLAIN,
            EN,
            title="Why we ask you to subscribe",
            sentences=(
                "From Monday this article is only available to subscribers, and so are most others: we owe you an explanation.",
                "Advertising paid for nine tenths of this newspaper ten years ago, and pays for a quarter of it today.",
                "You have reached the end of what can be given away, our accountant says, and she has never been wrong so far.",
            ),
        ),
        verdict="article",
    ),
    Specimen(
        name="about a login, in Turkish",
        html=story(TABLE, TR, title="Giriş yapılamıyor: belediye sitesi çöktü", head=""),
        verdict="article",
        lang="tr",
    ),
    Specimen(
        name="not free, whole, with a hidden wall",
        html=story(
            PLAIN,
            ES,
            head=news(ES, ES.title, more={"isAccessibleForFree": False}),
            after='<div style="display:none"><p>Suscríbete para seguir leyendo</p></div>',
        ),
        verdict="article",
        lang="es",
    ),
    Specimen(
        name="three lines of an agency",
        html="<html><head><title>Agency wire 0412</title></head><body><pre>" + "\n\n".join(EN.sentences[:3]) + "</pre></body></html>",
        verdict="article",
    ),
    Specimen(name="old page, no marks", html=story(TABLE, HE, head=""), verdict="article", lang="he"),
    Specimen(name="AMP in Persian", html=story(AMP, FA, count=4), verdict="article", lang="fa"),
)

# -- live blogs


def _posts(texts: tuple[str, ...], clocks: tuple[str, ...], tag: str = "li") -> str:
    return "".join(
        f'<{tag} class="lx-stream__post-container"><article class="lx-stream-post"><header><div class="lx-stream-post__header-meta"><span class="gs-u-vh">Posted at </span><span>{clock}</span></div>'
        f"<h3>{esc(text[:38])}</h3></header><div><p>{esc(text)}</p></div></article></{tag}>"
        for text, clock in zip(texts, clocks, strict=True)
    )


_CLOCKS = ("15:41", "15:07", "14:32", "13:50", "12:58", "11:04")
LIVE = (
    Specimen(
        name="stream of posts",
        html=_arc("en", "Live: the bridge opens", "<h1>The bridge opens</h1><ol>" + _posts(EN.sentences, _CLOCKS) + "</ol>"),
        url=f"{SITE}/news/live/world-6123",
        verdict="live_blog",
    ),
    Specimen(
        name="12-hour clocks with zones",
        html=_arc(
            "en",
            "Bridge opening: live updates",
            "<h1>Bridge opening: live updates</h1>"
            + _posts(
                EN.sentences, ("3:41 p.m. ET", "3:07 p.m. ET", "2:32 p.m. ET", "1:50 p.m. ET", "12:58 p.m. ET", "11:04 a.m. ET"), "div"
            ),
            head=og("article"),
        ),
        verdict="live_blog",
    ),
    Specimen(
        name="paragraphs that begin with bold hours",
        html=story(
            PLAIN,
            DE,
            sentences=(),
            title="Ticker zur Nordbrücke",
            before="".join(f"<p><strong>{c} Uhr:</strong> {esc(t)}</p>" for c, t in zip(_CLOCKS, DE.sentences, strict=True)),
        ),
        verdict="live_blog",
        lang="de",
    ),
    Specimen(
        name="headings with hours, French",
        html=story(
            DRUPAL,
            FR,
            sentences=(),
            title="Le pont du Nord : suivez la réouverture en direct",
            before="".join(
                f"<h3>{c.replace(':', 'h')} – {esc(h)}</h3><p>{esc(t)}</p>"
                for c, h, t in zip(_CLOCKS, FR.headlines, FR.sentences, strict=False)
            ),
        ),
        verdict="live_blog",
        lang="fr",
    ),
    Specimen(
        name="Japanese, day and hour",
        html=story(
            REACT,
            JA,
            sentences=(),
            title="【ライブ】北の橋が再開",
            before="".join(
                f'<div class="x9"><div class="x1">5月4日 {c}</div><p>{t}</p></div>' for c, t in zip(_CLOCKS, JA.sentences, strict=True)
            ),
        ),
        verdict="live_blog",
        lang="ja",
    ),
    Specimen(
        name="Hebrew, stamps and few words",
        html=live(REACT, HE, "דיווחים שוטפים: הגשר הצפוני נפתח", titles=False, per=1),
        verdict="live_blog",
        lang="he",
    ),
    Specimen(
        name="Persian digits",
        html=story(
            PLAIN,
            FA,
            sentences=(),
            title="لحظه به لحظه با بازگشایی پل شمالی",
            before="".join(
                f'<div class="post"><b>{c.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))}</b><p>{t}</p></div>'
                for c, t in zip(_CLOCKS, FA.sentences, strict=True)
            ),
        ),
        verdict="live_blog",
        lang="fa",
    ),
    Specimen(
        name="news that says LiveBlogPosting beside NewsArticle",
        html=live(WORDPRESS, TR, "Kuzey köprüsü: gelişmeler", head=news(TR, "Kuzey köprüsü: gelişmeler", kind="LiveBlogPosting")),
        verdict="live_blog",
        lang="tr",
    ),
)

# -- stubs


def _locked(lang: str, title: str, wall: str, *texts: str, stated: bool | None = False) -> str:
    claim: dict[str, Any] = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "datePublished": "2026-05-04"}
    if stated is not None:
        claim["isAccessibleForFree"] = "False" if not stated else "True"
    return _arc(
        lang,
        title,
        _head(title) + _body(*texts) + f'<div class="meteredContent-gate"><h2>{esc(wall)}</h2><button>OK</button></div>',
        head=data(claim) + og("article"),
    )


STUBS = (
    Specimen(
        name="Dutch",
        html=_locked("nl", "Noordelijke brug weer open", "Verder lezen? Word abonnee", *_NL[:1], stated=None),
        verdict="paywall_stub",
        lang="nl",
    ),
    Specimen(
        name="Portuguese",
        html=_locked("pt", "A ponte do norte reabre", "Assine para continuar lendo", *_PT[:2]),
        verdict="paywall_stub",
        lang="pt",
    ),
    Specimen(
        name="Swedish words, three paragraphs",
        html=_locked("sv", "Norra bron öppnar", "Läs vidare – bli prenumerant", *EN.sentences[:3]),
        verdict="paywall_stub",
        lang="sv",
    ),
    Specimen(
        name="Korean", html=_locked("ko", "북쪽 다리 다시 열려", "유료 회원 전용 기사입니다", *_KO[:1]), verdict="paywall_stub", lang="ko"
    ),
    Specimen(
        name="Chinese, half a sentence",
        html=_locked("zh", ZH.title, "订阅后阅读全文", ZH.sentences[0][:40] + "……", stated=None),
        verdict="paywall_stub",
        lang="zh",
    ),
    Specimen(
        name="articles left",
        html=_locked(
            "en",
            EN.title,
            "You have read all your free articles this month. Subscribe for unlimited access.",
            *EN.sentences[:2],
            stated=None,
        ),
        verdict="paywall_stub",
    ),
    Specimen(name="Hebrew", html=_locked("he", HE.title, "הכתבה המלאה למנויים בלבד", *HE.sentences[:2]), verdict="paywall_stub", lang="he"),
    Specimen(
        name="Czech, WordPress",
        html=story(
            WORDPRESS,
            PL,
            title="Severní most je otevřen",
            sentences=_CS[:2],
            after='<div class="restrict-content"><p>Tento článek je pouze pro předplatitele.</p></div>',
        ),
        verdict="paywall_stub",
        lang="cs",
    ),
    Specimen(
        name="per cent left, German",
        html=_locked("de", DE.title, "Noch 74 % des Artikels lesen", *DE.sentences[:4], stated=None),
        verdict="paywall_stub",
        lang="de",
    ),
)

# -- lists

_GRID = "".join(
    f'<div class="col-md-4"><div class="card"><a href="/news/{n}"><img src="/t/{n}.jpg" class="card-img-top"></a><div class="card-body"><h5 class="card-title"><a href="/news/{n}" class="stretched-link">{esc(line)}</a></h5>'
    f'<p class="card-text">{esc(IT.sentences[n % 6])}</p><p class="card-text"><small class="text-muted">{n} ore fa</small></p></div></div></div>'
    for n, line in enumerate(IT.headlines)
)
_EPISODES = "".join(
    f'<li><h3><a href="/podcast/{n}">{esc(line)}</a></h3><p>{esc(EN.sentences[n % 6])}</p><span>3{n} min</span></li>'
    for n, line in enumerate(EN.headlines)
)
SECTIONS = (
    Specimen(
        name="grid of cards",
        html=_arc("it", "Guerra", f'<h1>Guerra</h1><div class="row">{_GRID}</div>', head=og("website")),
        url=f"{SITE}/guerra",
        verdict="section",
        lang="it",
    ),
    Specimen(
        name="list of episodes",
        html=_arc(
            "en",
            "The river podcast",
            f"<h1>The river podcast</h1><p>A podcast on rivers and the people who live beside them.</p><ul>{_EPISODES}</ul>",
        ),
        url=f"{SITE}/podcasts/river",
        verdict="section",
    ),
    Specimen(
        name="archive of a month",
        html=listing(TABLE, DE, "Archiv Mai 2026", count=30),
        url=f"{SITE}/archive/2026/05",
        verdict="section",
        lang="de",
    ),
    Specimen(
        name="topic with an introduction",
        html=listing(
            REACT, FR, "Le pont du Nord", texts=True, intro=f"<p>{esc(FR.sentences[0])}</p>", head=data({"@type": "CollectionPage"})
        ),
        url=f"{SITE}/topics/pont-du-nord",
        verdict="section",
        lang="fr",
    ),
    Specimen(
        name="Korean front page",
        html=_arc(
            "ko", "모닝 헤럴드", "<ul>" + "".join(f'<li><a href="/{n}">{text[:34]}</a></li>' for n, text in enumerate(_KO * 6)) + "</ul>"
        ),
        url="https://www.herald.example/",
        verdict="section",
        lang="ko",
    ),
    Specimen(
        name="ticker of headlines with hours",
        html=listing(DRUPAL, TR, "Son dakika", count=25, times=True),
        url=f"{SITE}/son-dakika",
        verdict="section",
        lang="tr",
    ),
    Specimen(
        name="teasers in Hebrew, marked by a theme",
        html=listing(WORDPRESS, HE, "מלחמה", texts=True, count=12, head=og("article", "מלחמה")),
        url=f"{SITE}/category/war/",
        verdict="section",
        lang="he",
    ),
    Specimen(
        name="results of a search in Japanese",
        html=listing(REACT, JA, "「橋」の検索結果", texts=True),
        url=f"{SITE}/search?q=%E6%A9%8B",
        verdict="section",
        lang="ja",
    ),
)

# -- films, pictures, sound

_CLIP = {"@context": "https://schema.org", "@type": "VideoObject", "name": "x", "thumbnailUrl": "/t.jpg", "uploadDate": "2026-05-04"}
MEDIA = (
    Specimen(
        name="film of a broadcaster",
        html=_arc(
            "en",
            "Watch: first train on the northern bridge",
            "<h1>Watch: first train on the northern bridge</h1><div class='media-player'><video></video></div>" + _body(EN.sentences[0]),
            head=data(_CLIP),
        ),
        url=f"{SITE}/news/av/world-6123",
        verdict="video",
    ),
    Specimen(
        name="film in a graph, Russian",
        html=story(
            WORDPRESS, RU, count=2, before=WORDPRESS.player(), head=data({"@graph": [{"@type": "WebPage"}, _CLIP]}) + og("video.movie")
        ),
        url=f"{SITE}/video/4711",
        verdict="video",
        lang="ru",
    ),
    Specimen(
        name="film, nothing but a title",
        html=_arc(
            "pl",
            "Most północny: film",
            "<h1>Most północny: film</h1><iframe src='https://www.youtube.com/embed/x'></iframe>",
            head=og("video.other"),
        ),
        url=f"{SITE}/wideo/most",
        verdict="video",
        lang="pl",
    ),
    Specimen(
        name="player with one sentence, Spanish",
        html=_arc(
            "es",
            "Así reabre el puente",
            "<h1>Así reabre el puente</h1><div class='jwplayer-wrap'><div id='jwplayer_1'></div></div>" + _body(ES.sentences[0]),
        ),
        url=f"{SITE}/videos/2026/puente/",
        verdict="video",
        lang="es",
    ),
    Specimen(
        name="film that says NewsArticle, in French",
        html=story(
            REACT,
            FR,
            count=1,
            before=REACT.player(),
            title="VIDÉO. Le pont du Nord rouvre",
            head=news(FR, "VIDÉO. Le pont du Nord rouvre", more={"video": _CLIP}),
        ),
        url=f"{SITE}/video/le-pont.html",
        verdict="video",
        lang="fr",
    ),
    Specimen(
        name="pictures in a slider",
        html=_arc(
            "en",
            "Photos: the day of the bridge",
            "<h1>Photos: the day of the bridge</h1><div class='slider'>"
            + "".join(
                f"<div class='slide'><img src='/{n}.jpg'><p class='slide-caption'>{esc(EN.sentences[n % 6])}</p></div>" for n in range(10)
            )
            + "</div>",
            head=og("article"),
        ),
        url=f"{SITE}/photos/bridge",
        verdict="gallery",
    ),
    Specimen(
        name="ImageGallery, Ukrainian",
        html=story(
            REACT,
            UK,
            count=1,
            title="Північний міст у фотографіях",
            after="".join(REACT.picture(n, UK.sentences[n % 6]) for n in range(8)),
            head=data({"@type": "ImageGallery"}),
        ),
        verdict="gallery",
        lang="uk",
    ),
    Specimen(
        name="Arabic, in pictures",
        html=story(
            PLAIN,
            AR,
            count=1,
            title="بالصور: إعادة فتح الجسر",
            after="".join(PLAIN.picture(n, AR.sentences[n % 6]) for n in range(9)),
            head=og("article"),
        ),
        verdict="gallery",
        lang="ar",
    ),
    Specimen(
        name="diaporama",
        html=story(
            DRUPAL,
            FR,
            count=2,
            title="Le pont en images",
            after="".join(DRUPAL.picture(n, FR.caption) for n in range(14)),
            head=og("website"),
        ),
        url=f"{SITE}/diaporama/pont",
        verdict="gallery",
        lang="fr",
    ),
    Specimen(
        name="episode with notes and chapters",
        html=_arc(
            "en",
            "Rivers, 9: The crane",
            "<h1>Rivers, 9: The crane</h1><audio src=/9.mp3></audio>"
            + _body(EN.sentences[2], EN.sentences[3])
            + "<ul><li>00:00 Welcome</li><li>04:10 The crane</li><li>21:45 Letters</li></ul>",
            head=data({"@type": "PodcastEpisode", "name": "The crane"}),
        ),
        url=f"{SITE}/podcasts/river/9",
        verdict="audio",
    ),
    Specimen(
        name="radio, German",
        html=story(PLAIN, DE, count=2, before=PLAIN.sound(), head=data({"@graph": [{"@type": "RadioEpisode"}]})),
        url=f"{SITE}/hoeren/nordbruecke",
        verdict="audio",
        lang="de",
    ),
    Specimen(
        name="player of another host, Italian",
        html=_arc(
            "it",
            "Il ponte, puntata 3",
            "<h1>Il ponte, puntata 3</h1><iframe src='https://open.spotify.com/embed/episode/1'></iframe>" + _body(IT.sentences[0]),
        ),
        url=f"{SITE}/podcast/il-ponte/3",
        verdict="audio",
        lang="it",
    ),
    Specimen(
        name="audio, Hebrew, marked website",
        html=story(REACT, HE, count=1, before=REACT.sound(), head=data({"@type": "AudioObject"}) + og("website")),
        url=f"{SITE}/audio/22",
        verdict="audio",
        lang="he",
    ),
)

# -- no page


def _bare(title: str, *said: str) -> str:
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1>" + "".join(f"<p>{text}</p>" for text in said) + "</body></html>"
    )


_FORM = "<form action=/auth method=post><input name=email><input type=password name=pw><button>→</button></form>"
PLACEHOLDERS = (
    Specimen(
        name="missing, Dutch", html=_arc("nl", "Pagina niet gevonden", "<h1>Pagina niet gevonden</h1>"), verdict="soft_404", lang="nl"
    ),
    Specimen(
        name="missing, Korean",
        html=_arc("ko", "페이지를 찾을 수 없습니다", "<h1>페이지를 찾을 수 없습니다</h1>"),
        verdict="soft_404",
        lang="ko",
    ),
    Specimen(
        name="missing, Hungarian",
        html=_arc("hu", "Az oldal nem található", "<h1>Az oldal nem található</h1><p>Talán törölték.</p>"),
        verdict="soft_404",
        lang="hu",
    ),
    Specimen(name="missing, Serbian", html=_bare("Страница није пронађена", "Проверите адресу."), verdict="soft_404", lang="sr"),
    Specimen(
        name="article taken down, English",
        html=_arc("en", "Story unavailable", "<h1>This story is no longer available</h1>"),
        verdict="soft_404",
    ),
    Specimen(name="missing, Greek", html=_bare("Η σελίδα δεν βρέθηκε"), verdict="soft_404", lang="el"),
    Specimen(
        name="cookie wall, Swedish",
        html=_bare(
            "Vi värnar om din integritet",
            "Vi och våra 120 partners använder cookies för att mäta trafiken och visa annonser som passar dig.",
            "Godkänn alla eller hantera dina val; ditt samtycke kan återkallas när som helst.",
        ),
        verdict="consent",
        lang="sv",
    ),
    Specimen(
        name="cookie wall, Hebrew",
        html=_bare(
            "פרטיות",
            "אנחנו והשותפים שלנו משתמשים בעוגיות כדי למדוד תנועה ולהציג פרסומות שמתאימות לקוראים של האתר.",
            "אישור הכל או ניהול העדפות של עוגיות והסכמה.",
        ),
        verdict="consent",
        lang="he",
    ),
    Specimen(
        name="cookie wall, Japanese",
        html=_bare(
            "プライバシーについて",
            "当社とパートナーは、アクセスの測定と広告の表示のためにクッキーを使用します。すべて許可するか、設定を選んでください。同意はいつでも取り消すことができます。",
        ),
        verdict="consent",
        lang="ja",
    ),
    Specimen(name="sign in, Czech", html=_bare("Přihlášení", _FORM), verdict="login", lang="cs"),
    Specimen(name="sign in, Korean", html=_bare("로그인", "계속하려면 로그인하세요.", _FORM), verdict="login", lang="ko"),
    Specimen(
        name="sign in, redirect",
        html=_bare("Morning Herald", _FORM),
        url=f"{SITE}/signin?return=/2026/05/x",
        requested_url=f"{SITE}/2026/05/x",
        verdict="login",
    ),
    Specimen(
        name="challenge, Turkish",
        html=_bare("Bir dakika lütfen", "Tarayıcınız kontrol ediliyor."),
        status=503,
        verdict="bot_challenge",
        lang="tr",
    ),
    Specimen(
        name="challenge, Arabic",
        html=_bare("التحقق من أنك إنسان", "يرجى تفعيل JavaScript."),
        status=403,
        verdict="bot_challenge",
        lang="ar",
    ),
    Specimen(
        name="press and hold",
        html=_bare("Access to this page has been denied", "Press and hold to confirm you are a human.", "Reference ID 9f-1"),
        verdict="bot_challenge",
    ),
    Specimen(
        name="not in your country, Japanese",
        html=_bare("ご利用いただけません", "お住まいの地域ではご利用いただけません。"),
        verdict="geo_block",
        lang="ja",
    ),
    Specimen(
        name="front page instead",
        html=_arc("en", "Morning Herald", "".join(f'<h2><a href="/{n}">{line}</a></h2>' for n, line in enumerate(EN.headlines))),
        url=f"{SITE}/",
        requested_url=f"{SITE}/2019/old-story",
        verdict="redirected_home",
    ),
    Specimen(name="maintenance, Ukrainian, 200", html=_bare("Технічні роботи", "Сайт скоро запрацює."), verdict="error", lang="uk"),
    Specimen(name="database down, 200", html=_bare("Error establishing a database connection"), verdict="error"),
    Specimen(name="bad gateway", html=_bare("502 Bad Gateway", "nginx"), status=502, verdict="error"),
    Specimen(name="picture with a wrong label", html="GIF89a....", verdict="not_html"),
    Specimen(
        name="only scripts",
        html="<html><head><title>x</title><script>var a=1</script></head><body><noscript></noscript></body></html>",
        verdict="empty",
    ),
    Specimen(name="a title and a date", html=_arc("en", "Bridge opens", _head("Bridge opens")), verdict="too_short"),
    Specimen(
        name="more follows, German",
        html=_arc("de", "Eilmeldung: Nordbrücke offen", _head("Eilmeldung: Nordbrücke offen") + _body("Mehr in Kürze.")),
        verdict="too_short",
        lang="de",
    ),
)

LAST: tuple[Specimen, ...] = (*ARTICLES, *LIVE, *STUBS, *SECTIONS, *MEDIA, *PLACEHOLDERS)
