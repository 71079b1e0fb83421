"""The step that an operator's own system takes: to configure the network.

Where `TMF_FLOW_ACTIVATION` names a URL, each step that activates, changes or ends a service is
posted there, with an `Idempotency-Key` that is the same when it is posted again, percent-encoded as
ids may be in any script; an answer of 2xx says that it is done. Without a URL it is done at once.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from handlers.notifications.signing import Signer
from handlers.trust import trusted

Json = dict[str, Any]


class NotActivated(Exception):
    """The operator's system could not do it, or did not say so.

    The text says why, and neither where that system is nor what it said: clients are told.
    `in_full` says that too, for the log.
    """

    def __init__(self, why: str, detail: str) -> None:
        super().__init__(f"the system that activates {why}")
        self.in_full = f"{self}: {detail}"


@dataclass(frozen=True, slots=True)
class Activation:
    """Asks at a URL; `secret` signs what is sent. Who asks says how long it may take."""

    url: str = ""
    secret: str = ""

    async def ask(self, order: Json, step: Json) -> None:
        """Have a step done. Raises `NotActivated`."""
        if not self.url:
            return
        told = {"order": order["id"], "step": step["id"], "kind": step["kind"], **step["about"]}
        name = quote(f"{order['id']} {step['id']}", safe="/ ")
        request = httpx.Request("POST", self.url, json=told, headers={"Idempotency-Key": name})
        for line in Signer(shared=self.secret).headers(name, request.content):
            field, _, value = line.decode().partition(": ")
            request.headers[field] = value
        try:
            async with httpx.AsyncClient(verify=trusted(), timeout=None, trust_env=False) as client:
                answer = await client.send(request)
        except httpx.HTTPError as error:
            why = f"did not answer: {type(error).__name__}"
            raise NotActivated(why, str(error)) from error
        if not answer.is_success:
            raise NotActivated(f"answered {answer.status_code}", answer.text[:200])
