"""Who asks, as far as a request tells: known to all that is done for it."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from handlers.http import Request
from handlers.identity.caller import Caller
from handlers.service import Service

Json = dict[str, Any]

#: The id of a trace in `traceparent` (W3C Trace Context, section 3.2.2).
_TRACE = re.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")
#: Characters of a text of a request that an entry tells at most.
_LONGEST = 2000


@dataclass(slots=True)
class Witness:
    """What an audit wants to know of a request that is answered."""

    request: Request
    #: Whom a caller acts for.
    parties: Callable[[Caller], tuple[str, ...]] | None
    tenant: str = ""
    #: Whether an entry was made that goes with a change.
    written: bool = False
    #: The resource whose personal attributes the answer may show.
    reading: Service | None = None

    @property
    def asker(self) -> str:
        """What tells those who ask from each other: the program of a token, or an address."""
        said = self.who()
        return str(said.get("client") or said.get("subject") or said["address"])

    def who(self) -> Json:
        """Who asks, from where, and by which request."""
        request, caller = self.request, self.request.caller
        said: Json = {}
        if caller is not None:
            claims = caller.claims
            said = {
                "issuer": claims.get("iss"),
                "subject": claims.get("sub"),
                "client": claims.get("client_id") or claims.get("azp"),
                "party": [*self.parties(caller)] if self.parties else None,
            }
        return said | {
            "tenant": self.tenant,
            "address": request.proxies.address(request.peer, request.header),
            "traceId": _trace(request.header(b"traceparent")),
            "method": request.method,
            "path": (request.spelt or request.path)[:_LONGEST],
        }


_witness: ContextVar[Witness | None] = ContextVar("witness", default=None)
#: Who does what no request asks for: the server by itself, unless a person says a command.
_doer: ContextVar[str] = ContextVar("doer", default="server")


def act_as(doer: str) -> None:
    """What is done in this context is done by somebody else than the server."""
    _doer.set(doer)


def doer() -> Json:
    """Who does what is done in this context: who asks, or who does it unasked."""
    asked = _witness.get()
    return {"subject": _doer.get()} if asked is None else asked.who()


def arrive(witness: Witness) -> None:
    """A request came; what is done in this context is done for it."""
    _witness.set(witness)


def witness() -> Witness | None:
    """What is known of the request that is answered in this context; None for what the server does
    by itself, and where nothing is recorded.
    """
    return _witness.get()


def reading_personal(service: Service) -> None:
    """The answer shows a resource some of whose attributes tell of a person."""
    if (asked := _witness.get()) is not None:
        asked.reading = service


def _trace(parent: str | None) -> str | None:
    found = _TRACE.fullmatch(parent.strip()) if parent else None
    return found[1] if found else None
