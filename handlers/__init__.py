"""The web: from a request to the rules and the store, and back to an answer."""
