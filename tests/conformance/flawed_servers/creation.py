"""Servers that create wrongly (R-7xx)."""

from collections.abc import Callable
from html import escape
from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw

ON = "TMF639 v5 resource"


@flaw("R-701", "R-109", "R-110*", "R-201", "R-706", "R-708", "R-903", on=ON)
async def created_is_ok(asked: Asked, server: Server) -> Answered:
    """Answers 200 to a POST that creates."""
    answered = await server(asked)
    return answered.with_status(200) if asked.creates and answered.status == 201 else answered


@flaw("R-701", "R-104", on=ON)
async def the_location_is_missing(asked: Asked, server: Server) -> Answered:
    """Does not say where the new entity is."""
    answered = await server(asked)
    return answered.without_header("location") if asked.creates else answered


@flaw("R-104", on=ON)
async def the_location_is_another_one(asked: Asked, server: Server) -> Answered:
    """Sends a Location that differs from `href`."""
    answered = await server(asked)
    if asked.creates and answered.ok:
        return answered.with_header("location", f"/api{asked.path}/{answered.json['id']}")
    return answered


@flaw("R-701", "R-1106", "R-309", on=ON)
async def only_the_id_comes_back(asked: Asked, server: Server) -> Answered:
    """Answers a POST with id and href alone."""
    answered = await server(asked)
    if asked.creates and "fields" not in asked.parameters:
        kept = ("id", "href", "@type")
        return answered.each(lambda entity: {name: entity[name] for name in kept})
    return answered


@flaw("R-701", "R-103", "R-1106", "R-309", "R-702", on=ON)
async def the_new_entity_comes_in_a_list(asked: Asked, server: Server) -> Answered:
    """Answers a POST with a list of one."""
    answered = await server(asked)
    return answered.with_json([answered.json]) if asked.creates and answered.ok else answered


@flaw("R-703", on="TMF629 v5 customer")
async def mandatory_attributes_may_be_absent(asked: Asked, server: Server) -> Answered:
    """Creates an entity without what the file requires."""
    return await _lenient(asked, server, {"name": "-", "engagedParty": _PARTY})


@flaw("R-703", on="TMF620 v4 productSpecification")
async def mandatory_attributes_may_be_null(asked: Asked, server: Server) -> Answered:
    """Takes null for a mandatory attribute."""
    body = asked.json
    if asked.creates and isinstance(body, dict) and body.get("name", "") is None:
        asked = asked.with_json(body | {"name": "null"})
    return await server(asked)


@flaw("R-707", on=ON)
async def the_type_may_be_absent(asked: Asked, server: Server) -> Answered:
    """Creates an entity without `@type`."""
    return await _lenient(asked, server, {"@type": "LogicalResource"})


_PARTY = {"id": "1", "@type": "PartyRef", "@referredType": "Individual"}


async def _lenient(asked: Asked, server: Server, defaults: dict[str, Any]) -> Answered:
    """Create with defaults for what is missing at the first level."""
    body = asked.json
    if asked.creates and isinstance(body, dict):
        asked = asked.with_json(defaults | body)
    return await server(asked)


@flaw("R-704", "R-702", "R-705", "R-622-05", on="TMF622 v5 productOrder")
async def what_is_the_servers_is_taken_over(asked: Asked, server: Server) -> Answered:
    """Stores the dates and the state that a client may not set."""
    owned = ("state", "creationDate", "completionDate", "cancellationDate")
    answered = await server(asked)
    body = asked.json
    sent = server.memory
    if asked.creates and answered.ok:
        sent[answered.json["id"]] = {name: body[name] for name in owned if name in body}
    if asked.patches and answered.ok:
        # What is changed later is known again.
        changed = set(body) if isinstance(body, dict) else set(owned)
        kept = sent.get(answered.json.get("id"), {})
        sent[answered.json.get("id")] = {k: v for k, v in kept.items() if k not in changed}
    return answered.each(lambda e: e | sent.get(e.get("id"), {}))


@flaw("R-622-05", "R-705", on="TMF622 v5 productOrder")
async def there_is_no_date_of_creation(asked: Asked, server: Server) -> Answered:
    """Does not say when an order was created."""
    answered = await server(asked)
    return answered.each(lambda e: {k: v for k, v in e.items() if k != "creationDate"})


@flaw("R-706", "R-109", "R-701", on="TMF620 v4 productOffering")
async def references_are_looked_up(asked: Asked, server: Server) -> Answered:
    """Refuses a reference to what it does not know."""
    body = asked.json
    reference = body.get("productSpecification") if isinstance(body, dict) else None
    if asked.creates and isinstance(reference, dict):
        where = asked.path.replace("productOffering", "productSpecification")
        found = await server(asked.reading(f"{where}/{reference.get('id')}"))
        if not found.ok:
            return refusal(400, "There is no such productSpecification")
    return await server(asked)


@flaw("R-708", on=ON)
async def an_existing_id_is_overwritten(asked: Asked, server: Server) -> Answered:
    """Replaces an entity when another one is created with its id."""
    body = asked.json
    if asked.creates and isinstance(body, dict) and isinstance(body.get("id"), str):
        there = asked.reading(f"{asked.path}/{body['id']}")
        await server(Asked("DELETE", there.path, "", there.headers, b"", asked.scope))
    return await server(asked)


@flaw("R-709", "R-302", "R-701", on="TMF629 v4 customer")
async def a_mandatory_attribute_is_not_shown(asked: Asked, server: Server) -> Answered:
    """Leaves out an attribute that every answer must have."""
    answered = await server(asked)
    if asked.on_item or asked.on_list:
        return answered.each(lambda e: {k: v for k, v in e.items() if k != "engagedParty"})
    return answered


@flaw("R-709", "R-110*", "R-303", "R-302", "R-305", "R-705", "S-001", on=ON)
async def the_type_is_not_shown(asked: Asked, server: Server) -> Answered:
    """Leaves out `@type`, which every v5 entity must have."""
    answered = await server(asked)
    if asked.on_item or asked.on_list:
        return answered.each(lambda e: {k: v for k, v in e.items() if k != "@type"})
    return answered


@flaw("R-710", on=ON)
async def a_list_is_taken_for_its_first_element(asked: Asked, server: Server) -> Answered:
    """Creates the first of a list of entities."""
    body = asked.json
    if asked.creates and isinstance(body, list) and body:
        asked = asked.with_json(body[0])
    return await server(asked)


@flaw("R-710", "S-002", on=ON)
async def broken_json_breaks_the_server(asked: Asked, server: Server) -> Answered:
    """Answers 500 to a body that is no JSON."""
    declared = asked.header("content-type").startswith("application/json")
    if asked.creates and declared and asked.json is None:
        return refusal(500, "Unexpected token")
    return await server(asked)


@flaw("R-1103", "R-1105", on=ON)
async def unknown_attributes_of_sub_classes_are_lost(asked: Asked, server: Server) -> Answered:
    """Drops what a sub-class adds to its base."""
    body = asked.json
    if asked.creates and isinstance(body, dict) and "@schemaLocation" in body:
        shown = await server(asked)
        known = {"@baseType", "@schemaLocation", "@type", "href", "id", "name", "description"}
        if shown.ok:
            lost = [name for name in body if name not in known]
            await server(asked.patching(dict.fromkeys(lost), f"{asked.path}/{shown.json['id']}"))
        return shown.each(lambda e: {k: v for k, v in e.items() if k in known})
    return await server(asked)


def _changed(asked: Asked, change: Callable[[Any], Any]) -> Asked:
    """The POST of an object with every value in it changed, the inner ones first."""

    def within(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: within(inner) for name, inner in value.items()}
        return change([within(one) for one in value] if isinstance(value, list) else value)

    body = asked.json
    return asked.with_json(within(body)) if asked.creates and isinstance(body, dict) else asked


@flaw("R-302", "R-1111", "R-411", "R-80*", on=ON)
async def of_a_list_the_first_is_kept(asked: Asked, server: Server) -> Answered:
    """Stores the first element of every list in a POST."""
    return await server(_changed(asked, lambda v: v[:1] if isinstance(v, list) else v))


@flaw("R-302", on=ON)
async def long_texts_are_cut(asked: Asked, server: Server) -> Answered:
    """Stores the first 255 characters of a text."""
    return await server(_changed(asked, lambda v: v[:255] if isinstance(v, str) else v))


@flaw("R-302", on=ON)
async def texts_are_trimmed(asked: Asked, server: Server) -> Answered:
    """Drops the blanks around a text."""
    return await server(_changed(asked, lambda v: v.strip() if isinstance(v, str) else v))


@flaw("R-302", on=ON)
async def texts_are_escaped(asked: Asked, server: Server) -> Answered:
    """Stores texts as HTML would spell them."""
    spelt = _changed(asked, lambda v: escape(v, quote=False) if isinstance(v, str) else v)
    return await server(spelt)
