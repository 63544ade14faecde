"""The overrides that come with warchive. There are none: a rule for a publisher is shipped only with pages that prove the need for it."""
