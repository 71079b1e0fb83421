"""Whose a document is, and what is left of it when its person is erased, as pure functions."""
