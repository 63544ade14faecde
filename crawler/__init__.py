"""DISCOVER, FETCH, CAPTURE: the part that talks to publishers."""
