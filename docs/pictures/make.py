"""How are the pictures of docs/text.md made? A page of our own goes through the extractor, and Chromium takes the pictures.

python docs/pictures/make.py        writes docs/pictures/*.png anew; needs chromium
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
URL = "https://harbour-courier.example/2024/11/grain-leaves-brenmouth"
CAPTURED_AT = "2024-11-09T06:00:00Z"
SIZES = {"page": (1000, 1450), "explain": (1000, 720), "lines": (1000, 1040)}
"""Width and height of each picture in CSS pixels."""
_LABELLED = """
[data-label]{outline:2px solid var(--colour);outline-offset:2px;background:var(--tint)!important;border-radius:2px}
[data-kept="no"]{outline-style:dashed}
[data-shown]{position:relative}
[data-shown]::after{content:attr(data-label);position:absolute;right:-4px;top:-15px;padding:0 6px;border-radius:3px;white-space:nowrap;
background:var(--colour);color:#fff;font:bold 11px/16px Arial,sans-serif;z-index:1}
.text>*,.standfirst,.byline,.tools,.signup>*,.more>*,.tags,.author-box,.comments>*,.sidebar h3,h1{margin-top:15px!important}
.masthead[data-shown]::after{top:4px;right:4px}
time{display:inline-block;margin-top:15px;padding-right:5rem}
.tools,.byline{margin-top:15px}.more h3,.signup h3{margin-top:6px!important}
"""


def told_of(html: str) -> dict[str, Any]:
    """The extractor's account of the page."""
    from pipelines.explain import explain_task

    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    return explain_task(head + html.encode(), url=URL, captured_at=CAPTURED_AT, timezone="Europe/Copenhagen")


def labelled(html: str, told: Mapping[str, Any]) -> str:
    """The page itself, each piece of text in the colour of its label."""
    from lxml import html as lxml_html

    from pipelines.explain_labels import label_of

    tree: Any = lxml_html.document_fromstring(html)
    before = ""
    for line in told["lines"]:
        label = label_of(line["label"])
        words = f"{'✓' if line['kept'] else '✗'} {line['label'].replace('_', ' ')}"
        for element in tree.xpath(line["xpath"]):
            element.set("data-label", words)
            if words != before or len(line["text"]) > 60:
                element.set("data-shown", "")
            element.set("data-kept", "yes" if line["kept"] else "no")
            element.set("style", f"--colour:{label.family.colour};--tint:{label.family.tint}")
        before = words
    style = lxml_html.Element("style")
    style.text = _LABELLED
    tree.find("head").append(style)
    return str(lxml_html.tostring(tree, encoding="unicode", doctype="<!doctype html>"))


def photograph(browser: str, html: str, target: Path, size: tuple[int, int]) -> None:
    """A picture of a page, eleven dots for ten pixels: legible, and small."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1.1"]
        options += [f"--user-data-dir={folder}/profile", f"--window-size={size[0]},{size[1]}", f"--screenshot={target}"]
        subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True, timeout=120)


def main() -> None:
    """Write the pictures."""
    browser = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit("the pictures are taken by chromium, which is not here: `apt-get install chromium`")
    from pipelines.explain_page import render

    html = (HERE / "page.html").read_text(encoding="utf-8")
    told = told_of(html)
    account = render(told)
    title = next(line["number"] for line in told["lines"] if line["label"] == "title")
    # The second half of a long page: what stands above the headline is in the first picture.
    lower = f".what,h1,dl,h2,table,.map,.lines>li:nth-child(-n+{title - 1}){{display:none}}</style>"
    shown = {"page": labelled(html, told), "explain": account, "lines": account.replace("</style>", lower, 1)}
    for name, page in shown.items():
        photograph(browser, page, HERE / f"{name}.png", SIZES[name])
        sys.stdout.write(f"docs/pictures/{name}.png: {(HERE / f'{name}.png').stat().st_size:,} bytes\n")


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[1]))
    main()
