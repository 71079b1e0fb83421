"""Two worlds that one caller asks the same: a store full of the rows of others, and one that never
held any. What the caller is told there is alike, but for what names a server, a moment or an id
that a server chose.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.handlers.facts import Case, Json, case
from tests.handlers.permission.callers import of_party
from tests.handlers.serving import Server
from tmf_apis.catalog import choose

#: All APIs with their neighbours: parties, products and accounts are theirs.
WHOLE = choose()
#: What a partner and a customer see of; each is there in both versions.
SEEN = (
    "TMF622/productOrder", "TMF629/customer", "TMF638/service", "TMF678/customerBill",
    "TMF632/individual", "TMF637/product", "TMF666/billingAccount",
)  # fmt: skip
V4, V5 = ([case(name.replace("/", f"-{major}/")) for name in SEEN] for major in ("v4", "v5"))
#: How many rows each party has of each.
MANY = 3
#: What answers tell beside their bodies.
_TOLD = (
    *("X-Total-Count", "X-Result-Count", "Content-Range", "Content-Type", "Content-Encoding"),
    *("Tmf-Hint", "Allow", "ETag", "Location", "Link", "Retry-After", "Idempotent-Replayed"),
    *("WWW-Authenticate", "Cache-Control", "Vary", "Accept-Patch", "Deprecation"),
)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")
#: A tag is of what is shown, and so of moments and ids too.
_TAG = re.compile(r'(?<=")[0-9a-f]{24}(?=\.)')


def id_of(of: Case, whose: str, number: int) -> str:
    """The id of a row; a person is there once, and is the party itself."""
    return whose if of.resource.name == "individual" else f"{whose}-{number}"


def rows(of: Case, whose: str) -> list[Json]:
    """The rows of a party."""
    count = 1 if of.resource.name == "individual" else MANY
    body = of.create_body() if of.creatable else of.sample()
    state = {"state": "acknowledged"} if of.resource.name == "productOrder" else {}
    return [
        body | of_party(of, whose) | state
        | {"id": id_of(of, whose, number), "description": f"{whose} {number}", "x-n": number}
        for number in range(count)
    ]  # fmt: skip


@dataclass(repr=False)
class World:
    """A caller at a server, and the ids that the server chose for it, in the order they came."""

    server: Server
    chosen: dict[str, str] = field(default_factory=dict)

    def filled(self, *parties: str) -> "World":
        """With the rows of some parties in it."""
        for of in V5:
            found = (rows(of, whose) for whose in parties)
            # Those of others are between one's own.
            self.server.load_all(of, [row for each in zip(*found, strict=True) for row in each])
        return self

    def told(self, answer: httpx.Response) -> Any:
        """All that an answer tells, but for what is another in each world."""
        headers = [self._bare(answer.headers.get(name, "")) for name in _TOLD]
        kind = answer.headers.get("Content-Type", "")
        text = "(a document)" if "pdf" in kind else self._bare(answer.text)
        return answer.status_code, text, headers, sorted(answer.headers)

    def _bare(self, text: str) -> str:
        text = text.replace(self.server.url, "")
        text = _ID.sub(lambda m: self.chosen.setdefault(m[0], f"id {len(self.chosen)}"), text)
        return _TAG.sub("(a tag)", _MOMENT.sub("(a moment)", text))
