"""KEEP, INDEX, EXPORT: keeps captures and articles and gives them back; knows neither Scrapy nor trafilatura."""
