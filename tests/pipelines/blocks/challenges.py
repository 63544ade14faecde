"""Which answers stop a reader to see whether he is a person, or because he asks too often or from the wrong place?"""

from __future__ import annotations

from tests.pipelines.blocks.build import URL, Row, site, wall

BOT, RATE, GEO = "bot_challenge", "rate_limited", "geo_block"
_CF = (("Server", "cloudflare"), ("CF-RAY", "8a1b2c3d4e5f6789-WAW"))
_JUST = wall(
    "Just a moment...",
    "<noscript><p>Enable JavaScript and cookies to continue</p></noscript>",
    script="window._cf_chl_opt={cType:'managed'};var s=document.createElement('script');"
    "s.src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1';",
)
_FIRST_LINE = "The owner of this site keeps out what looks like a machine. This will take a few seconds."

CHALLENGES = (
    Row(name="Cloudflare, managed challenge", status=403, headers=(*_CF, ("cf-mitigated", "challenge")), html=_JUST, expected=BOT),
    Row(name="Cloudflare, old waiting page", status=503, headers=_CF, html=_JUST, expected=BOT),
    Row(name="Cloudflare, challenge without its header and with 200", headers=_CF, html=_JUST, expected=BOT),
    Row(
        name="Cloudflare, challenge in Ukrainian",
        status=403,
        headers=_CF,
        html=wall("Зачекайте, будь ласка...", "Перевіряємо ваш браузер перед тим, як відкрити сторінку."),
        expected=BOT,
    ),
    Row(
        name="Cloudflare, challenge in Russian",
        status=403,
        headers=_CF,
        html=wall("Один момент…", "Подтвердите, что вы не робот, и мы пропустим вас дальше."),
        expected=BOT,
    ),
    Row(
        name="Cloudflare 1020",
        status=403,
        headers=_CF,
        html=wall("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>", "Ray ID: 8a1b2c3d4e5f6789"),
        expected=BOT,
    ),
    Row(
        name="Cloudflare 1015",
        status=429,
        headers=_CF,
        html=wall("Rate limited", "Error 1015", "You are being rate limited"),
        expected=RATE,
    ),
    Row(
        name="Cloudflare 1015 as plain text",
        status=403,
        headers=(("Content-Type", "text/plain"), *_CF),
        html="error code: 1015",
        expected=RATE,
    ),
    Row(
        name="Cloudflare 1009 as plain text",
        status=403,
        headers=(("Content-Type", "text/plain"), *_CF),
        html="error code: 1009",
        expected=GEO,
    ),
    Row(
        name="Cloudflare 1009 as a page",
        status=403,
        headers=_CF,
        html=wall(
            "Access denied", "<h1>Error 1009</h1>", "The owner of this website has banned the country or region your IP address is in."
        ),
        expected=GEO,
    ),
    Row(
        name="Akamai, reference number",
        status=403,
        headers=(("Server", "AkamaiGHost"),),
        html="<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You may not open this page on this server.<P>"
        "Reference&#32;&#35;18&#46;5f2c1602&#46;1764&#46;9ab</BODY></HTML>",
        expected=BOT,
    ),
    Row(
        name="Akamai, refresh with bm-verify",
        html='<html><head><meta http-equiv="refresh" content="5; URL=\'/2026/bridge?bm-verify=AAQAAAAJ\'"></head><body></body></html>',
        expected=BOT,
    ),
    Row(
        name="Akamai, proof in a box",
        status=428,
        html=wall("", '<div id="sec-if-cpt-container"></div>', head='<script src="/_sec/cp_challenge/ak-challenge-4-3.js"></script>'),
        expected=BOT,
    ),
    Row(
        name="Imperva, frame with an incident and status 200",
        headers=(("X-Iinfo", "9-1234-0 0NNN"), ("X-CDN", "Imperva")),
        html='<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX"></head><body style="margin:0"><iframe id="main-iframe" '
        'src="/_Incapsula_Resource?CWUDNSAI=9&incident_id=443000270023-101&edet=12" width="100%">Request unsuccessful. Incapsula incident '
        "ID: 443000270023-101</iframe></body></html>",
        expected=BOT,
    ),
    Row(
        name="Imperva, interruption",
        html=wall("Pardon Our Interruption", "Something about your browser made us think you were a bot.", "Incident ID: 9-77-3"),
        expected=BOT,
    ),
    Row(
        name="DataDome, page",
        status=403,
        headers=(("X-DataDome", "protected"), ("X-DD-B", "2")),
        html="<html><head><title>courier.example</title></head><body><p id='cmsg'>Please enable JS and disable any ad blocker</p><script>"
        "var dd={'rt':'c','cid':'AH','host':'geo.captcha-delivery.com'}</script></body></html>",
        expected=BOT,
    ),
    Row(
        name="DataDome, JSON",
        status=403,
        headers=(("Content-Type", "application/json"),),
        html='{"url":"https://geo.captcha-delivery.com/captcha/?initialCid=AH"}',
        expected=BOT,
    ),
    Row(
        name="HUMAN, press and hold",
        status=403,
        html=wall("Access to this page has been denied", "<div id='px-captcha'></div>", "Press &amp; Hold to confirm you are a human"),
        expected=BOT,
    ),
    Row(name="HUMAN, with status 200", html=wall("Courier", "<div id=px-captcha></div>", "Please hold the button."), expected=BOT),
    Row(
        name="Kasada",
        status=429,
        headers=(("x-kpsdk-ct", "0a1b"),),
        html="<html><body><script src='/a1b2/c3d4/ips.js?KP_UIDz=0a1b'></script></body></html>",
        expected=BOT,
    ),
    Row(name="AWS WAF, empty 202", status=202, headers=(("x-amzn-waf-action", "challenge"),), html="", expected=BOT),
    Row(
        name="AWS WAF, captcha",
        status=405,
        headers=(("x-amzn-waf-action", "captcha"),),
        html=wall("Human Verification", "<div id=captcha-container></div>", script="window.gokuProps={key:'AQ'};"),
        expected=BOT,
    ),
    Row(
        name="AWS WAF, script with 202 and no header",
        status=202,
        html=wall(
            "", "<div id=challenge-container></div>", script="AwsWafIntegration.saveReferrer();AwsWafIntegration.getToken().then(go);"
        ),
        expected=BOT,
    ),
    Row(
        name="DDoS-Guard",
        status=403,
        headers=(("Server", "ddos-guard"),),
        html=wall("DDoS-Guard", _FIRST_LINE, head="<script src='/.well-known/ddos-guard/js-challenge/index.js'></script>"),
        expected=BOT,
    ),
    Row(
        name="Qrator",
        status=401,
        headers=(("Server", "QRATOR"),),
        html="<html><head><script src='/__qrator/qauth_utm_v2.js'></script></head><body></body></html>",
        expected=BOT,
    ),
    Row(
        name="Sucuri, blocked",
        status=403,
        headers=(("X-Sucuri-ID", "11005"), ("X-Sucuri-Block", "GEO02")),
        html=wall("Sucuri WebSite Firewall - Access Denied", "Block ID: GEO02", "Your address was not let through."),
        expected=BOT,
    ),
    Row(
        name="Sucuri, cookie by script",
        html="<html><title>You are being redirected...</title><noscript>Javascript is required.</noscript><script>var s={};"
        "sucuri_cloudproxy_js='';eval(s)</script></html>",
        expected=BOT,
    ),
    Row(
        name="Vercel checkpoint",
        status=429,
        headers=(("x-vercel-mitigated", "challenge"),),
        html=wall("Vercel Security Checkpoint", "We are verifying your browser"),
        expected=BOT,
    ),
    Row(
        name="Vercel checkpoint, header lost",
        status=429,
        html=wall("Vercel Security Checkpoint", head="<script src=/.well-known/vercel/security/static/challenge.js></script>"),
        expected=BOT,
    ),
    Row(
        name="Anubis",
        html=wall(
            "Making sure you&#39;re not a bot!",
            "<h1>Making sure you're not a bot!</h1>",
            "Your browser has to do a small sum. " + _FIRST_LINE,
            head='<script id="anubis_challenge" type="application/json">{"difficulty":4}</script>',
        ),
        expected=BOT,
    ),
    Row(
        name="F5, rejected",
        html="<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult your administrator."
        "<br><br>Your support ID is: 4411223344556677889</body></html>",
        expected=BOT,
    ),
    Row(
        name="F5, script",
        html="<html><head><script>(function(){window['bobcmn']='101110';})();</script><script src='/TSPD/08abc?type=9'></script></head>"
        "<body><noscript>Please enable JavaScript to view the page content.</noscript></body></html>",
        expected=BOT,
    ),
    Row(
        name="cookie and reload",
        html="<html><body><script>document.cookie='__hash_=a1b2; path=/';location.reload();</script></body></html>",
        expected=BOT,
    ),
    Row(
        name="cookie and reload with 503",
        status=503,
        html='<!doctype html><html><head><script>var d=document;d.cookie = "t=7:a:b";location.href="/x";</script></head></html>',
        expected=BOT,
    ),
    Row(
        name="cookie counted with AES",
        html="<html><body><script src='/aes.js'></script><script>function toNumbers(d){}document.cookie='__test='+"
        "toHex(slowAES.decrypt(c,2,a,b));location.href='/?i=1';</script><noscript>This site needs scripts.</noscript></body></html>",
        expected=BOT,
    ),
    Row(
        name="refresh to a captcha",
        html='<html><head><meta http-equiv="Refresh" content="0; url=/captcha?back=%2Fbridge"></head><body></body></html>',
        expected=BOT,
    ),
    Row(
        name="sent on to an address of a check",
        url="https://www.courier.example/showcaptcha?retpath=1",
        requested_url=URL,
        html=wall("Ой!", "Запросы с вашего устройства похожи на автоматические.", "<form><input type=submit value=ok></form>"),
        expected=BOT,
    ),
    Row(
        name="hCaptcha alone",
        html=wall(
            "courier.example",
            "One step to go.",
            "<div class=h-captcha></div>",
            head="<script src=https://js.hcaptcha.com/1/api.js></script>",
        ),
        expected=BOT,
    ),
    Row(
        name="Turnstile alone, 403",
        status=403,
        html=wall("courier.example", "<div class=cf-turnstile></div>", head="<script src='/turnstile/v0/api.js'></script>"),
        expected=BOT,
    ),
    Row(
        name="unusual traffic",
        status=503,
        html=wall("Sorry", "Our systems have seen unusual traffic from your network. Please solve the captcha to go on."),
        expected=BOT,
    ),
    Row(
        name="a check of the connection",
        status=403,
        html=wall("Robot Challenge Screen", "Checking the site connection security"),
        expected=BOT,
    ),
    Row(name="German check", html=wall("Sicherheitsüberprüfung", "Bestätigen Sie, dass Sie kein Roboter sind."), expected=BOT),
    Row(name="Turkish check", status=403, html=wall("Bir dakika lütfen...", "Robot olmadığınızı doğrulayın."), expected=BOT),
    Row(name="firewall of a content system", status=403, html=wall("403", "Blocked by our security rules: automated tools."), expected=BOT),
    Row(
        name="Varnish 429",
        status=429,
        headers=(("Via", "1.1 varnish"),),
        html=wall("429 Too Many Requests", "Guru Meditation:", "XID: 32771"),
        expected=RATE,
    ),
    Row(
        name="nginx 429",
        status=429,
        headers=(("Retry-After", "60"),),
        html=wall("429 Too Many Requests", "<center>nginx</center>"),
        expected=RATE,
    ),
    Row(name="429 without a body", status=429, html="", expected=RATE),
    Row(
        name="503 that says why",
        status=503,
        html=wall("Too many requests", "You have sent too many requests from this address."),
        expected=RATE,
    ),
    Row(name="limit in Russian with 200", html=wall("Слишком много запросов", "Попробуйте открыть страницу позже."), expected=RATE),
    Row(
        name="limit in French with 403",
        status=403,
        html=wall("Trop de requêtes", "Merci de patienter avant de recharger la page."),
        expected=RATE,
    ),
)

GEO_BLOCKS = (
    Row(name="451, EU", status=451, html=wall("Unavailable", "We cannot open this page to visitors in the European Union."), expected=GEO),
    Row(name="451, bare", status=451, html="", expected=GEO),
    Row(
        name="EU with 200",
        html=wall(
            "The Courier", "This website is unavailable to visitors from the European Economic Area while we work on the new data law."
        ),
        expected=GEO,
    ),
    Row(name="English, 403", status=403, html=wall("Sorry", "This content is not available in your country."), expected=GEO),
    Row(name="from your country", status=403, html=wall("Forbidden", "Access from your country is restricted."), expected=GEO),
    Row(
        name="European Economic Area in a long sentence",
        html=wall(
            "The Herald",
            "It looks as if you open this paper from a country belonging to the European Economic Area, where the GDPR holds; we cannot "
            "let you read it at this time, and ask you to write to the desk or to call it by telephone.",
        ),
        expected=GEO,
    ),
    Row(name="German", html=wall("Hinweis", "Dieser Inhalt ist in Ihrem Land nicht abrufbar."), expected=GEO),
    Row(name="French", html=wall("Information", "Ce contenu n’est pas disponible dans votre pays."), expected=GEO),
    Row(name="Spanish", html=wall("Aviso", "Esta página no está disponible en su país por motivos legales."), expected=GEO),
    Row(name="Italian", html=wall("Avviso", "Il servizio non è disponibile nel tuo paese."), expected=GEO),
    Row(name="Russian", status=403, html=wall("Внимание", "Материал недоступен в вашем регионе."), expected=GEO),
    Row(name="Ukrainian", html=wall("Увага", "Сторінка недоступна у вашій країні."), expected=GEO),
    Row(name="Turkish", html=wall("Uyarı", "Bu içerik ülkenizde kullanılamıyor."), expected=GEO),
    Row(
        name="in the site's dress",
        html=site(
            "Not available | The Courier", "<h1>Not available in your region</h1>", "Rights to this page end at the border.", links=4
        ),
        expected=GEO,
    ),
)
