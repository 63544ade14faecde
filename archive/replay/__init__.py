"""REPLAY: pywb in an environment and a process of its own; it is never imported."""
