"""Servers with a bad habit that no single check asks about: what holds of every exchange."""

import re

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw

ON = "TMF639 v5 resource"


@flaw("S-002", "R-605", "R-609", "R-612", on=ON)
async def far_pages_break_the_server(asked: Asked, server: Server) -> Answered:
    """Answers 500 to an offset that is a little beyond the end."""
    offset = asked.parameters.get("offset", "")
    if asked.lists and offset.isdecimal() and 2 < int(offset) < 1000:
        return refusal(500, "Internal error")
    return await server(asked)


@flaw("R-701", "R-1104", on=ON)
async def a_copy_is_ok(asked: Asked, server: Server) -> Answered:
    """Answers 200 to a POST that says where its schema is."""
    answered = await server(asked)
    told = asked.creates and answered.ok and b"schemaLocation" in asked.body
    return answered.with_status(200) if told else answered


@flaw("R-109", on=ON)
async def changes_are_latin(asked: Asked, server: Server) -> Answered:
    """Answers a PATCH in ISO 8859-1, as it says."""
    answered = await server(asked)
    if not asked.patches or not answered.ok:
        return answered
    return answered.with_header("content-type", "application/json; charset=iso-8859-1")


@flaw("R-109", "R-108", on=ON)
async def selections_hold_a_name_twice(asked: Asked, server: Server) -> Answered:
    """Writes `href` twice into what `fields` selects."""
    answered = await server(asked)
    if "fields" not in asked.parameters or not answered.ok:
        return answered
    return answered.with_body(answered.body.replace(b'"href":', b'"href":"",\n"href":'))


@flaw("R-203", "R-507", "R-205", on=ON)
async def errors_of_lists_are_texts(asked: Asked, server: Server) -> Answered:
    """Answers a query that it cannot read with a text alone."""
    answered = await server(asked)
    if asked.lists and answered.status == 400:
        return answered.with_json("Bad query")
    return answered


@flaw("R-204", on=ON)
async def some_errors_have_another_type(asked: Asked, server: Server) -> Answered:
    """Names the class of its exception as `@type` when a body is refused."""
    answered = await server(asked)
    if answered.status == 400 and asked.body:
        return answered.with_json(answered.json | {"@type": "ValidationException"})
    return answered


@flaw("R-205", on=ON)
async def a_bad_query_shows_the_statement(asked: Asked, server: Server) -> Answered:
    """Shows the SQL of a search that is refused."""
    answered = await server(asked)
    if asked.lists and answered.status == 400:
        said = 'near ")": syntax error in SELECT body FROM record WHERE name REGEXP ?'
        return answered.with_json(answered.json | {"message": said})
    return answered


@flaw("R-205", on=ON)
async def a_bad_body_shows_a_path(asked: Asked, server: Server) -> Answered:
    """Says in which of its files a body was refused."""
    answered = await server(asked)
    if asked.body and answered.status == 400:
        said = "rejected by /opt/acme/schemas/resource/create.json"
        return answered.with_json(answered.json | {"message": said})
    return answered


@flaw("R-107", on=ON)
async def allow_names_the_refused(asked: Asked, server: Server) -> Answered:
    """Lists every method in Allow, the refused one among them."""
    answered = await server(asked)
    every = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    return answered.with_header("allow", every) if answered.status == 405 else answered


@flaw("R-1201", "R-414", "R-302", "R-801", on=ON)
async def lists_write_dates_otherwise(asked: Asked, server: Server) -> Answered:
    """Writes date-times with a blank for the T in lists that are sorted."""
    answered = await server(asked)
    if not asked.lists or "sort" not in asked.parameters or not answered.ok:
        return answered
    body = re.sub(rb'"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)', rb'"\1 \2', answered.body)
    return answered.with_body(body)


@flaw("R-103", "R-104", "R-609", on=ON)
async def pages_have_other_hrefs(asked: Asked, server: Server) -> Answered:
    """Gives each record of a page the href of the first."""
    answered = await server(asked)
    if not asked.lists or "limit" not in asked.parameters or not answered.ok:
        return answered
    records = answered.json
    return answered.each(lambda record: record | {"href": records[0].get("href")})


@flaw("R-304", on=ON)
async def selected_ids_are_numbered(asked: Asked, server: Server) -> Answered:
    """Answers a selection with the place of a record in place of its href."""
    answered = await server(asked)
    if not asked.lists or "fields" not in asked.parameters or "sort" not in asked.parameters:
        return answered
    return answered.each(lambda record: {k: v for k, v in record.items() if k != "href"})


@flaw("R-701", "R-104", on=ON)
async def locations_lead_nowhere(asked: Asked, server: Server) -> Answered:
    """Forgets the base path in Location, so that it looks right and leads nowhere."""
    answered = await server(asked)
    place = answered.header("location")
    if not asked.creates or not place:
        return answered
    return answered.with_header("location", place.replace("/tmf-api/", "/api/tmf/"))


@flaw("R-701", "R-104", on=ON)
async def long_creations_have_no_location(asked: Asked, server: Server) -> Answered:
    """Leaves out Location when a record with notes is created."""
    answered = await server(asked)
    noted = asked.creates and b'"note"' in asked.body
    return answered.without_header("location") if noted else answered


@flaw("R-608", on=ON)
async def sorted_lists_count_all(asked: Asked, server: Server) -> Answered:
    """Gives the total as X-Result-Count of a sorted page."""
    answered = await server(asked)
    total = answered.header("x-total-count")
    if not asked.lists or "sort" not in asked.parameters or not total:
        return answered
    return answered.with_header("x-result-count", total)


@flaw("R-610", on=ON)
async def ranges_count_from_nought(asked: Asked, server: Server) -> Answered:
    """Counts the last record of Content-Range as offsets are counted."""
    answered = await server(asked)

    def shifted(match: re.Match[str]) -> str:
        return f"items {match[1]}-{int(match[2]) + 1}/"

    told = answered.header("content-range")
    moved = re.sub(r"items (\d+)-(\d+)/", shifted, told)
    return answered.with_header("content-range", moved) if told else answered


@flaw("R-609", on=ON)
async def links_are_templates(asked: Asked, server: Server) -> Answered:
    """Leaves the template of its router in the links of a list."""
    answered = await server(asked)
    link = answered.header("link").replace(">", "{&fields}>")
    return answered.with_header("link", link) if asked.lists and link else answered


@flaw("R-609", on=ON)
async def links_forget_the_selection(asked: Asked, server: Server) -> Answered:
    """Leaves `sort` out of the links of a list that also selects attributes."""
    answered = await server(asked)
    link = answered.header("link")
    both = {"fields", "sort"} <= asked.parameters.keys()
    return answered.with_header("link", re.sub("&sort=[^&>]*", "", link)) if both else answered


@flaw("R-112", on=ON)
async def changes_come_from_the_future(asked: Asked, server: Server) -> Answered:
    """Says of what it shows that it was changed years from now."""
    answered = await server(asked)
    if not answered.ok or not answered.header("last-modified"):
        return answered
    return answered.with_header("last-modified", "Fri, 01 Jan 2088 00:00:00 GMT")


@flaw("R-112", "R-812", on=ON)
async def tags_have_no_quotes(asked: Asked, server: Server) -> Answered:
    """Sends the tags of lists and of creations without quotes."""
    answered = await server(asked)
    return answered.with_header("etag", "abc123") if asked.creates and answered.ok else answered


@flaw("R-113", on=ON)
async def the_date_is_iso(asked: Asked, server: Server) -> Answered:
    """Writes Date as JSON writes date-times."""
    return (await server(asked)).with_header("date", "2026-01-02T03:04:05Z")


@flaw("R-108", "R-614", on=ON)
async def heads_count_everything(asked: Asked, server: Server) -> Answered:
    """Answers HEAD of a list without looking at its conditions."""
    if asked.method == "HEAD" and asked.on_list and asked.filters:
        return await server(asked.with_query(asked.controls))
    return await server(asked)
