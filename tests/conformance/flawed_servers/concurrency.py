"""Servers that lose changes, or whose entity tags say nothing (R-112, R-210)."""

import asyncio

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw

ON = "TMF639 v5 resource"
_KEPT = {"id", "href", "@type", "@baseType", "@schemaLocation", "lastUpdate"}


@flaw("R-112", on=ON)
async def if_match_is_ignored(asked: Asked, server: Server) -> Answered:
    """Changes an entity whatever If-Match says."""
    return await server(asked.without_header("if-match"))


@flaw("R-112", on=ON)
async def if_match_is_ignored_by_delete(asked: Asked, server: Server) -> Answered:
    """Deletes an entity whatever If-Match says."""
    return await server(asked.without_header("if-match") if asked.deletes else asked)


@flaw("R-112", on=ON)
async def if_none_match_always_holds(asked: Asked, server: Server) -> Answered:
    """Answers 304 whatever If-None-Match says."""
    answered = await server(asked)
    asks = asked.reads and asked.header("if-none-match")
    return Answered(304) if asks and answered.ok else answered


@flaw("R-112", on=ON)
async def the_entity_tag_never_changes(asked: Asked, server: Server) -> Answered:
    """Keeps the ETag of an entity when it changes."""
    answered = await server(asked)
    if answered.header("etag"):
        return answered.with_header("etag", '"1"')
    return answered


@flaw("R-112", on=ON)
async def the_entity_tag_always_changes(asked: Asked, server: Server) -> Answered:
    """Sends another ETag each time."""
    answered = await server(asked)
    server.memory["turn"] = turn = server.memory.get("turn", 0) + 1
    if answered.header("etag"):
        return answered.with_header("etag", f'"{turn}"')
    return answered


@flaw("R-112", on=ON)
async def patches_answer_the_old_tag(asked: Asked, server: Server) -> Answered:
    """Sends with the answer to a PATCH the ETag from before it."""
    before = await server(asked.reading()) if asked.patches else None
    answered = await server(asked)
    if before is not None and before.ok and answered.header("etag"):
        return answered.with_header("etag", before.header("etag"))
    return answered


@flaw("R-112", on=ON)
async def creations_answer_another_tag(asked: Asked, server: Server) -> Answered:
    """Sends with the answer to a POST an ETag that the entity never has."""
    answered = await server(asked)
    if asked.creates and answered.header("etag"):
        return answered.with_header("etag", '"new"')
    return answered


@flaw("R-112", on=ON)
async def any_tag_is_no_tag(asked: Asked, server: Server) -> Answered:
    """Takes the * of If-None-Match for a tag."""
    return await server(
        asked.without_header("if-none-match") if _condition(asked) == "*" else asked
    )


@flaw("R-112", on=ON)
async def lists_of_tags_are_ignored(asked: Asked, server: Server) -> Answered:
    """Looks at an If-None-Match with one tag only."""
    return await server(
        asked.without_header("if-none-match") if "," in _condition(asked) else asked
    )


def _condition(asked: Asked) -> str:
    return asked.header("if-none-match").strip()


@flaw("R-112", on=ON)
async def a_failed_condition_is_a_bad_request(asked: Asked, server: Server) -> Answered:
    """Answers 400 where 412 is due."""
    answered = await server(asked)
    return refusal(400, "Wrong version") if answered.status == 412 else answered


@flaw("R-801", "R-112", "R-210", on="TMF620 v4 productSpecification")
async def the_last_writer_wins(asked: Asked, server: Server) -> Answered:
    """Reads an entity, changes it and writes it whole, so that of two writers one is lost."""
    if not asked.merges:
        return await server(asked)
    before = await server(asked.reading())
    await asyncio.sleep(0.05)
    if before.ok:
        kept = {name: value for name, value in before.json.items() if name not in _KEPT}
        asked = asked.with_json(kept | asked.json)
    return await server(asked)


@flaw("R-210", on="TMF629 v5 customer")
async def a_refused_patch_is_stored(asked: Asked, server: Server) -> Answered:
    """Answers 400 to a patch with a bad attribute, and keeps the good ones."""
    answered = await server(asked)
    if asked.merges and answered.status == 400:
        for name, value in asked.json.items():
            await server(asked.with_json({name: value}))
    return answered


@flaw("R-210", on="TMF629 v5 customer")
async def a_refused_post_is_stored(asked: Asked, server: Server) -> Answered:
    """Answers 400 to a bad body, and creates something all the same."""
    answered = await server(asked)
    body = asked.json
    if asked.creates and answered.status == 400 and isinstance(body, dict):
        party = {"id": "1", "@type": "PartyRef", "@referredType": "Individual"}
        await server(asked.with_json({"name": "-", "engagedParty": party, **body}))
    return answered
