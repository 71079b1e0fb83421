"""A stop on the way of an event: callbacks are registered as ours, and what comes is passed on."""

from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import quote, unquote

from tests.conformance.flawed_servers.exchange import Answered, Asked, Behaviour, Server
from tests.conformance.flawed_servers.given.delivering import delivered
from tests.handlers.facts import Json

_STOP = "/relay/"
#: What becomes of an event on its way: the events that go on, each with its callback.
Change = Callable[[Json, str], Awaitable[list[tuple[Json, str]]]]


def relayed(change: Change) -> Behaviour:
    """A server whose events are changed on their way."""

    @wraps(change)
    async def behaviour(asked: Asked, server: Server) -> Answered:
        if asked.path.startswith(_STOP):
            return await _pass_on(asked, change)
        if asked.on_hub and asked.method == "POST":
            asked = _by_way_of_us(asked)
        answered = await server(asked)
        if asked.on_hub and answered.ok and answered.body:
            return answered.each(_as_registered)
        return answered

    return behaviour


def _by_way_of_us(asked: Asked) -> Asked:
    """The registration with a stop of ours as callback, unless it is none that can be served."""
    body = asked.json
    callback = str(body.get("callback", "")) if isinstance(body, dict) else ""
    if not callback.startswith("http://"):
        return asked
    stop = f"http://{asked.header('host')}{_STOP}{quote(callback, safe='')}"
    return asked.with_json(body | {"callback": stop})


def _as_registered(hub: Json) -> Json:
    """A subscription with the callback that the client gave."""
    return hub | {"callback": unquote(str(hub["callback"]).rpartition(_STOP)[2])}


async def _pass_on(asked: Asked, change: Change) -> Answered:
    """Forward what was delivered; the answer is that of the last callback."""
    callback = unquote(asked.path.removeprefix(_STOP))
    status = 204
    for event, where in await change(asked.json, callback):
        status = await delivered(event, where)
    return Answered(status)
