"""A month of crawling hundreds of sites, with the real code and a clock that does not wait."""
