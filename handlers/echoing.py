"""What a change of one resource means for those it is linked with (tmf_apis/behaviour/mirroring).

Links are put into the others after the change, and taken out of them before a resource goes: what
is left by a sudden end is a link that one side does not know, never one to nothing.
"""

from contextlib import suppress
from functools import partial
from typing import Any

from handlers.changing import alter
from handlers.service import Service
from persistence.errors import Missing
from tmf_apis.behaviour.mirroring import echoed, echoes
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By

Json = dict[str, Any]


async def echo(service: Service, before: Json, after: Json) -> None:
    """Have others say of a resource what it says of them; either document may be empty."""
    if not service.rules.mirrored:
        return
    own = after or before
    typed = {"@type": f"{service.type_name}Ref"} if service.spec.typed else {}
    reference = {"id": own["id"], **typed}
    for each in echoes(service.rules.mirrored, before, after):
        if each.other == own["id"]:
            continue
        decide = partial(echoed, each, reference)
        with suppress(Missing):
            await alter(service, each.other, decide, Moment(service.now, By.SERVER))
