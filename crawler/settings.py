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
DOWNLOADER_MIDDLEWARES = {
    "crawler.shellbody.BodyForTheShell": 590,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
EXTENSIONS = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.logstats.LogStats": None,
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
