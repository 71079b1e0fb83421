"""The registry of listeners (R-1001 to R-1008)."""

from typing import Any
from urllib.parse import urlsplit

from conformance.check import check
from conformance.hubs import callback, deregister, narrow, register, registered
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial


@check(
    "R-1001",
    "R-140",
    title="POST of a callback to hub answers 201 with id and callback",
    scope="api",
    profiles=("events",),
)
async def callback_is_registered(trial: Trial) -> None:
    url = await callback(trial)
    answer = await register(trial, url)
    require(answer.status != 409, "the server has one listener, and it is taken")
    demand(answer.status == 201, "201", answer)
    got = answer.entity.get("callback")
    demand(got == url, f"callback {url}", got)
    demand(answer.entity.get("id"), "an id", answer)


@check("R-1001", title="Registration answers with a Location", scope="api", profiles=("events",))
async def registration_has_a_location(trial: Trial) -> None:
    answer = await registered(trial, await callback(trial))
    location = answer.headers.get("location", "")
    wanted = f"/hub/{answer.entity.get('id')}"
    demand(urlsplit(location).path.endswith(wanted), f"a Location that ends in {wanted}", location)


@check("R-1001", title="query of a registration is kept", scope="api", profiles=("events",))
async def query_is_kept(trial: Trial) -> None:
    query = narrow(trial)
    answer = await registered(trial, await callback(trial), query)
    got = answer.entity.get("query")
    demand(got == query, "query as it was sent", got)


@check(
    "R-1001",
    title="A registration without an absolute http callback is refused",
    scope="api",
    profiles=("events",),
)
async def callbacks_are_absolute(trial: Trial) -> None:
    applies(trial.api.hub, "the file defines no hub")
    kind = {"@type": "Hub"} if trial.api.hub and trial.api.hub.typed else {}
    bodies: tuple[Any, ...] = (
        {}, {"callback": ""}, {"callback": "no url"}, {"callback": "/relative"},
        {"callback": "ftp://example.com/kit"}, {"callback": 5},
    )  # fmt: skip
    for body in bodies:
        answer = await trial.send("POST", "/hub", {**kind, **body})
        require(answer.status != 409, "the server has one listener, and it is taken")
        demand(answer.status in (400, 422), f"400 for {body}", answer)


@check("R-1002", title="Hub bodies carry @type and href", scope="api", profiles=("events",))
async def registration_is_typed(trial: Trial) -> None:
    applies(trial.api.hub and trial.api.hub.typed, "the file does not require @type")
    answer = await registered(trial, await callback(trial))
    for name in ("@type", "href"):
        demand(answer.entity.get(name), name, answer)


@check("R-1003", title="DELETE of a registration answers 204", scope="api", profiles=("events",))
async def registration_is_deleted(trial: Trial) -> None:
    answer = await registered(trial, await callback(trial))
    gone = await deregister(trial, answer)
    demand(gone.status == 204, "204", gone)


@check(
    "R-1003",
    title="DELETE of an unknown registration answers 404",
    scope="api",
    profiles=("events",),
)
async def unknown_registration_is_not_found(trial: Trial) -> None:
    applies(trial.api.hub, "the file defines no hub")
    answer = await trial.send("DELETE", f"/hub/{trial.fresh()}")
    demand(answer.status == 404, "404", answer)
    again = await registered(trial, await callback(trial))
    await deregister(trial, again)
    twice = await deregister(trial, again)
    demand(twice.status == 404, "404 for a second DELETE", twice)


@check(
    "R-1004",
    title="GET of a registration, where the file has it",
    scope="api",
    profiles=("events",),
)
async def registration_is_read(trial: Trial) -> None:
    applies(trial.api.hub and trial.api.hub.readable, "the file does not define it")
    url = await callback(trial)
    answer = await registered(trial, url)
    seen = await trial.send("GET", f"/hub/{answer.entity.get('id')}")
    demand(seen.status == 200 and seen.entity.get("callback") == url, "the registration", seen)


@check(
    "R-1003", title="A registration is no longer shown once it is removed", scope="api",
    profiles=("events",),
)  # fmt: skip
async def removed_registration_is_gone(trial: Trial) -> None:
    answer = await registered(trial, await callback(trial))
    place = f"/hub/{answer.entity.get('id')}"
    applies((await trial.send("GET", place)).status == 200, "registrations are not shown")
    require((await deregister(trial, answer)).ok, "it was not removed")
    seen = await trial.send("GET", place)
    demand(seen.status == 404, "404 after DELETE", seen)


@check(
    "R-1005",
    "R-1006",
    title="A second registration is a second listener, or 409",
    scope="api",
    profiles=("events",),
)
async def second_listener(trial: Trial) -> None:
    first = await registered(trial, await callback(trial))
    second = await register(trial, await callback(trial))
    demand(second.status in (201, 409), "201 or 409", second)
    if second.status == 201:
        differ = first.entity.get("id") != second.entity.get("id")
        demand(differ, "a registration of its own", second)


@check(
    "R-1006",
    title="The same callback with the same query again is refused with 409",
    scope="api",
    profiles=("events",),
)
async def same_listener_twice(trial: Trial) -> None:
    url, query = await callback(trial), narrow(trial)
    await registered(trial, url, query)
    again = await register(trial, url, query)
    demand(again.status == 409, "409", again)


@check(
    "R-1007",
    title="A query that cannot be read is refused with 400",
    scope="api",
    profiles=("events",),
)
async def broken_queries_are_refused(trial: Trial) -> None:
    answer = await register(trial, await callback(trial), "eventType.regex=kit(")
    require(answer.status != 409, "the server has one listener, and it is taken")
    demand(answer.status in (400, 422), "400", answer)


@check("R-1007", title="An empty query is none", scope="api", profiles=("events",))
async def empty_query_is_none(trial: Trial) -> None:
    answer = await register(trial, await callback(trial), "")
    require(answer.status != 409, "the server has one listener, and it is taken")
    demand(answer.status == 201, "201", answer)
