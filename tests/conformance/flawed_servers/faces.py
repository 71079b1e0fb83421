"""Servers that claim one record for two versions of an API, and have two (V-1 to V-802)."""

from dataclasses import replace
from uuid import uuid4

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.given.acting import acting
from tests.conformance.flawed_servers.given.relaying import relayed
from tests.handlers.facts import Json

ON = "TMF638 v4+v5 service"
BOTH = "two-versions"
Sent = list[tuple[Json, str]]


def opposite(path: str) -> str:
    """The same path in the other version."""
    old, new = ("/v4/", "/v5/") if "/v4/" in path else ("/v5/", "/v4/")
    return path.replace(old, new, 1)


def older(asked: Asked) -> bool:
    return "/v4/" in asked.path


@flaw("V-1", "V-701", on=ON, profile=BOTH)
async def new_records_are_in_one_version(asked: Asked, server: Server) -> Answered:
    """Shows a record in the version alone that it was created through, until it is changed."""
    answered = await server(asked)
    if asked.creates and answered.ok:
        server.memory[f"{opposite(asked.path)}/{answered.json['id']}"] = True
    if asked.patches:
        server.memory.pop(opposite(asked.path), None)
    if asked.reads and asked.path in server.memory:
        return refusal(404, "Not found")
    return answered


@flaw("V-701", on=ON, profile=BOTH)
async def deleting_leaves_the_other_face(asked: Asked, server: Server) -> Answered:
    """Goes on to show in one version what was deleted through the other."""
    if asked.deletes:
        left = await server(asked.reading(opposite(asked.path)))
        server.memory[opposite(asked.path)] = left
        return await server(asked)
    answered = await server(asked)
    if asked.reads and answered.status == 404:
        found: Answered = server.memory.get(asked.path, answered)
        return found
    return answered


@flaw("V-701", on=ON, profile=BOTH)
async def ids_are_taken_by_version(asked: Asked, server: Server) -> Answered:
    """Creates a record under an id that the other version has already."""
    answered = await server(asked)
    if asked.creates and answered.status == 409:
        record = {**asked.json, "id": f"{asked.json['id']}-again"}
        made = await server(asked.with_json(record))
        return made.with_json({**made.json, "id": asked.json["id"]})
    return answered


@flaw("V-710", on=ON, profile=BOTH)
async def each_version_has_tags_of_its_own(asked: Asked, server: Server) -> Answered:
    """Refuses If-Match with a tag that was got through the other version."""
    mine, other = ('"v4-', '"v5-') if older(asked) else ('"v5-', '"v4-')
    if other in asked.header("if-match"):
        return refusal(412, "Precondition failed")
    tag = asked.header("if-match").replace(mine, '"')
    answered = await server(asked.with_header("if-match", tag) if tag else asked)
    tag = answered.header("etag")
    return answered.with_header("etag", tag.replace('"', mine, 1)) if tag else answered


@flaw("V-710", on=ON, profile=BOTH)
async def tags_of_the_other_version_stay_good(asked: Asked, server: Server) -> Answered:
    """Takes a tag that became stale by a change through the other version."""
    if asked.patches and asked.header("if-match"):
        changed = server.memory.get(asked.path.rpartition("/")[2])
        if changed not in (None, older(asked)):
            asked = asked.without_header("if-match")
    if asked.patches:
        server.memory[asked.path.rpartition("/")[2]] = older(asked)
    return await server(asked)


@flaw("V-4", "V-7a", "V-7e", on=ON, profile=BOTH)
async def the_newer_face_leaks(asked: Asked, server: Server) -> Answered:
    """Shows in v4 what v5 alone declares."""
    answered = await server(asked)
    if asked.reads and older(asked) and answered.ok:
        other = await server(asked.reading(opposite(asked.path)))
        return answered.with_json({**other.json, **answered.json})
    return answered


@flaw("V-7d", "V-7a", "V-7e", on=ON, profile=BOTH)
async def the_other_face_is_made_anew(asked: Asked, server: Server) -> Answered:
    """Forgets with each change through v4 what v5 alone says."""
    answered = await server(asked)
    if asked.patches and older(asked) and answered.ok:
        server.memory[opposite(asked.path)] = set(answered.json)
    if asked.reads and asked.path in server.memory:
        known = server.memory[asked.path]
        return answered.each(lambda e: {k: v for k, v in e.items() if k in known or k[0] == "@"})
    return answered


@flaw("V-704", "V-7d", on=ON, profile=BOTH)
async def json_patches_are_not_carried_over(asked: Asked, server: Server) -> Answered:
    """Shows in v5 a JSON Patch through v4 only after the next change."""
    late = asked.patches and older(asked) and "json-patch" in asked.header("content-type")
    before = await server(asked.reading(opposite(asked.path))) if late else None
    answered = await server(asked)
    if asked.patches:
        server.memory.pop(opposite(asked.path), None)
    if before is not None and answered.ok:
        server.memory[opposite(asked.path)] = before
    if asked.reads and asked.path in server.memory:
        found: Answered = server.memory[asked.path]
        return found
    return answered


@flaw("V-7c", "V-7a", "V-7b", "V-7e", on=ON, profile=BOTH)
async def the_older_face_is_not_valid(asked: Asked, server: Server) -> Answered:
    """Shows in v4 a list of notes as one note."""
    answered = await server(asked)
    if asked.reads and older(asked):
        return answered.each(
            lambda e: e | {"note": e["note"][0]} if isinstance(e.get("note"), list) else e
        )
    return answered


@flaw("V-7b", "V-7a", "V-7e", on=ON, profile=BOTH)
async def one_face_alone_is_kept(asked: Asked, server: Server) -> Answered:
    """Keeps of what is written through v5 what v4 has as well."""
    answered = await server(asked)
    if asked.reads and not older(asked) and answered.ok:
        other = await server(asked.reading(opposite(asked.path)))
        kept = other.json.keys() | {"@type"}
        return answered.each(lambda e: {k: v for k, v in e.items() if k in kept})
    return answered


@flaw("V-702", on=ON, profile=BOTH)
async def addresses_are_those_of_v5(asked: Asked, server: Server) -> Answered:
    """Shows records of v4 under their address in v5."""
    answered = await server(asked)
    if asked.reads and older(asked):
        return answered.each(lambda e: e | {"href": e["href"].replace("/v4/", "/v5/")})
    return answered


@flaw("V-705", on=ON, profile=BOTH)
async def words_of_v4_are_taken_literally(asked: Asked, server: Server) -> Answered:
    """Makes a suspended service inactive when v4 says so of what it shows as inactive."""
    if asked.merges and older(asked) and asked.json.get("state") == "inactive":
        await server(replace(asked, path=opposite(asked.path)))
    return await server(asked)


@flaw("V-707", on="TMF642 v4+v5 ackAlarm", profile=BOTH, given=(acting,))
async def tasks_act_on_the_face_they_were_posted_to(asked: Asked, server: Server) -> Answered:
    """Shows in v5 an alarm as it was before it was acknowledged by a task of v4."""
    if asked.creates and "/ackAlarms" in asked.path:
        server.memory["acknowledged"] = True
    answered = await server(asked)
    if asked.reads and "/v5/alarm/" in asked.path and "acknowledged" in server.memory:
        return answered.each(lambda e: e | {"ackState": "unacknowledged"})
    return answered


@flaw("V-709", on=ON, profile=BOTH)
async def one_version_lists_less(asked: Asked, server: Server) -> Answered:
    """Leaves out of lists of v4 what was created through v5."""
    answered = await server(asked)
    if asked.creates and not older(asked) and answered.ok:
        server.memory[answered.json["id"]] = True
    if asked.lists and older(asked) and answered.ok:
        return answered.with_json([e for e in answered.json if e.get("id") not in server.memory])
    return answered


@flaw("V-709", on=ON, profile=BOTH)
async def totals_count_a_version(asked: Asked, server: Server) -> Answered:
    """Counts each record twice in the totals of v4, once for each face."""
    answered = await server(asked)
    total = answered.header("x-total-count")
    if asked.lists and older(asked) and total:
        return answered.with_header("x-total-count", str(2 * int(total)))
    return answered


@flaw("V-802", on=ON, profile=BOTH)
@relayed
async def listeners_of_one_version_hear_twice(event: Json, callback: str) -> Sent:
    """Tells listeners of v4 of each change twice: once for each face."""
    again = [] if "@type" in event else [(event | {"eventId": str(uuid4())}, callback)]
    return [(event, callback), *again]
