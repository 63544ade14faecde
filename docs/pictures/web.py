"""How are the pictures of docs/web.md made? The demo's archive is served, and Chromium takes the pictures.

python docs/pictures/web.py        writes docs/pictures/{front,search,article,compare}.png anew; needs chromium and playwright
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORD = "الألغام"  # mines, in the words of an Arabic paper
STORY = "http://www.harbour-courier.example/2025/01/14/observers-count-craters-at-kelda-bridge"
SHOTS = {
    "front": ("/", 1100, 1000),
    "search": (f"/search?q={quote(WORD)}", 1100, 640),
    "article": ("/articles/{story}", 1100, 900),
    "compare": ("/compare?b={story}", 1100, 760),
}
"""Address, width and height of each picture; `{story}` is the article of `STORY`."""


def _all_well(archive: Any) -> list[dict[str, Any]]:
    return [{"source": name, "verdict": "ok", "level": "ok", "reason": "", "since": None} for name, _ in archive.catalogue.standings()]


def main() -> None:
    """Write the pictures."""
    from archive.reader import open_archive
    from archive.web.app import make_app
    from archive.web.serve import listening_socket, serving
    from archive.web.settings import WebSettings
    from tests.servers.chrome import run_chrome, watched

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "warchive-demo"
        command = [sys.executable, "-m", "warchive", "demo"]
        subprocess.run(command, cwd=place, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, check=True, capture_output=True)
        listener = listening_socket("127.0.0.1", 0)
        port = listener.getsockname()[1]
        settings = WebSettings(
            open_archive=lambda: open_archive(str(folder / "store"), collection="demo", state=folder / "state", sync=False),
            hosts=frozenset({f"localhost:{port}"}),
            title="demo",
            health=_all_well,
        )
        with settings.open_archive() as archive:
            archive.catalogue.sync(archive.store, archive.collection)
            article = archive.article(STORY)
        assert article is not None
        with serving(make_app(settings), listener), run_chrome() as browser:
            for name, (path, width, height) in SHOTS.items():
                with watched(browser, f"http://localhost:{port}", width=width, height=height) as seen:
                    for _ in range(3):  # the index of the search is made meanwhile
                        seen.page.goto(f"http://localhost:{port}{path.format(story=article.id)}")
                        time.sleep(1)
                    seen.page.goto(f"http://localhost:{port}{path.format(story=article.id)}")
                    seen.page.screenshot(path=HERE / f"{name}.png")
                    seen.expect_quiet()
                sys.stdout.write(f"docs/pictures/{name}.png: {(HERE / f'{name}.png').stat().st_size:,} bytes\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
