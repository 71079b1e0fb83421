"""Correct servers that take another way than ours where the rules leave one.

An alternative is a function that stands between our own server and its clients, as a flaw is, but
must not be blamed; `ALTERNATIVES` is the table of all of them, one file for each topic.
"""

from importlib import import_module

from tests.conformance.alternatives.alternative import ALTERNATIVES, Alternative

TOPICS = ("tasks", "orders", "answers", "events")

for _topic in TOPICS:
    import_module(f"{__name__}.{_topic}")

__all__ = ["ALTERNATIVES", "Alternative"]
