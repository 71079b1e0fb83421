"""Servers whose two versions of an order disagree in small things (V-20, V-37)."""

from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.faces import BOTH, older
from tests.conformance.flawed_servers.flaw import flaw
from tests.handlers.facts import Json

_FACES = ("V-7a", "V-7b", "V-7c", "V-1", "S-001", "R-1108")


@flaw("V-46", "V-37", *_FACES, on="TMF622 v4+v5 productOrder", profile=BOTH)
async def names_elsewhere_stay_in_their_version(asked: Asked, server: Server) -> Answered:
    """Shows in v5 no externalId that was given in v4, where it is one text."""
    answered = await server(asked)
    if older(asked):
        return answered

    def without(order: Json) -> Json:
        given = order.get("externalId")
        bare = isinstance(given, list) and not any("owner" in one for one in given)
        return {n: v for n, v in order.items() if n != "externalId"} if bare else order

    return answered.each(without)


@flaw("V-20", *_FACES, on="TMF641 v4+v5 serviceOrder", profile=BOTH)
async def parties_are_as_in_v4(asked: Asked, server: Server) -> Answered:
    """Shows in v5 the parties of an order as v4 does, flat."""
    answered = await server(asked)
    if older(asked):
        return answered

    def flat(party: Any) -> Any:
        inner = party.get("partyOrPartyRole") if isinstance(party, dict) else None
        if not isinstance(inner, dict):
            return party
        return {n: v for n, v in party.items() if n != "partyOrPartyRole"} | inner

    def shown(order: Json) -> Json:
        parties = order.get("relatedParty")
        return order | {"relatedParty": list(map(flat, parties))} if parties else order

    return answered.each(shown)
