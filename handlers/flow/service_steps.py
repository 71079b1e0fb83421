"""Steps of service orders, services and their resources, and how they are undone."""

from typing import Any

from handlers.flow.doing import Doing, if_there, resolved
from handlers.flow.reach import change, put, read, remove
from handlers.flow.resources import free, occupy, reserve
from handlers.flow.values import Values
from tmf_apis.flow import documents as make

Json = dict[str, Any]

_CANCELLING = ("assessingCancellation", "pendingCancellation")


async def place(doing: Doing) -> None:
    """Place the service order, which is in progress at once."""
    about = doing.about
    document = make.service_order(doing.order, doing.step["item"], about, doing.now)
    await put(doing.reach.service_orders, document)
    await _move_service_order(doing, "inProgress", {"acknowledged"})


async def unplace(doing: Doing) -> None:
    """Have the service order fail, or be cancelled with all of the order."""
    if not doing.cancelled:
        await _move_service_order(doing, "failed", {"inProgress"})
        return
    for state in ("assessingCancellation", "pendingCancellation", "cancelled"):
        await _move_service_order(doing, state, {"acknowledged", "inProgress", *_CANCELLING})


async def complete(doing: Doing) -> None:
    """Have the service order be completed."""
    await _move_service_order(doing, "completed", {"inProgress"})


async def reserve_line(doing: Doing) -> None:
    """Reserve resources, and with them a service."""
    line = doing.about["line"]
    chosen = {
        wanted["resource"]: await reserve(doing.reach, doing.order, wanted, line["service"])
        for wanted in line["resources"]
    }
    doing.noted["chosen"] = {planned: id for planned, id in chosen.items() if planned != id}
    about = resolved(doing.about, chosen)
    await put(doing.reach.services, make.service(doing.order, about, doing.now))


async def release(doing: Doing) -> None:
    """What never was active leaves the inventory; what was is terminated."""
    line, services = doing.about["line"], doing.reach.services
    service = await read(services, line["service"])
    if service.get("state") in ("active", "inactive", "suspended"):
        await _set_service(doing, "terminated")
    elif service and service.get("state") != "terminated":
        await remove(services, line["service"])
    for wanted in line["resources"]:
        await free(doing.reach, wanted["resource"], line["service"])


async def activate(doing: Doing) -> None:
    """Ask for activation; then the service is active, and its resources are in use."""
    line = doing.about["line"]
    await doing.activation.ask(doing.order, doing.step)
    for wanted in line["resources"]:
        await occupy(doing.reach, wanted["resource"])
    await _set_service(doing, "active")


async def cease(doing: Doing) -> None:
    """Ask for the end of a service; then it is terminated, and its resources are free."""
    line = doing.about["line"]
    await doing.activation.ask(doing.order, doing.step)
    await if_there(_set_service(doing, "terminated"))
    for used in line["resources"]:
        await free(doing.reach, used["resource"], "")


async def modify(doing: Doing) -> None:
    """Ask for a change of a service, then make it, when it is noted what it was."""
    values = _values(doing)
    if await values.are_noted():
        await doing.activation.ask(doing.order, doing.step)
        await values.put_in()


async def unmodify(doing: Doing) -> None:
    """Put back what characteristics of a service were."""
    await _values(doing).put_back()


def _values(doing: Doing) -> Values:
    line, services = doing.about["line"], doing.reach.services
    return Values(
        doing, services, line["service"], "serviceCharacteristic", line["characteristics"]
    )


async def _set_service(doing: Doing, state: str) -> None:
    running = {"active": "running", "terminated": "stopped"}[state]

    def decide(service: Json) -> Json | None:
        if service.get("state") == state:
            return None
        on = state == "active"
        return service | {"state": state, "operatingStatus": running, "isServiceEnabled": on}

    await change(doing.reach.services, doing.about["line"]["service"], decide)


async def _move_service_order(doing: Doing, state: str, before: set[str]) -> None:
    def decide(order: Json) -> Json | None:
        return order | {"state": state} if order.get("state") in before - {state} else None

    await if_there(change(doing.reach.service_orders, doing.about["serviceOrder"], decide))
