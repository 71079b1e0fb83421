"""What is noted of a request that wrote nothing: before its answer is sent, or it is not sent."""

from typing import Any

import orjson

from handlers.audit.entries import entry
from handlers.audit.turned_away import TurnedAway
from handlers.audit.witness import Witness, arrive
from handlers.http import JSON, Request, Response
from handlers.methods import READS
from handlers.permission.permissions import Permissions
from handlers.service import Service
from persistence.store import Store

Json = dict[str, Any]

#: The refusal of who goes on too fast, which is told in groups.
_TOO_MANY = 429


class Auditor:
    """Sees every request come and its answer go."""

    def __init__(self, store: Store, permissions: Permissions | None, tenant: str = "") -> None:
        self._store = store
        self._tenant = tenant
        self._parties = permissions.parties if permissions is not None else None
        self._turned_away = TurnedAway()

    def arrive(self, request: Request) -> Witness:
        """A request came."""
        witness = Witness(request, self._parties, self._tenant)
        arrive(witness)
        return witness

    async def note(self, witness: Witness, response: Response) -> None:
        """Have an entry of a request that was refused, that shows what is personal, or that did
        something which is no change of a resource. Raises `StoreError` where that cannot be.
        """
        if 400 <= response.status < 500:
            await self._note_refusal(witness, response)
        elif response.status < 300 and witness.request.method not in READS:
            if not witness.written and witness.request.method != "OPTIONS":
                location = response.headers.get("Location")
                await self._link("act", witness, response, {"location": location})
        elif response.status < 300 and witness.request.method == "GET" and witness.reading:
            await self._note_reading(witness, response, witness.reading)

    async def _note_refusal(self, witness: Witness, response: Response) -> None:
        count: int | None = None
        if response.status == _TOO_MANY:
            count = self._turned_away.told(witness.asker)
            if not count:
                return
        await self._link("refusal", witness, response, {**_error(response), "count": count})

    async def _note_reading(self, witness: Witness, response: Response, service: Service) -> None:
        shown = _shown(response, service.personal)
        if shown is not None:
            said = {"resourcePath": service.collection.name, "shown": shown}
            await self._link("read", witness, response, said)

    async def _link(self, kind: str, witness: Witness, response: Response, said: Json) -> None:
        body = entry(kind, {**witness.who(), "status": response.status, **said})
        await self._store.link(lambda last: body)


def _error(response: Response) -> Json:
    """What a refusal says."""
    if response.media != JSON or not response.body:
        return {}
    error = orjson.loads(response.body)
    return {"code": error.get("code"), "message": error.get("message")}


def _shown(response: Response, personal: frozenset[str]) -> Json | None:
    """Whose personal attributes an answer shows, and which; None for none."""
    if response.media != JSON:
        return {"attributes": sorted(personal)}  # A document made from all of them.
    told = orjson.loads(response.body)
    shown = [each for each in (told if isinstance(told, list) else [told]) if personal & {*each}]
    if not shown:
        return None
    names = personal.intersection(*[frozenset().union(*shown)])
    return {"ids": [each.get("id") for each in shown], "attributes": sorted(names)}
