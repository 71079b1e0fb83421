"""The notifications that are mandatory: brought about one after the other, and waited for."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from conformance.certification.cells import Sheet
from conformance.certification.demands import Demand
from conformance.events import awaited, event_type, legal_move
from conformance.hubs import callback, everything, register
from conformance.outcomes import require
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

Json = dict[str, Any]


async def registered(sheet: Sheet) -> None:
    """A callback is taken by the hub of the API."""
    answer = await register(sheet.trial, await callback(sheet.trial))
    sheet.note("register", "", answer.status == 201, "201 for a callback", answer)


async def hear(sheet: Sheet, demand: Demand) -> None:
    """What happens to a record of the kit's own is told to a listener, each kind by its event."""
    for kind in demand.notices:
        await sheet.tried(f"{kind} event", _heard(sheet, kind))


async def _heard(sheet: Sheet, kind: str) -> None:
    trial, name = sheet.trial, event_type(sheet.trial, kind)
    inbox = await everything(trial)
    record = await trial.make()
    await _CAUSES[kind](trial, str(record["id"]))
    came = await awaited(trial, inbox, record["id"], name)
    waited = f"none within {trial.options.patience:g} s"
    sheet.note(f"{kind} event", "", came, name, waited)


async def _created(trial: Trial, record: str) -> None:
    """It is there already."""


async def _changed(trial: Trial, record: str) -> None:
    await _done(trial, record, {trial.patchable(Kind.TEXT): "kit certified"})


async def _moved(trial: Trial, record: str) -> None:
    await _done(trial, record, dict([legal_move(trial)]))


async def _deleted(trial: Trial, record: str) -> None:
    answer = await trial.delete(record)
    require(answer.ok, f"the record was not deleted: {answer}")


async def _done(trial: Trial, record: str, change: Json) -> None:
    answer = await trial.patch(record, change)
    require(answer.ok, f"the patch was refused: {answer}")


#: How each kind of event is brought about.
_CAUSES: Mapping[str, Callable[[Trial, str], Awaitable[None]]] = {
    "Create": _created,
    "AttributeValueChange": _changed,
    "StateChange": _moved,
    "Delete": _deleted,
}
