"""Servers that carry out most changes, and some otherwise than they are told (R-8xx)."""

from datetime import UTC, datetime
from typing import Any

import orjson

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, answer, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.operations import operations_of, value_at
from tests.conformance.flawed_servers.patching import stored
from tests.handlers.facts import Json

#: What a category must have, and what no patch changes.
_KEPT = {"id", "href", "@type", "@baseType", "@schemaLocation", "name", "lastUpdate"}
Operation = dict[str, Any]


@flaw("R-801", "R-802", on="TMF638 v4 service")
async def elements_are_merged_by_id(asked: Asked, server: Server) -> Answered:
    """Merges an element of a list in a merge patch into the one of the same id."""
    if not asked.merges:
        return await server(asked)
    before = await stored(asked, server)

    def merged(name: str, value: Any) -> Any:
        old = before.get(name)
        if not isinstance(value, list) or not isinstance(old, list):
            return value
        known = {one["id"]: one for one in old if isinstance(one, dict) and "id" in one}
        return [known.get(e.get("id"), {}) | e if isinstance(e, dict) else e for e in value]

    return await server(asked.with_json({n: merged(n, v) for n, v in asked.json.items()}))


@flaw("R-801", on="TMF629 v4 customer")
async def an_empty_patch_is_refused(asked: Asked, server: Server) -> Answered:
    """Refuses a merge patch that says nothing."""
    if asked.merges and asked.json == {}:
        return refusal(400, "Nothing to change")
    return await server(asked)


@flaw("R-803", on="TMF639 v5 resource")
async def what_is_moved_stays(asked: Asked, server: Server) -> Answered:
    """Copies what a JSON Patch moves."""
    operations = operations_of(asked)
    copied = [one | {"op": "copy"} if one.get("op") == "move" else one for one in operations]
    return await server(asked.with_json(copied) if operations else asked)


@flaw("R-803", "R-807", on="TMF639 v5 resource")
async def objects_are_tested_by_their_text(asked: Asked, server: Server) -> Answered:
    """Takes objects for different, in a test of JSON Patch, when their members are turned round."""
    tests = [one for one in operations_of(asked) if one.get("op") == "test"]
    before = await stored(asked, server) if tests else {}
    for test in tests:
        found, value = value_at(before, str(test.get("path"))), test.get("value")
        if found == value and orjson.dumps(found) != orjson.dumps(value):
            return refusal(409, "The test failed")
    return await server(asked)


@flaw("R-803", "R-805", on="TMF629 v5 customer")
async def the_last_element_goes(asked: Asked, server: Server) -> Answered:
    """Removes the last element of a list, whichever a JSON Patch names."""
    operations = operations_of(asked)
    before = await stored(asked, server) if operations else {}

    def last(one: Operation) -> Operation:
        parent, _, step = str(one.get("path")).rpartition("/")
        elements = value_at(before, parent)
        if one.get("op") != "remove" or not step.isdecimal() or not isinstance(elements, list):
            return one
        return one | {"path": f"{parent}/{len(elements) - 1}"} if elements else one

    return await server(asked.with_json([last(one) for one in operations]) if operations else asked)


@flaw("R-801", "R-309", "R-813", "R-302", on="TMF620 v5 category")
async def what_is_not_selected_is_lost(asked: Asked, server: Server) -> Answered:
    """Saves of a record that is patched what `fields` selects of the answer."""
    answered = await server(asked)
    if not asked.patches or "fields" not in asked.parameters or not answered.ok:
        return answered
    whole = (await server(asked.reading())).json
    lost = whole.keys() - answered.json.keys() - _KEPT - {"lifecycleStatus"}
    await server(asked.patching(dict.fromkeys(lost)))
    return answered


@flaw("R-209", "R-815", "R-201", "R-813", on="TMF638 v5 service")
async def a_patch_creates_what_it_does_not_find(asked: Asked, server: Server) -> Answered:
    """Creates what a merge patch does not find."""
    answered = await server(asked)
    if not asked.merges or answered.status != 404:
        return answered
    own = asked.path.rpartition("/")[2]
    record: Json = {"@type": "Service", "state": "active", **asked.json, "id": own}
    return answer(record | {"href": asked.path}, 201, asked.path)


@flaw("R-210", "R-302", "R-813", on="TMF620 v4 productSpecification")
async def a_refused_change_is_dated(asked: Asked, server: Server) -> Answered:
    """Says of a record that it was changed when a change of it was refused."""
    answered = await server(asked)
    refused: dict[str, str] = server.memory.setdefault("refused", {})
    if asked.patches and answered.status in (400, 409, 415, 422):
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        refused[asked.path] = now.replace("+00:00", "Z")
    elif asked.patches:
        refused.pop(asked.path, None)
    if asked.reads and asked.path in refused and "fields" not in asked.parameters:
        return answered.each(lambda record: record | {"lastUpdate": refused[asked.path]})
    return answered
