"""Values of characteristics that a step changes: noted before, and put back when it is undone."""

from collections.abc import Mapping
from typing import Any

from handlers.flow.doing import Doing, if_there
from handlers.flow.planning import read
from handlers.flow.reach import change
from handlers.service import Service
from tmf_apis.flow import documents as make
from tmf_apis.flow.items import characteristics_of

Json = dict[str, Any]


async def is_noted(
    doing: Doing, service: Service, id: str, name: str, wished: Mapping[str, Any]
) -> bool:
    """Whether it was written down what the characteristics were that a step is to change; else the
    step is done again when it is: what is there then may be its own doing.
    """
    if "before" in doing.step:
        return True
    there = characteristics_of(await read(service, id), name)
    doing.noted["before"] = {key: there[key] for key in wished if key in there}
    doing.again = True
    return False


async def put_in(
    doing: Doing, service: Service, id: str, name: str, wished: Mapping[str, Any]
) -> None:
    """Give characteristics of a product or a service other values."""

    def decide(holder: Json) -> Json | None:
        return _with(holder, name, wished, wished) if wished else None

    await change(service, id, decide)


async def put_back(
    doing: Doing, service: Service, id: str, name: str, wished: Mapping[str, Any]
) -> None:
    """Give characteristics the values that they had; those that were not there go."""
    if (before := doing.step.get("before")) is not None and wished:
        await if_there(change(service, id, lambda now: _with(now, name, wished, before)))


def _with(holder: Json, name: str, names: Mapping[str, Any], values: Mapping[str, Any]) -> Json:
    kept = [one for one in holder.get(name) or () if one.get("name") not in names]
    return holder | {name: kept + make.characteristics(values)}
