"""Those who ask: a client of a server for each role, with tokens that its deployment signs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from handlers.identity.keys import make_first, signed
from tests.handlers.facts import Case, Json
from tests.handlers.serving import PATIENCE, Server

#: Whose rows the tests are about, and whose they are not.
MINE, THEIRS = "42", "43"
Start = Callable[..., Server]
#: What a service in an order has to say.
_ASKED_FOR = ("@type", "name", "state", "serviceSpecification")


def token(keys: Path, *roles: str, **claims: Any) -> str:
    """A token that holds for an hour; of a party unless another is named."""
    said = {"sub": "-".join(roles), "roles": list(roles), "party": MINE} | claims
    return signed(keys, "tmf-apis", 3600, **said)


@contextmanager
def caller(server: Server, *roles: str, **claims: Any) -> Iterator[Server]:
    """The server as a caller sees it; that of a tenant by a token of that tenant."""
    settings = server.settings
    make_first(settings.keys)
    claims = ({"tenant": settings.tenant} if settings.tenant else {}) | claims
    headers = {"Authorization": f"Bearer {token(settings.keys, *roles, **claims)}"}
    if settings.tenant:
        headers["Host"] = f"{settings.tenant}.localhost"
    with httpx.Client(
        base_url=server.url, headers=headers, timeout=PATIENCE, trust_env=False
    ) as client:
        called = replace(server, client=client)
        client.event_hooks = {"request": [called.arrange]} if "admin" in roles else {}
        yield called


def alone(case: Case, whose: str, **more: Any) -> Json:
    """A create body of a party that refers to nothing, as who sees some rows only may post it."""
    body = case.create_body()
    kept = {name: value for name, value in body.items() if not isinstance(value, (list, dict))}
    kept.pop("id", None)
    for name in ("productOrderItem", "serviceOrderItem"):
        for item in body.get(name, ()):
            service = {n: v for n, v in item.get("service", {}).items() if n in _ASKED_FOR}
            bare = {n: v for n, v in item.items() if n in ("@type", "id", "action")}
            kept.setdefault(name, []).append(bare | ({"service": service} if service else {}))
    return kept | of_party(case, whose) | more


def of_party(case: Case, id: str) -> Json:
    """What makes a resource of a case one of a party, as far as its file declares it."""
    declared = case.resource.attributes.children
    newer = {
        "@type": "RelatedPartyRefOrPartyRoleRef",
        "role": "customer",
        "partyOrPartyRole": {
            "@type": "PartyRef", "@referredType": "Individual", "id": id, "name": "A party",
        },
    }  # fmt: skip
    older = {
        "@type": "RelatedParty", "role": "customer", "id": id, "name": "A party",
        "@referredType": "Individual",
    }  # fmt: skip
    engaged = {"id": id, "name": "A party", "@referredType": "Individual"}
    found: Json = {}
    if "engagedParty" in declared:
        typed = {"@type": "PartyRef"} if case.api.major == "v5" else {}
        return {"engagedParty": typed | engaged}
    if "relatedParty" in declared:
        found["relatedParty"] = [newer if case.api.major == "v5" else older]
    return found
