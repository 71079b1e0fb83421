"""A stored record, and the resources of the APIs it may belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .shapes import Json, Version, render

# TMF638 v4 alone declares no class attribute on its resource.
UNTYPED_IN_V4 = {"service"}


class Resource(NamedTuple):
    """Where records of a kind live; a version whose API lacks the resource has no name for it."""

    api: str
    v4: str | None
    v5: str | None

    def name(self, version: Version) -> str | None:
        return self.v4 if version == "v4" else self.v5


@dataclass(frozen=True)
class Record:
    """One thing with its attributes; `kind` is its class where that is not the resource's own."""

    id: str
    attributes: dict[str, Json]
    kind: str | None = None

    def document(self, resource: str, version: Version) -> dict[str, Json]:
        """The full representation, id first and without `href`, which servers compute."""
        kind = self.kind or resource[0].upper() + resource[1:]
        body: dict[str, Json] = render(self.attributes, version)
        untyped = version == "v4" and resource in UNTYPED_IN_V4
        return {"id": self.id, **({} if untyped else {"@type": kind}), **body}
