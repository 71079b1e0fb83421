"""Servers that refuse wrongly (R-2xx), and delete wrongly (R-815)."""

from collections.abc import Callable
from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw

ON = "TMF639 v5 resource"
_TEXT = "text/html; charset=utf-8"


def _otherwise(answered: Answered, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Answered:
    """The same with its error body changed, if it is an error."""
    if answered.status < 400 or not answered.body:
        return answered
    return answered.with_json(change(answered.json))


@flaw("R-203", "R-204", "R-205", "R-209", on=ON)
async def not_found_has_no_body(asked: Asked, server: Server) -> Answered:
    """Answers 404 with nothing else."""
    answered = await server(asked)
    return answered.with_body(b"") if answered.status == 404 else answered


@flaw("R-203", "R-204", "R-205", "R-107", "R-209", "R-109", "R-809", on=ON)
async def errors_are_pages(asked: Asked, server: Server) -> Answered:
    """Answers errors as HTML, as frameworks do."""
    answered = await server(asked)
    if answered.status >= 400:
        page = answered.with_body(b"<html><h1>Error</h1></html>")
        return page.with_header("content-type", _TEXT)
    return answered


@flaw("R-203", "R-205", on=ON)
async def errors_have_no_code(asked: Asked, server: Server) -> Answered:
    """Leaves out the code of an error."""
    return _otherwise(await server(asked), lambda e: {k: v for k, v in e.items() if k != "code"})


@flaw("R-203", "R-205", on=ON)
async def errors_have_no_reason(asked: Asked, server: Server) -> Answered:
    """Leaves out the reason of an error."""
    return _otherwise(await server(asked), lambda e: {k: v for k, v in e.items() if k != "reason"})


@flaw("R-203", "R-205", on=ON)
async def the_code_of_an_error_is_a_number(asked: Asked, server: Server) -> Answered:
    """Answers code and status of an error as numbers."""
    return _otherwise(
        await server(asked), lambda e: e | {"code": int(e["code"]), "status": int(e["status"])}
    )


@flaw("R-205", "R-203", on=ON)
async def the_status_of_an_error_is_another(asked: Asked, server: Server) -> Answered:
    """Names another status in the body than in the answer."""
    return _otherwise(await server(asked), lambda e: e | {"status": "500"})


@flaw("R-205", on=ON)
async def errors_hold_a_traceback(asked: Asked, server: Server) -> Answered:
    """Says in an error where in its Python it was raised."""
    trace = 'Traceback (most recent call last):\n  File "/app/main.py", line 12, in get'
    return _otherwise(await server(asked), lambda e: e | {"message": trace})


@flaw("R-205", on=ON)
async def errors_hold_a_stack(asked: Asked, server: Server) -> Answered:
    """Says in an error where in its Java it was thrown."""
    trace = "java.lang.NullPointerException\n\tat org.acme.Resources.get(Resources.java:12)"
    return _otherwise(await server(asked), lambda e: e | {"message": trace})


@flaw("R-108", on=ON)
async def lists_have_no_head(asked: Asked, server: Server) -> Answered:
    """Answers 404 to HEAD of a list, though it answers HEAD of an entity."""
    headed = asked.method == "HEAD" and asked.on_list
    return refusal(404, "Not found").with_body(b"") if headed else await server(asked)


@flaw("R-204", on=ON)
async def errors_have_no_type(asked: Asked, server: Server) -> Answered:
    """Leaves out the `@type` of an error in v5."""
    return _otherwise(await server(asked), lambda e: {k: v for k, v in e.items() if k != "@type"})


@flaw("R-209", "R-1205", "R-803", "R-815", on=ON)
async def an_unknown_id_is_a_bad_request(asked: Asked, server: Server) -> Answered:
    """Answers 400 to an id that is not there."""
    answered = await server(asked)
    return refusal(400, "Bad id") if asked.on_item and answered.status == 404 else answered


@flaw("R-209", "R-1205", "R-815", on=ON)
async def an_unknown_id_gives_nothing(asked: Asked, server: Server) -> Answered:
    """Answers 200 and an empty object to an id that is not there."""
    answered = await server(asked)
    if asked.reads and answered.status == 404:
        return answered.with_status(200).with_json({})
    return answered


@flaw("R-815", "R-209", on=ON)
async def deleting_twice_succeeds(asked: Asked, server: Server) -> Answered:
    """Answers 204 to every DELETE."""
    answered = await server(asked)
    return Answered(204) if asked.deletes and answered.status == 404 else answered


@flaw("R-815", "R-201", on=ON)
async def deleting_answers_the_entity(asked: Asked, server: Server) -> Answered:
    """Answers DELETE with 200 and what was deleted."""
    if not asked.deletes:
        return await server(asked)
    before = await server(asked.reading())
    answered = await server(asked)
    return before if answered.ok else answered


@flaw("R-815", "R-112", on=ON)
async def the_deleted_stays(asked: Asked, server: Server) -> Answered:
    """Answers 204 to the DELETE of an entity, and keeps it."""
    if asked.deletes and (await server(asked.reading())).ok:
        return Answered(204)
    return await server(asked)


@flaw("R-815", on=ON)
async def the_deleted_is_marked(asked: Asked, server: Server) -> Answered:
    """Marks an entity as deleted, but still finds it by its id."""
    gone = server.memory
    if asked.deletes:
        before = await server(asked.reading())
        answered = await server(asked)
        if answered.ok:
            gone[asked.path] = before
        return answered
    answered = await server(asked)
    return gone[asked.path] if answered.status == 404 and asked.path in gone else answered


@flaw("R-107", on=ON)
async def a_method_that_is_not_offered_is_not_found(asked: Asked, server: Server) -> Answered:
    """Answers 404 where 405 is due."""
    answered = await server(asked)
    return refusal(404, "Not found") if answered.status == 405 else answered


@flaw("R-107", on=ON)
async def allow_is_missing(asked: Asked, server: Server) -> Answered:
    """Answers 405 without saying what is allowed."""
    answered = await server(asked)
    return answered.without_header("allow") if answered.status == 405 else answered


@flaw("R-108", on=ON)
async def options_are_empty(asked: Asked, server: Server) -> Answered:
    """Answers OPTIONS without Allow."""
    answered = await server(asked)
    return answered.without_header("allow") if asked.method == "OPTIONS" else answered


@flaw("R-109", "R-108", on=ON)
async def the_media_type_is_text(asked: Asked, server: Server) -> Answered:
    """Calls its JSON text/plain."""
    answered = await server(asked)
    return answered.with_header("content-type", "text/plain") if answered.body else answered


@flaw("R-109", on=ON)
async def a_character_set_is_refused(asked: Asked, server: Server) -> Answered:
    """Answers 415 to application/json;charset=utf-8."""
    if asked.creates and "charset" in asked.header("content-type"):
        return refusal(415, "Unsupported media type")
    return await server(asked)


@flaw("R-109", "R-302", "R-801", on=ON)
async def other_alphabets_are_lost(asked: Asked, server: Server) -> Answered:
    """Keeps texts in Latin-1, so that what it has no letter for becomes a question mark."""
    answered = await server(asked)
    if answered.body:
        text = answered.body.decode().encode("latin-1", errors="replace")
        return answered.with_body(text.decode("latin-1").encode())
    return answered


@flaw("S-002", on=ON)
async def deep_bodies_break_the_server(asked: Asked, server: Server) -> Answered:
    """Answers 500 to a body that is nested very deep."""
    answered = await server(asked)
    if asked.body.count(b"[") + asked.body.count(b"{") > 200 and not answered.ok:
        return refusal(500, "maximum recursion depth exceeded")
    return answered


@flaw("S-002", on=ON)
async def strange_ids_break_the_server(asked: Asked, server: Server) -> Answered:
    """Answers 500 to an id with quotes or percent signs."""
    strange = any(mark in asked.path for mark in ("%27", "'", "%22", "%00", "%25", "%2F"))
    return refusal(500, "syntax error") if asked.on_item and strange else await server(asked)
