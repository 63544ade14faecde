"""SEE: the web pages, the API and the feeds over one collection; read-only."""
