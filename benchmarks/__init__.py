"""Is warchive fast and lean enough? Ratios against plain Scrapy in one run: `make bench`, or `python -m benchmarks --help`."""
