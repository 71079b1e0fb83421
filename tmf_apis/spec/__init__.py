"""The words and readers of a specification file: what an API offers, never what it does."""
