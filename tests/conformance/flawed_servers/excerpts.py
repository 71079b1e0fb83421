"""Servers whose lists are sorted, cut, linked and shown in part, nearly as asked (R-3xx, R-6xx)."""

import re
from collections.abc import Callable
from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, named
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.searches import narrowed
from tests.handlers.facts import Json
from tmf_apis.catalog import built_in

_WHEN = re.compile(r"\d{4}-\d\d-\d\dT")
_LINKED = re.compile(r"<([^>]*)>;\s*rel=\"?(\w+)\"?")
_PAGES = ("R-607", "R-608", "R-609", "R-610", "R-612")
_SELECTED = ("R-302", "R-304", "R-305", "R-307", "R-309", "R-310")


def declared(number: str, major: str, resource: str) -> frozenset[str]:
    """The first-level attributes that a file declares of a resource."""
    (api,) = (one for one in built_in() if (one.number, one.major) == (number, major))
    return frozenset(api.resource(resource).attributes.children)


_DECLARED = declared("TMF639", "v4", "resource")


def _relinked(answered: Answered, change: Callable[[str, dict[str, str]], str]) -> Answered:
    """The answer with other targets of its links; a target is made of it and of all, by `rel`."""
    link = answered.header("link")
    if not link:
        return answered
    targets = {rel: target for target, rel in _LINKED.findall(link)}
    for target in set(targets.values()):
        link = link.replace(f"<{target}>", f"<{change(target, targets)}>")
    return answered.with_header("link", link)


@flaw("R-601", "R-605", on="TMF641 v5 serviceOrder")
async def days_are_sorted_and_no_times(asked: Asked, server: Server) -> Answered:
    """Sorts date-times by their day alone."""
    key = asked.parameters.get("sort", "")
    cut = {"limit", "offset", "fields"} & asked.parameters.keys()
    if not asked.lists or cut or "," in key or not key:
        return await server(asked)
    answered = await server(asked.with_query([p for p in asked.criteria if named(p) != "sort"]))
    name = key.lstrip("-+").removeprefix("%2B")
    values = [record.get(name, "") for record in answered.json] if answered.ok else []
    if not values or not all(isinstance(v, str) and (not v or _WHEN.match(v)) for v in values):
        return await server(asked)
    sign = key.startswith("-")
    kept = sorted(answered.json, key=lambda r: str(r.get(name, ""))[:10], reverse=sign)
    return answered.with_json(kept)


@flaw("R-605", *_PAGES, on="TMF629 v4 customer")
async def the_last_page_is_filled(asked: Asked, server: Server) -> Answered:
    """Begins the last page earlier, so that it is as full as the others."""
    answered = await server(asked)
    offset, limit = (asked.parameters.get(name, "") for name in ("offset", "limit"))
    total = answered.header("x-total-count")
    if not asked.lists or not (offset.isdecimal() and limit.isdecimal() and total.isdecimal()):
        return answered
    first = int(total) - int(limit)
    if not first < int(offset) < int(total):
        return answered
    others = [part for part in asked.criteria if named(part) != "offset"]
    return await server(asked.with_query([*others, f"offset={max(first, 0)}"]))


@flaw("R-605", *_PAGES, "R-613", on="TMF620 v5 productSpecification")
async def an_offset_needs_a_limit(asked: Asked, server: Server) -> Answered:
    """Looks at offset when there is a limit as well, and not otherwise."""
    if asked.lists and "limit" not in asked.parameters:
        asked = asked.with_query([part for part in asked.criteria if named(part) != "offset"])
    return await server(asked)


@flaw("R-609", on="TMF622 v4 productOrder")
async def a_page_takes_itself_for_the_first(asked: Asked, server: Server) -> Answered:
    """Gives the address of the first page as that of the page itself."""
    answered = await server(asked)
    link = answered.header("link")
    targets = {rel: target for target, rel in _LINKED.findall(link)}
    if not asked.lists or not {"self", "first"} <= targets.keys():
        return answered
    own = re.sub(r'<[^>]*>(;\s*rel="?self)', rf"<{targets['first']}>\1", link)
    return answered.with_header("link", own)


@flaw("R-609", on="TMF642 v4 alarm")
async def links_know_each_name_once(asked: Asked, server: Server) -> Answered:
    """Keeps, of a parameter that is given several times, the last in its links."""

    def once(target: str, targets: dict[str, str]) -> str:
        path, _, query = target.partition("?")
        parts = {part.partition("=")[0]: part for part in query.split("&")}
        return f"{path}?{'&'.join(parts.values())}"

    answered = await server(asked)
    return _relinked(answered, once) if asked.lists else answered


@flaw("R-609", "R-105", on="TMF638 v5 service")
async def links_lead_behind_the_gateway(asked: Asked, server: Server) -> Answered:
    """Writes into its links the host by which its gateway knows it."""

    def inside(target: str, targets: dict[str, str]) -> str:
        path = re.sub(r"^https?://[^/]*", "", target)
        return f"http://service-inventory.internal:8080{path}"

    answered = await server(asked)
    return _relinked(answered, inside) if asked.lists else answered


@flaw("R-301", "R-1103", *_SELECTED, on="TMF639 v4 resource")
async def extensions_are_never_selected(asked: Asked, server: Server) -> Answered:
    """Leaves out, when `fields` selects, what the file does not declare."""
    answered = await server(asked)
    if "fields" not in asked.parameters:
        return answered
    return answered.each(lambda e: {k: v for k, v in e.items() if k in _DECLARED})


@flaw("R-307", on="TMF622 v5 productOrder")
async def a_leaf_is_of_the_first_element(asked: Asked, server: Server) -> Answered:
    """Selects a leaf in the first element of a list, and leaves the others out."""
    answered = await server(asked)
    selected = asked.parameters.get("fields", "").split(",")
    lists = {name.partition(".")[0].strip() for name in selected if "." in name and "[" not in name}

    def first(name: str, value: Any) -> Any:
        return value[:1] if name in lists and isinstance(value, list) else value

    return answered.each(lambda e: {k: first(k, v) for k, v in e.items()}) if lists else answered


@flaw("R-301", "R-303", "R-306", *_SELECTED, on="TMF638 v4 service")
async def nothing_selected_is_everything(asked: Asked, server: Server) -> Answered:
    """Answers with the whole record when it has nothing of what `fields` names."""
    answered = await server(asked)
    selected = asked.parameters.get("fields", "none")
    if selected == "none" or not answered.ok or not (asked.lists or asked.reads):
        return answered
    kept = [part for part in asked.criteria if named(part) != "fields"]
    whole = (await server(asked.with_query(kept))).json
    known = {record["id"]: record for record in (whole if asked.lists else [whole])}

    def shown(record: Json) -> Json:
        return (
            record if record.keys() - {"id", "href", "@type"} else known.get(record["id"], record)
        )

    changed = answered.each(shown)
    return narrowed(changed, changed.json) if asked.lists and not asked.controls else changed
