"""The web pages, asked over HTTP."""
