"""Which pages look like blocks and are none?"""

from __future__ import annotations

from tests.pipelines.blocks.build import SENTENCES, URL, Row, article, site, wall

_LONG = (
    *SENTENCES,
    "The county has paid a third of the bill, the railway another, and the rest is to come from the towns on both banks by 2031.",
    "Until then the old ferry keeps its place on the map, though it sails only on Sundays and when the wind allows it.",
)
_JSD = (
    "<script>(function(){window.__CF$cv$params={r:'8a1b'};var a=document.createElement('script');"
    "a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';})();</script>"
)
_CF = (("Server", "cloudflare"), ("CF-RAY", "8a1b2c3d4e5f6789-WAW"), ("cf-cache-status", "HIT"))
_BANNER = (
    "<div id=cmp role=dialog><h2>Before you continue</h2><p>We and our 214 partners use cookies to store what you read and to show you "
    "advertising that fits. You may take back your consent at any time.</p><button>Accept all</button><button>Manage options</button></div>"
)
_LOGIN = (
    "<div class=modal><h2>Log in</h2><form action=/login><input name=u><input type=password name=p><button>Log in</button></form></div>"
)
_LETTER = "<form class=newsletter><h3>Sign in to get our letter</h3><input type=email><p>You need to log in to choose topics.</p></form>"


def _about(title: str, *said: str, marked: bool = True) -> str:
    return article(title, said, marked=marked)


# title: three sentences that use the words of a wall
_ABOUT = {
    "Are you a robot? Why captchas get harder": (
        "Everybody has been asked to verify that you are human by clicking on pictures of buses, and machines are now better at it.",
        "A new study counts how long people need to solve the captcha: nine seconds on a good day, thirty-two on a small screen.",
        "The authors propose to drop the checks where a page is only read, and to keep them where something is sold.",
    ),
    "Parliament votes on the end of cookie banners": (
        "The new privacy law would let browsers answer for their users, so that nobody has to accept all cookies on each page again.",
        "Publishers say that they and their partners would lose a third of their advertising; consent is their only way to earn.",
        "A vote on the law is due in March, and the cookie banner would then vanish within two years from most pages.",
    ),
    "Cookies: what readers agree to": (
        "Readers who click on accept all agree to more than they think: the consent covers 214 partners on the average page.",
        "Before you continue, a fifth of the pages ask for a choice that cannot be undone without deleting all cookies by hand.",
        "We counted the partners of forty newspapers and asked each for the data that it keeps about a single reader.",
    ),
    "This page is not available in your country: how nations cut the net": (
        "Whoever opened the site in May read that it was not available in your country; a court had ordered the block overnight.",
        "Since then the ministry has added eleven newspapers to the list, and users from the European Union see a warning.",
        "Lawyers for the papers say that the order names no reason, and have asked the highest court for a hearing.",
    ),
    "Too many requests: registry office gives up its website": (
        "The registry office has taken its calendar offline after it had sent too many requests to the state's own servers.",
        "A rate limit exceeded by a factor of nine had locked out all citizens since Friday, a spokeswoman said on Monday.",
        "Dates can be had by telephone until the calendar returns, but the line was busy for most of the morning.",
    ),
    "Access denied": (
        "Reporters who came to the courthouse on Tuesday found the doors closed, and a notice on them that named no reason.",
        "The judge had barred the public an hour before the hearing; an appeal by three newspapers is to be heard on Friday.",
    ),
    "Just a moment": (
        "It took just a moment: at 7.14 the first train rolled over the northern bridge, and two hundred people began to clap.",
        "What follows are notes from a morning on the bank of the river, between umbrellas, sandwiches and a brass band.",
    ),
    "404": (
        "The play of this title opened on Friday: two actors search a city for a page that was not found, and find each other.",
        "It lasts ninety minutes without a break, and there are seats left for all evenings but the last one in June.",
    ),
    "Cloudflare outage takes half the web offline": (
        "For forty minutes readers saw a page that said just a moment, or an error code, in place of shops, papers and games.",
        "The company blamed a change of its bot protection; checking your browser took longer than the browser would wait.",
        "By noon the traffic was back to what is usual on a Tuesday, and the shares had lost two in a hundred.",
    ),
    "Login page of the tax office copied by thieves": (
        "Thieves have copied the page on which citizens must log in to see their taxes, and sent its address to thousands.",
        "Whoever typed a password there should change it at once, the office said, and look at the last payments made.",
    ),
    "Page not found: how the ministry lost its archive": (
        "Nine hundred reports that the ministry had put online are gone, and each address now says that the page was not found.",
        "A clerk had closed the old server before anybody had looked at what was on it, an inquiry has found.",
    ),
    "You have been blocked: what to do when a friend falls silent": (
        "It happens to one in four people a year: you have been blocked, and nobody tells you why or for how long.",
        "Our columnist has asked a judge, a teacher and a priest what they would do, and got three different answers.",
    ),
    "Unusual traffic on the ring road": (
        "Drivers met unusual traffic on the ring road on Sunday after a lorry had lost forty crates of lemonade at exit nine.",
        "The police closed two lanes until noon and asked everybody to wait, or to take the road along the canal.",
    ),
}

ARTICLES = (
    *(Row(name=f"about it: {title}", html=_about(title, *said), expected=None) for title, said in _ABOUT.items()),
    *(
        Row(name=f"about it, long and without marks: {title}", html=_about(title, *said, *_LONG, marked=False), expected=None)
        for title, said in _ABOUT.items()
    ),
    Row(name="consent banner before the text", html=article(before=_BANNER), expected=None),
    Row(name="consent banner after the text", html=article(after=_BANNER), expected=None),
    Row(name="consent banner, page without marks", html=article(before=_BANNER, marked=False), expected=None),
    Row(name="consent banner before a short item", html=article(sentences=SENTENCES[:2], before=_BANNER), expected=None),
    Row(
        name="consent banner before a short item about cookies",
        html=article("Cookies: what readers agree to", _ABOUT["Cookies: what readers agree to"], before=_BANNER),
        expected=None,
    ),
    Row(name="login form in the header", html=article(before=_LOGIN), expected=None),
    Row(name="login form before a short item", html=article(sentences=SENTENCES[:2], before=_LOGIN), expected=None),
    Row(name="newsletter form below", html=article(after=_LETTER), expected=None),
    Row(name="short item", html=article(sentences=SENTENCES[:1]), expected=None),
    Row(name="short item without marks", html=article(sentences=SENTENCES[:2], marked=False), expected=None),
    Row(
        name="reCAPTCHA at the comments",
        html=article(after="<form id=comments><textarea></textarea><script src='https://www.google.com/recaptcha/api.js'></script></form>"),
        expected=None,
    ),
    Row(
        name="hCaptcha at the comments of a short item",
        html=article(sentences=SENTENCES[:2], head="<script src='https://js.hcaptcha.com/1/api.js' async></script>", marked=False),
        expected=None,
    ),
    Row(name="served by Cloudflare with its script", headers=_CF, html=article(after=_JSD), expected=None),
    Row(name="served by Cloudflare, short", headers=_CF, html=article(sentences=SENTENCES[:2], after=_JSD, marked=False), expected=None),
    Row(
        name="DataDome's tag and header",
        headers=(("X-DataDome", "protected"),),
        html=article(head="<script src=//js.datadome.co/tags.js></script>"),
        expected=None,
    ),
    Row(
        name="Imperva's script and headers",
        headers=(("X-Iinfo", "9-1 0NNN"), ("X-CDN", "Imperva")),
        html=article(head="<script src='/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3'></script>"),
        expected=None,
    ),
    Row(
        name="F5's script",
        html=article(head="<script>window['bobcmn']='1011';</script><script src='/TSPD/08?type=10'></script>"),
        expected=None,
    ),
    Row(name="HUMAN's sensor", html=article(head="<script>window._pxAppId='PX1a2b';</script>"), expected=None),
    Row(name="Kasada's headers on a good page", headers=(("x-kpsdk-ct", "0a1b"),), html=article(), expected=None),
    Row(name="AWS WAF's script", html=article(head="<script src='//x.token.awswaf.com/challenge.js'></script>"), expected=None),
    Row(
        name="DDoS-Guard, Qrator and Sucuri as servers",
        headers=(("Server", "ddos-guard"), ("X-Sucuri-ID", "11005")),
        html=article(),
        expected=None,
    ),
    Row(
        name="sets a cookie and can reload",
        html=article(after="<script>document.cookie='seen=1';if(old)location.reload();</script>"),
        expected=None,
    ),
    Row(name="loads itself anew every five minutes", html=article(head='<meta http-equiv="refresh" content="300">'), expected=None),
    Row(
        name="a film that is not for this country",
        html=article(sentences=SENTENCES[:2], after="<figure><p>This video is not available in your country.</p></figure>"),
        expected=None,
    ),
    Row(
        name="the same without marks",
        html=article(sentences=SENTENCES[:3], after="<figure><p>This video is not available in your country.</p></figure>", marked=False),
        expected=None,
    ),
    Row(
        name="scripts are asked for",
        html=article(before="<noscript>Please enable JavaScript and cookies to continue</noscript>"),
        expected=None,
    ),
    Row(name="scripts are asked for, visibly", html=article(before="<div>Enable JavaScript and cookies to continue</div>"), expected=None),
    Row(
        name="source code of a challenge in the text",
        html=article(sentences=(*SENTENCES, "It begins with window._cf_chl_opt, says the report.")),
        expected=None,
    ),
    Row(name="moved to another address", requested_url="https://www.courier.example/?p=12", html=article(), expected=None),
    Row(name="an article that lies at the front", url="https://bridge.courier.example/", requested_url=URL, html=article(), expected=None),
    Row(name="an address with login in it", url="https://www.courier.example/2026/login-thieves", html=article(), expected=None),
)

OTHERS = (
    Row(
        name="front page asked for",
        url="https://www.courier.example/",
        html=site("The Courier", links=30),
        expected=None,
        verdict="section",
    ),
    Row(
        name="nginx 403",
        status=403,
        html=wall("403 Forbidden", "<center><h1>403 Forbidden</h1></center><hr>nginx"),
        expected=None,
        verdict="error",
    ),
    Row(
        name="Apache 403",
        status=403,
        html=wall("403 Forbidden", "<h1>Forbidden</h1>", "You don't have permission to access this resource."),
        expected=None,
        verdict="error",
    ),
    Row(
        name="a content system's 403",
        status=403,
        html=site("Access denied | The Courier", "<h1>Access denied</h1>", "You are not authorized to access this page."),
        expected=None,
        verdict="error",
    ),
    Row(
        name="403 of a site behind Cloudflare",
        status=403,
        headers=_CF,
        html=wall("403 Forbidden", "<h1>Forbidden</h1>", _JSD),
        expected=None,
        verdict="error",
    ),
    Row(
        name="maintenance",
        status=503,
        html=wall("Maintenance", "We are back in an hour. Thank you for waiting."),
        expected=None,
        verdict="error",
    ),
    Row(name="nginx 503", status=503, html=wall("503 Service Temporarily Unavailable", "<hr>nginx"), expected=None, verdict="error"),
    Row(
        name="Varnish 503", status=503, html=wall("503 Backend fetch failed", "Guru Meditation:", "XID: 5"), expected=None, verdict="error"
    ),
    Row(name="Cloudflare 521", status=521, headers=_CF, html="error code: 521", expected=None, verdict="error"),
    Row(name="a true 404", status=404, html=site("Page not found | Courier", "<h1>Page not found</h1>"), expected=None, verdict="error"),
    Row(
        name="a true 404 behind Cloudflare",
        status=404,
        headers=_CF,
        html=site("Not found", "<h1>Not found</h1>", _JSD),
        expected=None,
        verdict="error",
    ),
    Row(name="410", status=410, html=wall("Gone", "<h1>Gone</h1>"), expected=None, verdict="error"),
    Row(name="500", status=500, html=wall("Error", "Something broke."), expected=None, verdict="error"),
    Row(name="method not allowed", status=405, html=wall("405 Not Allowed", "<hr>nginx"), expected=None, verdict="error"),
    Row(
        name="an application that draws itself",
        html="<html><body><div id=root></div><script src=/app.js></script></body></html>",
        expected=None,
        verdict="empty",
    ),
    Row(name="nothing at all", html="", expected=None, verdict="empty"),
)
