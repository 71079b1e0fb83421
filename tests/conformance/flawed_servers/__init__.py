"""Servers that are wrong in one way each, to prove that the kit notices.

A flaw is a function that stands between our own server and its clients (`exchange`); `FLAWS` is
the table of all of them, one file for each topic.
"""

from importlib import import_module

from tests.conformance.flawed_servers.flaw import FLAWS, Flaw

TOPICS = (
    "filters",
    "fields",
    "paging",
    "sorting",
    "creation",
    "validation",
    "patching",
    "errors",
    "identity",
    "concurrency",
    "events",
    "events_untimely",
    "lifecycles",
    "order_items",
    "order_taking",
    "tasks",
    "alarm_habits",
    "catalogue",
    "faces",
    "habits",
    "questions",
    "finer_writing",
    "finer_reading",
    "finer_events",
    "searches",
    "pages",
    "values",
    "changes",
    "manners",
    "notices",
    "machines",
    "revisions",
    "criteria",
    "excerpts",
    "receipts",
    "amendments",
    "courtesies",
    "messages",
    "duties",
    "counterparts",
)

for _topic in TOPICS:
    import_module(f"{__name__}.{_topic}")

__all__ = ["FLAWS", "TOPICS", "Flaw"]
