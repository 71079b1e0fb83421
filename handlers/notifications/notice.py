"""An event of the log on its way to listeners: what it is about, and the bytes each gets."""

from functools import cached_property
from typing import Any

import orjson

from persistence.store import Logged
from tmf_apis.tmf630.matching import may_match
from tmf_apis.tmf630.query import ALWAYS
from tmf_apis.tmf630.subscriptions import Interest, narrowed
from tmf_apis.tmf630.weight import effort

Json = dict[str, Any]

_ID = b'{"eventId":"'


class Notice:
    """An event of the log. It is decoded when the first subscription has to look inside."""

    def __init__(self, logged: Logged) -> None:
        head, _, self.body = logged.body.partition(b"\n")
        about = orjson.loads(head)
        #: The attributes of the resource that the event shows (R-1016), None for all; and how
        #: many deliveries led to it.
        self.shown: list[str] | None = about["shown"] if isinstance(about, dict) else about
        self.hops: int = about["hops"] if isinstance(about, dict) else 0
        self.logged = logged
        self.sequence = logged.sequence
        self.size = len(logged.body)
        #: What events are in order of: the resource that changed.
        self.resource = (logged.collection, logged.id)

    @property
    def id(self) -> str:
        """The id of the event, with which the envelope begins."""
        if self.body.startswith(_ID):
            return self.body[len(_ID) : self.body.index(b'"', len(_ID))].decode()
        return str(self.document.get("eventId", ""))

    @cached_property
    def document(self) -> Json:
        """The envelope with the whole resource, which is what queries see (D17)."""
        found: Json = orjson.loads(self.body)
        return found

    def is_of(self, base_path: str) -> bool:
        """Whether it is of an API."""
        return self.logged.collection.startswith(f"{base_path}/")

    def concerns(self, base_path: str, interest: Interest) -> bool:
        """Whether it is of an API, and one that a subscription asks for."""
        if not self.is_of(base_path):
            return False
        return interest.where == ALWAYS or may_match(interest.where, self.document)

    def effort(self, interest: Interest) -> int:
        """What it is to see whether a subscriber wants it and to make its body, in bytes that are
        read.
        """
        if interest.fields is None and interest.where == ALWAYS and self.shown is None:
            return 0
        return effort(self.size, interest.program)

    def sent(self, interest: Interest) -> bytes:
        """The body a subscriber gets."""
        if interest.fields is None and self.shown is None:
            return self.body
        return orjson.dumps(narrowed(self.document, self.shown, interest.fields))
