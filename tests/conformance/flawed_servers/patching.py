"""Servers that change entities wrongly (R-801 to R-813)."""

from collections.abc import Callable
from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw

ON = "TMF639 v5 resource"
#: What no patch may remove, and what is no part of one.
_FIXED = {"id", "href", "@type", "@baseType", "@schemaLocation", "name", "lastUpdate"}
_JSON_PATCH = "application/json-patch+json"


async def stored(asked: Asked, server: Server) -> dict[str, Any]:
    """The entity as it is before the request; empty when there is none."""
    found = await server(asked.reading())
    return found.json if found.ok else {}


def listed(asked: Asked) -> Any:
    """The operations of a JSON Patch, or None for another kind of patch."""
    if asked.patches and asked.header("content-type").startswith(_JSON_PATCH):
        return asked.json
    return None


@flaw("R-801", "R-802", "R-813", on=ON)
async def a_patch_replaces_the_entity(asked: Asked, server: Server) -> Answered:
    """Removes what a merge patch does not mention."""
    if asked.merges:
        before = await stored(asked, server)
        gone = {name: None for name in before if name not in _FIXED and name not in asked.json}
        asked = asked.with_json(gone | asked.json)
    return await server(asked)


@flaw("R-801", on=ON)
async def lists_are_appended_to(asked: Asked, server: Server) -> Answered:
    """Adds the elements of a list in a merge patch to those that are there."""
    if asked.merges:
        before = await stored(asked, server)
        grown = {
            name: [*before[name], *value] for name, value in asked.json.items()
            if isinstance(value, list) and isinstance(before.get(name), list)
        }  # fmt: skip
        asked = asked.with_json(asked.json | grown)
    return await server(asked)


@flaw("R-801", "R-812", on=ON)
async def null_removes_nothing(asked: Asked, server: Server) -> Answered:
    """Ignores null in a merge patch."""
    if asked.merges:
        asked = asked.with_json({k: v for k, v in asked.json.items() if v is not None})
    return await server(asked)


@flaw("R-801", on=ON)
async def inner_nulls_are_ignored(asked: Asked, server: Server) -> Answered:
    """Ignores null inside the objects of a merge patch."""

    def without_nulls(value: Any) -> Any:
        inner = value if isinstance(value, dict) else {}
        return {k: v for k, v in inner.items() if v is not None} if inner else value

    if asked.merges:
        asked = asked.with_json({k: without_nulls(v) for k, v in asked.json.items()})
    return await server(asked)


@flaw("R-801", on=ON)
async def objects_are_replaced_whole(asked: Asked, server: Server) -> Answered:
    """Replaces an object in a merge patch instead of merging it."""
    if asked.merges:
        before = await stored(asked, server)
        whole = {
            name: dict.fromkeys(set(before[name]) - set(value) - _FIXED) | value
            for name, value in asked.json.items()
            if isinstance(value, dict) and isinstance(before.get(name), dict)
        }
        asked = asked.with_json(asked.json | whole)
    return await server(asked)


@flaw("R-801", "R-1103", "R-112", "R-210", "R-802", "R-812", "R-813", on=ON)
async def a_patch_changes_nothing(asked: Asked, server: Server) -> Answered:
    """Answers a merge patch with the entity as it was."""
    if asked.merges and "fields" not in asked.parameters:
        answered = await server(asked.reading())
        return answered if answered.ok else await server(asked)
    return await server(asked)


@flaw("R-802", on=ON)
async def plain_json_is_no_patch(asked: Asked, server: Server) -> Answered:
    """Refuses a PATCH with application/json."""
    if asked.patches and asked.header("content-type").startswith("application/json;"):
        return refusal(415, "Use application/merge-patch+json")
    if asked.patches and asked.header("content-type") == "application/json":
        return refusal(415, "Use application/merge-patch+json").with_header(
            "accept-patch", "application/merge-patch+json"
        )
    return await server(asked)


@flaw("R-813", "R-1103", "R-201", on=ON)
async def a_patch_answers_created(asked: Asked, server: Server) -> Answered:
    """Answers 201 to a PATCH."""
    answered = await server(asked)
    return answered.with_status(201) if asked.patches and answered.ok else answered


@flaw("R-813", "R-1103", "R-112", "R-201", "R-309", on=ON)
async def a_patch_answers_nothing(asked: Asked, server: Server) -> Answered:
    """Answers 204 to a PATCH, without the entity."""
    answered = await server(asked)
    if asked.patches and answered.ok:
        return Answered(204, answered.without_header("content-length").headers)
    return answered


@flaw("R-813", "R-309", on=ON)
async def a_patch_answers_the_changes(asked: Asked, server: Server) -> Answered:
    """Answers a PATCH with what was changed, not with the whole entity."""
    answered = await server(asked)
    if asked.merges and answered.ok and "fields" not in asked.parameters:
        shown = {"id", "href", "@type", *asked.json}
        return answered.each(lambda e: {k: v for k, v in e.items() if k in shown})
    return answered


@flaw("R-813", on="TMF620 v4 productSpecification")
async def the_last_update_stays(asked: Asked, server: Server) -> Answered:
    """Does not say when an entity was changed last."""
    answered = await server(asked)
    first = server.memory
    if asked.creates and answered.ok:
        first[answered.json["id"]] = answered.json.get("lastUpdate")
    return answered.each(
        lambda e: e | {"lastUpdate": first[e["id"]]}
        if "lastUpdate" in e and first.get(e.get("id")) else e
    )  # fmt: skip


@flaw("R-803", "R-807", "R-808", "R-210", on=ON)
async def json_patch_is_not_applied(asked: Asked, server: Server) -> Answered:
    """Accepts JSON Patch and does nothing."""
    if listed(asked) is not None:
        answered = await server(asked.reading())
        return answered if answered.ok else await server(asked)
    return await server(asked)


@flaw("R-803", "R-807", "R-210", on=ON)
async def only_the_first_operation_is_applied(asked: Asked, server: Server) -> Answered:
    """Applies the first operation of a JSON Patch."""
    operations = listed(asked)
    if isinstance(operations, list) and operations:
        asked = asked.with_json(operations[:1])
    return await server(asked)


@flaw("R-807", "R-210", "R-803", on=ON)
async def a_failed_test_is_ignored(asked: Asked, server: Server) -> Answered:
    """Carries out a JSON Patch whose test fails."""
    operations = listed(asked)
    if isinstance(operations, list) and all(isinstance(o, dict) for o in operations):
        others = [o for o in operations if o.get("op") != "test"]
        if not others:
            return await server(asked.reading())
        if len(others) < len(operations):
            asked = asked.with_json(others)
    return await server(asked)


Operation = dict[str, Any]


async def _operated(
    asked: Asked, server: Server, change: Callable[[Operation], Operation | None]
) -> Answered:
    """Carry out a JSON Patch with other operations; None leaves one out."""
    operations = listed(asked)
    if isinstance(operations, list) and all(isinstance(o, dict) for o in operations):
        others = [other for o in operations if (other := change(o)) is not None]
        if others != operations:
            asked = asked.with_json(others)
    return await server(asked)


@flaw("R-807", on=ON)
async def only_texts_are_tested(asked: Asked, server: Server) -> Answered:
    """Takes a test of anything but a text for one that holds."""

    def known(operation: Operation) -> Operation | None:
        tests = operation.get("op") == "test" and "value" in operation
        return None if tests and not isinstance(operation["value"], str) else operation

    return await _operated(asked, server, known)


@flaw("R-807", on=ON)
async def replacing_what_is_missing_adds(asked: Asked, server: Server) -> Answered:
    """Adds what a JSON Patch replaces and an entity lacks."""
    before = await stored(asked, server) if listed(asked) else {}

    def added(operation: Operation) -> Operation:
        missing = str(operation.get("path")).removeprefix("/") not in before
        replaces = operation.get("op") == "replace" and "path" in operation
        flat = str(operation.get("path")).count("/") == 1
        return operation | {"op": "add"} if replaces and missing and flat else operation

    return await _operated(asked, server, added)


@flaw("R-803", on=ON)
async def adding_at_an_index_replaces(asked: Asked, server: Server) -> Answered:
    """Replaces an element where a JSON Patch inserts one before it."""

    def replacing(operation: Operation) -> Operation:
        inserts = operation.get("op") == "add" and str(operation.get("path"))[-1:].isdecimal()
        return operation | {"op": "replace"} if inserts else operation

    return await _operated(asked, server, replacing)


@flaw("R-803", on=ON)
async def paths_are_taken_literally(asked: Asked, server: Server) -> Answered:
    """Looks for ~0 and ~1 in the names of attributes."""

    def literal(operation: Operation) -> Operation:
        path = operation.get("path")
        return operation | {"path": path.replace("~", "~0")} if isinstance(path, str) else operation

    return await _operated(asked, server, literal)


async def _unguarded(
    asked: Asked, server: Server, guards: Callable[[str, Answered], bool]
) -> Answered:
    """Carry out what the server refuses, or ignores, of a change to one attribute."""
    changed = server.memory
    before = await stored(asked, server) if listed(asked) else {}
    answered = await server(asked)
    operations = listed(asked)
    if before and isinstance(operations, list) and len(operations) == 1:
        (one,) = operations
        operation = one if isinstance(one, dict) else {}
        name = str(operation.get("path")).removeprefix("/")
        changes = operation.get("op") in ("add", "replace", "remove")
        if changes and guards(name, answered):
            changed.setdefault(before["id"], {})[name] = operation.get("value")
            answered = await server(asked.reading())

    def shown(entity: dict[str, Any]) -> dict[str, Any]:
        whole = entity | changed.get(entity.get("id"), {})
        return {name: value for name, value in whole.items() if value is not None}

    return answered.each(shown) if asked.on_item or asked.on_list else answered


@flaw("S-001", "R-801", "R-812", on="TMF629 v5 customer")
async def only_merge_patches_are_validated(asked: Asked, server: Server) -> Answered:
    """Stores whatever a JSON Patch says."""
    free = ("name", "description", "statusReason")

    def guards(name: str, answered: Answered) -> bool:
        return name in free and answered.status == 400

    return await _unguarded(asked, server, guards)


@flaw("R-812", on="TMF629 v5 customer")
async def json_patches_remove_what_is_mandatory(asked: Asked, server: Server) -> Answered:
    """Removes a mandatory attribute by JSON Patch."""
    removes = b'"remove"' in asked.body

    def guards(name: str, answered: Answered) -> bool:
        return removes and name == "engagedParty"

    return await _unguarded(asked, server, guards)


@flaw("R-810", on=ON)
async def json_patches_change_the_type(asked: Asked, server: Server) -> Answered:
    """Gives an entity another class by JSON Patch."""
    return await _unguarded(asked, server, lambda name, answered: name == "@type")


@flaw("R-210", "R-807", on=ON)
async def a_failed_patch_is_half_applied(asked: Asked, server: Server) -> Answered:
    """Keeps the first operations of a JSON Patch whose later ones fail."""
    answered = await server(asked)
    operations = listed(asked)
    if isinstance(operations, list) and not answered.ok:
        for operation in operations:
            if not (await server(asked.with_json([operation]))).ok:
                break
    return answered


@flaw("R-805", "R-804", on=ON)
async def conditions_in_paths_pick_one_element(asked: Asked, server: Server) -> Answered:
    """Changes the first element that a condition in a path fits, not all of them."""
    before = await stored(asked, server) if asked.patches else {}
    answered = await server(asked)
    if asked.header("content-type").startswith("application/json-patch-query") and answered.ok:
        after, mixed = answered.json, {}
        for name, value in after.items():
            old = before.get(name)
            if not isinstance(value, list) or not isinstance(old, list) or value == old:
                continue
            mixed[name] = _first_change(old, value)
        if mixed:
            return await server(asked.patching(mixed))
    return answered


def _first_change(old: list[Any], new: list[Any]) -> list[Any]:
    """The old list with the first of its changes."""
    if len(old) == len(new):
        place = next(i for i, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1])
        return [*old[:place], new[place], *old[place + 1 :]]
    gone = next((i for i, e in enumerate(old) if i >= len(new) or e != new[i]), 0)
    return [*old[:gone], *old[gone + 1 :]]


@flaw("R-809", "S-002", on=ON)
async def every_media_type_is_a_merge_patch(asked: Asked, server: Server) -> Answered:
    """Takes a patch of any media type for a merge patch."""
    known = ("application/json", "application/merge-patch", "application/json-patch")
    media = asked.header("content-type")
    if asked.patches and media and not media.startswith(known):
        asked = asked.with_header("content-type", "application/merge-patch+json")
    return await server(asked)


@flaw("R-809", on=ON)
async def refused_patches_name_no_alternative(asked: Asked, server: Server) -> Answered:
    """Answers 415 without Accept-Patch."""
    return (await server(asked)).without_header("accept-patch")


@flaw("R-810", "R-811", on=ON)
async def the_id_can_be_changed(asked: Asked, server: Server) -> Answered:
    """Gives an entity another id by PATCH."""
    names = server.memory.setdefault("names", {})
    body = asked.json
    if asked.merges and isinstance(body.get("id"), str) and body["id"]:
        own = asked.path.rpartition("/")[2]
        changed = {k: v for k, v in body.items() if k != "id"}
        answered = await server(asked.with_json(changed))
        names[own] = body["id"]
    else:
        answered = await server(asked)
    return answered.each(lambda e: e | {"id": names.get(e.get("id"), e["id"])} if "id" in e else e)


@flaw("R-810", "R-811", on="TMF642 v5 alarm")
async def what_is_fixed_can_be_changed(asked: Asked, server: Server) -> Answered:
    """Changes attributes that are not patchable."""
    changed = server.memory
    fixed = ("alarmRaisedTime", "sourceSystemId")
    body = asked.json
    if asked.merges and set(fixed) & set(body):
        own = asked.path.rpartition("/")[2]
        changed.setdefault(own, {}).update({k: body[k] for k in fixed if k in body})
        asked = asked.with_json({k: v for k, v in body.items() if k not in fixed})
    answered = await server(asked)
    return answered.each(
        lambda e: e | {k: v for k, v in changed.get(e.get("id"), {}).items() if k in e}
    )


@flaw("R-810", "R-811", on="TMF620 v4 productSpecification")
async def the_type_can_be_changed(asked: Asked, server: Server) -> Answered:
    """Gives an entity another class by PATCH."""
    types = server.memory
    body = asked.json
    if asked.merges and isinstance(body.get("@type"), str):
        types[asked.path.rpartition("/")[2]] = body["@type"]
        asked = asked.with_json({k: v for k, v in body.items() if k != "@type"})
    answered = await server(asked)
    return answered.each(
        lambda e: e | {"@type": types[e["id"]]} if e.get("id") in types and "@type" in e else e
    )


@flaw("R-812", "R-801", on="TMF629 v5 customer")
async def what_is_mandatory_can_be_removed(asked: Asked, server: Server) -> Answered:
    """Removes a mandatory attribute by PATCH."""
    gone = server.memory
    body = asked.json
    removed = {k for k in ("name", "engagedParty") if asked.merges and body.get(k, "") is None}
    if removed:
        gone.setdefault(asked.path.rpartition("/")[2], set()).update(removed)
        asked = asked.with_json({k: v for k, v in body.items() if k not in removed})
    answered = await server(asked)
    return answered.each(
        lambda e: {k: v for k, v in e.items() if k not in gone.get(e.get("id"), ())}
    )


@flaw("R-809", "S-002", on="TMF638 v4 service")
async def a_bad_patch_breaks_the_server(asked: Asked, server: Server) -> Answered:
    """Answers 500 to a patch of a media type it does not know."""
    answered = await server(asked)
    return refusal(500, "no reader") if answered.status == 415 and asked.patches else answered
