"""Servers that confuse the versions of an entity, or those of an API (R-13xx, V-7xx, V-801)."""

from dataclasses import replace

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, named
from tests.conformance.flawed_servers.faces import BOTH, older, opposite
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.searches import narrowed

_VERSIONED = ("R-620-08", "R-1301", "R-1305")
SERVICES = "TMF638 v4+v5 service"


@flaw("R-1302", *_VERSIONED, "R-401", "R-402", on="TMF620 v4 productSpecification")
async def a_search_for_one_version_finds_all(asked: Asked, server: Server) -> Answered:
    """Ignores the version in a search for an id and a version."""
    names = [named(part) for part in asked.filters]
    if not asked.lists or not {"id", "version"} <= set(names):
        return await server(asked)
    kept = [part for part in asked.criteria if named(part) != "version"]
    return await server(asked.with_query(kept))


@flaw("R-1303", *_VERSIONED, "R-1302", on="TMF620 v5 productOffering")
async def a_patch_changes_the_oldest_version(asked: Asked, server: Server) -> Answered:
    """Changes the oldest version of an entity when none is named."""
    own = asked.path.rpartition("/")[2]
    if not asked.patches or ":(" in own or "version=" in asked.query:
        return await server(asked)
    known = await server(asked.reading(asked.collection, f"id={own}"))
    versions = [e["version"] for e in known.json if "version" in e] if known.ok else []
    if len(versions) < 2:
        return await server(asked)
    oldest = min(versions, key=lambda text: [int(n) for n in text.split(".") if n.isdecimal()])
    return await server(replace(asked, path=f"{asked.path}:(version={oldest})"))


@flaw("R-1304", *_VERSIONED, "R-1302", "R-1303", "R-708", on="TMF620 v4 category")
async def a_new_version_has_a_new_id(asked: Asked, server: Server) -> Answered:
    """Creates a new version of an entity under an id of its own."""
    body = asked.json
    if not asked.creates or not isinstance(body, dict) or not {"id", "version"} <= body.keys():
        return await server(asked)
    known = await server(asked.reading(f"{asked.path}/{body['id']}"))
    if not known.ok or known.json.get("version") == body["version"]:
        return await server(asked)
    fresh = {name: value for name, value in body.items() if name != "id"}
    return await server(asked.with_json(fresh))


@flaw("V-801", "V-802", on=SERVICES, profile=BOTH)
async def a_hub_is_of_both_versions(asked: Asked, server: Server) -> Answered:
    """Removes and shows in one version a subscription that was made in the other."""
    answered = await server(asked)
    if asked.on_hub and answered.status == 404 and asked.method in ("GET", "DELETE"):
        return await server(replace(asked, path=opposite(asked.path)))
    return answered


@flaw("V-709", "V-4", on=SERVICES, profile=BOTH)
async def names_of_v5_are_found_in_v4(asked: Asked, server: Server) -> Answered:
    """Finds in v4 by an attribute that v5 alone has."""
    answered = await server(asked)
    if not asked.lists or not older(asked) or answered.json != [] or not asked.filters:
        return answered
    newer = await server(replace(asked, path=opposite(asked.path)))
    found = [await server(asked.reading(f"{asked.path}/{e['id']}")) for e in newer.json or []]
    return narrowed(answered, [one.json for one in found if one.ok])
