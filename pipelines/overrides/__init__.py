"""Overrides for publishers whom the general way does not serve; docs/text.md shows how one is written."""
