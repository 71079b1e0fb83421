"""Servers that select attributes wrongly (R-3xx)."""

from urllib.parse import unquote

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw

ON = "TMF639 v5 resource"


def selected(asked: Asked) -> list[str]:
    """The attributes that `fields` names."""
    return [name.strip() for name in unquote(asked.parameters.get("fields", "")).split(",") if name]


def whole(asked: Asked) -> Asked:
    """The request without `fields`."""
    return asked.with_query([part for part in asked.criteria if not part.startswith("fields=")])


@flaw("R-301", "R-303", "R-307", "R-309", on=ON)
async def fields_are_ignored(asked: Asked, server: Server) -> Answered:
    """Answers the whole entity whatever `fields` says."""
    return await server(whole(asked))


@flaw("R-301", "R-303", "R-307", on=ON)
async def fields_are_ignored_for_one_record(asked: Asked, server: Server) -> Answered:
    """Selects attributes in lists only."""
    return await server(whole(asked) if asked.reads else asked)


@flaw("R-309", on=ON)
async def fields_are_ignored_by_post_and_patch(asked: Asked, server: Server) -> Answered:
    """Selects attributes in answers to GET only."""
    return await server(whole(asked) if asked.creates or asked.patches else asked)


@flaw("R-304", "R-303", on=ON)
async def href_is_dropped(asked: Asked, server: Server) -> Answered:
    """Leaves out `href` unless `fields` names it."""
    return await _dropped(asked, server, "href")


@flaw("R-304", "R-303", "R-310", on=ON)
async def id_is_dropped(asked: Asked, server: Server) -> Answered:
    """Leaves out `id` unless `fields` names it."""
    return await _dropped(asked, server, "id")


async def _dropped(asked: Asked, server: Server, name: str) -> Answered:
    answered = await server(asked)
    if not selected(asked) or name in selected(asked) or asked.method != "GET":
        return answered
    return answered.each(lambda entity: {k: v for k, v in entity.items() if k != name})


@flaw("R-303", on=ON)
async def none_is_taken_for_all(asked: Asked, server: Server) -> Answered:
    """Answers the whole entity to fields=none."""
    return await server(whole(asked) if selected(asked) == ["none"] else asked)


@flaw("R-303", on=ON)
async def none_drops_the_type(asked: Asked, server: Server) -> Answered:
    """Answers fields=none with `id` and `href` alone in v5."""
    answered = await server(asked)
    if selected(asked) != ["none"] or not answered.ok:
        return answered
    return answered.each(lambda entity: {k: v for k, v in entity.items() if k != "@type"})


@flaw("R-306", on=ON)
async def unknown_fields_are_refused(asked: Asked, server: Server) -> Answered:
    """Answers 400 when `fields` names what an entity lacks."""
    answered = await server(asked)
    if asked.method == "GET" and answered.ok and selected(asked) not in ([], ["none"]):
        body = answered.json
        entities = body if isinstance(body, list) else [body]
        names = {name.partition(".")[0] for name in selected(asked)}
        if entities and not any(names <= set(entity) for entity in entities):
            return refusal(400, "Unknown attribute in fields")
    return answered


@flaw("R-301", on=ON)
async def blanks_in_fields_are_part_of_names(asked: Asked, server: Server) -> Answered:
    """Does not find an attribute that follows a comma and a blank."""
    query = asked.query.replace("%20", "").replace("+", "") if "fields=" in asked.query else ""
    if query and query != asked.query:
        names = unquote(asked.parameters["fields"]).replace("+", " ").split(",")
        kept = ",".join(name for name in names if name == name.strip()) or "none"
        parts = [f"fields={kept}" if p.startswith("fields=") else p for p in asked.criteria]
        asked = asked.with_query(parts)
    return await server(asked)


@flaw("R-310", on=ON)
async def selection_comes_before_filtering(asked: Asked, server: Server) -> Answered:
    """Finds nothing by an attribute that `fields` does not select."""
    shown = {*selected(asked), "id", "href", "@type"}
    hidden = [p for p in asked.filters if p.partition("=")[0].partition(".")[0] not in shown]
    if asked.lists and selected(asked) and hidden:
        asked = asked.with_query(["id=none", *asked.controls])
    return await server(asked)


@flaw("R-302", "R-503", on=ON)
async def lists_hold_summaries(asked: Asked, server: Server) -> Answered:
    """Answers lists with a few attributes of each entity, though nobody asked for fewer."""
    if asked.lists and not selected(asked):
        asked = asked.with_query([*asked.criteria, "fields=name"])
    return await server(asked)


@flaw("R-302", on=ON)
async def lists_hold_excerpts(asked: Asked, server: Server) -> Answered:
    """Shortens the texts of entities in a list."""
    answered = await server(asked)
    if not asked.lists:
        return answered
    return answered.each(
        lambda e: {k: f"{v[:9]}…" if k == "description" else v for k, v in e.items()}
    )


@flaw("R-302", on=ON)
async def lists_are_out_of_date(asked: Asked, server: Server) -> Answered:
    """Shows entities in lists as they were before they were changed."""
    outdated = server.memory
    if asked.patches:
        before = await server(asked.reading())
        if before.ok:
            outdated.setdefault(asked.path.rpartition("/")[2], before.json)
    answered = await server(asked)
    return answered.each(lambda e: outdated.get(e.get("id"), e)) if asked.lists else answered
