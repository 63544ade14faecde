"""The spiders that Scrapy finds by module; there is one, and it is generic."""
