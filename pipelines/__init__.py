"""EXTRACT, CLEAN: the part that turns one capture into one article."""
