"""What does warchive crawl when nobody may be bothered: an invented newspaper, served over HTTP on loopback.

    with Newspaper() as paper:
        rules = paper.write_sources(folder)     # source files, and the connect_to rules that lead to them

All text in it was written for it; its hosts end in `.example` and exist nowhere.
"""

from crawler.newspaper.paper import Newspaper
from crawler.newspaper.stories import Truth

__all__ = ["Newspaper", "Truth"]
