"""Servers that answer otherwise: tags, clocks, and work that is done later."""

import asyncio
import re

from tests.conformance.alternatives.alternative import alternative
from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.handlers.facts import Json

ON = "TMF629 v5 customer"
_FRACTION = re.compile(r"\.\d+(?=Z$)")


@alternative(
    ON,
    passed=("etags.unchanged_is_not_sent",),
    aside=(
        "etags.fresh_writer_is_served", "etags.stale_writer_is_refused",
        "etags.stale_delete_is_refused", "etags.change_gives_a_new_tag",
        "concurrency.one_writer_wins",
    ),
)  # fmt: skip
async def tags_are_weak(asked: Asked, server: Server) -> Answered:
    """Sends weak tags, which equal no tag of If-Match (RFC 9110)."""
    if asked.header("if-match").startswith("W/"):
        return refusal(412, "A weak tag equals none")
    known = asked.header("if-none-match")
    answered = await server(asked.with_header("if-none-match", known.removeprefix("W/")))
    tag = answered.header("etag")
    return answered.with_header("etag", f"W/{tag}") if tag else answered


@alternative(
    ON,
    passed=(
        "merge_patch.members_replace", "merge_patch.the_rest_stays", "merge_patch.null_removes",
        "merge_patch.patch_answers_the_record", "deletion.delete_answers_nothing",
        "concurrency.one_deletion_wins",
    ),
    skipped=("merge_patch.patch_is_stored", "deletion.deleted_is_gone"),
)  # fmt: skip
async def changes_are_made_later(asked: Asked, server: Server) -> Answered:
    """Answers 202 to a change, and makes it a moment later (R-202)."""
    if not (asked.patches or asked.deletes):
        return await server(asked)
    if not (await server(asked.reading())).ok:
        return await server(asked)

    async def later() -> None:
        await asyncio.sleep(0.2)
        await server(asked)

    tasks: set[asyncio.Task[None]] = server.memory.setdefault("tasks", set())
    tasks.add(asyncio.create_task(later()))
    return Answered(202, (("content-length", "0"),))


@alternative("TMF620 v5 productSpecification", passed=("merge_patch.change_is_dated",))
async def the_clock_is_coarse(asked: Asked, server: Server) -> Answered:
    """Knows whole seconds only, and writes them with a fraction."""
    answered = await server(asked)

    def whole(record: Json) -> Json:
        dates = {n: _FRACTION.sub(".000", str(record[n])) for n in ("lastUpdate",) if n in record}
        return record | dates

    return answered.each(whole) if asked.creates or asked.reads or asked.patches else answered


@alternative("TMF620 v5 productSpecification", passed=("merge_patch.the_rest_stays",))
async def changes_are_counted(asked: Asked, server: Server) -> Answered:
    """Adds an attribute of its own to every record: how often it was changed."""
    counted: dict[str, int] = server.memory.setdefault("counted", {})
    answered = await server(asked)
    if asked.patches and answered.ok:
        counted[answered.json["id"]] = counted.get(answered.json["id"], 0) + 1
    if asked.creates or asked.reads or asked.patches:
        return answered.each(lambda record: record | {"revision": counted.get(record["id"], 0)})
    return answered
