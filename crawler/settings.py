"""How is Scrapy set up? Manners first, then what is switched off, then the order of the parts.

`scrapy list`, `scrapy crawl NAME` and `scrapy shell` use these; `warchive crawl` adds what `warchive.toml` says (crawler/run.py). A test
reads the effective settings.
"""

from __future__ import annotations

BOT_NAME = "warchive"
SPIDER_LOADER_CLASS = "crawler.loader.SourceSpiderLoader"
SPIDER_MODULES = ["crawler.spiders"]

# Manners: who we are comes from the configuration, robots.txt and the pace of a host are the scheduler's matter.
USER_AGENT = "warchive/0.1 (no contact configured)"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, br",  # what the archive can decode in ten years; no zstd (DESIGN §4)
}
ROBOTSTXT_OBEY = False  # Scrapy's middleware does not read RFC 9309's 5xx rule and hides the capture; crawler/robotsfile.py obeys
SCHEDULER = "crawler.scheduler.FrontierScheduler"
DOWNLOAD_DELAY = 0  # the scheduler hands out a host's next request when its pace allows: nothing waits inside Scrapy
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"

# Capture: the bytes on the wire.
DOWNLOAD_HANDLERS = {
    "http": "crawler.wire.WireDownloadHandler",
    "https": "crawler.wire.WireDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_VERIFY_CERTIFICATES = True  # our handler always verifies; said here for whoever reads the settings

# Whatever changes, repeats or follows by itself is off: each exchange is kept and judged by us.
COOKIES_ENABLED = False
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
RETRY_ENABLED = False
COMPRESSION_ENABLED = False
HTTPPROXY_ENABLED = False
HTTPCACHE_ENABLED = False
REFERER_ENABLED = False
AUTOTHROTTLE_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
MEMUSAGE_ENABLED = False
URLLENGTH_LIMIT = 8192  # the scope refuses what is too long to be a page; a feed's URL may be longer
# What is on, in place of Scrapy's own lists: a part that is switched off by name is imported all the same, which costs each start of
# `warchive crawl` a fifth of a second, and what a later Scrapy brings would be on.
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "crawler.shellbody.BodyForTheShell": 590,
}
SPIDER_MIDDLEWARES_BASE = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
}
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
}

# Text: extract, then keep.
ITEM_PIPELINES = {
    "pipelines.stages.ExtractStage": 100,
    "pipelines.stages.KeepStage": 200,
}
# A callback gives one item at most. For each response Scrapy makes so many tasks: a hundred, its default, cost more than all we do.
CONCURRENT_ITEMS = 1

LOG_LEVEL = "INFO"
STATS_DUMP = False
