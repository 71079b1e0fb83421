"""The steps by which what is mandatory of one resource is tried, a request or two each.

What is changed or deleted is a record of the kit's own. Where a profile asks for no create, the
records that are there are read, and patched with what they hold already.
"""

from typing import Any

from conformance.certification.cells import Sheet
from conformance.certification.demands import Demand
from conformance.free_attributes import free_attributes
from conformance.likeness import equal, unlike
from conformance.outcomes import Skipped, require
from conformance.searching import written
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

Json = dict[str, Any]
#: So many records of a list are looked at.
PAGE = 20
#: What stands in an answer whatever `fields` selects (R-304, R-305).
_ALWAYS = frozenset({"id", "href", "@type", "@baseType", "@schemaLocation"})


async def walk(sheet: Sheet, demand: Demand) -> None:
    """Try every mandatory operation, from the create to the delete."""
    trial, wanted = sheet.trial, demand.operations
    made: Json = {}
    if "create" in wanted:
        made = await _made(sheet, demand)
    here = made or await _there(trial)
    steps = {
        "list": ("list", _list), "retrieve": ("retrieve", _retrieve),
        "unknown id": ("retrieve", _unknown), "filter": ("list", _filter),
        "fields": ("retrieve", _fields), "patch": ("patch", _patch),
    }  # fmt: skip
    for operation, (needed, step) in steps.items():
        if needed in wanted:
            await sheet.tried(operation, step(sheet, demand, here))
    if "delete" in wanted:
        await sheet.tried("delete", _delete(sheet, made))


async def _made(sheet: Sheet, demand: Demand) -> Json:
    """The record that the create gives; empty when it gives none."""
    made: Json = {}

    async def create() -> None:
        trial = sheet.trial
        sent = await trial.minimal()
        answer = await trial.post(sent)
        require(answer.status != 202, "it was taken for later (202), so no record can be judged")
        got = f"{answer}{_why(trial, sent)}" if answer.refused else answer
        if sheet.note("create", "", answer.status == 201, "201", got):
            made.update(answer.entity)
            for name in demand.shown:
                _came_back(sheet, name, sent, made)

    await sheet.tried("create", create())
    return made if made.get("id") else {}


def _why(trial: Trial, sent: Json) -> str:
    """What of a body that was refused does not fit the file, which would be the kit's mistake."""
    found = trial.shared.shapes.faults(trial.spec.create_schema or trial.spec.schema, sent)
    return f" (the body does not fit the file: {found[0]})" if found else ""


def _came_back(sheet: Sheet, name: str, sent: Json, made: Json) -> None:
    """Note whether an attribute is in the answer to a create, as it was sent."""
    shown = made.get(name) is not None
    free = name in sent and name not in sheet.trial.moving and name not in _ALWAYS
    other = unlike(sent[name], made.get(name)) if shown and free else ""
    got = f"another value: {other}" if other else "an answer without it"
    sheet.note("create", name, shown and not other, f"{name} in the answer", got)


async def _there(trial: Trial) -> Json:
    """A record to look at where none is to be created; empty when there is none.

    That is one that is there already, else one of the kit's own, should the server take it.
    """
    existing = trial.shared.bodies.fixture(trial.spec).existing
    answer = await (trial.get(existing[0]) if existing else trial.list({"limit": "1"}))
    there = answer.entity or next(iter(answer.entities), {})
    if answer.ok and not there and trial.offers("create"):
        there = (await trial.post(await trial.minimal())).entity
    return there


async def _list(sheet: Sheet, demand: Demand, here: Json) -> None:
    answer = await sheet.trial.list({"limit": str(PAGE)})
    fine = answer.status in (200, 206) and isinstance(answer.json, list)
    if sheet.note("list", "", fine, "200 with an array", answer):
        require(answer.entities, "the list is empty: no attribute can be seen")
        for name in demand.shown:
            lacking = next((e for e in answer.entities if e.get(name) is None), {})
            got = f"{lacking.get('id')} without it"
            sheet.note("list", name, not lacking, f"{name} of each record", got)


async def _retrieve(sheet: Sheet, demand: Demand, here: Json) -> None:
    answer = await sheet.trial.get(_id(here))
    if sheet.note("retrieve", "", answer.status == 200, "200", answer):
        for name in demand.shown:
            shown = answer.entity.get(name) is not None
            sheet.note("retrieve", name, shown, f"{name} in the answer", "an answer without it")


async def _unknown(sheet: Sheet, demand: Demand, here: Json) -> None:
    answer = await sheet.trial.get(sheet.trial.fresh())
    sheet.note("unknown id", "", answer.status == 404, "404", answer)


async def _filter(sheet: Sheet, demand: Demand, here: Json) -> None:
    """A search by each mandatory attribute finds the record, and none with another value."""
    _id(here)
    trial = sheet.trial
    for name in demand.shown:
        value = here.get(name)
        if name == "href" or isinstance(value, dict | list) or value is None:
            continue
        text = written(value)
        answer = await trial.list([(name, text), ("limit", "100")])
        found = answer.entities
        wrong = next((e for e in found if not equal(e.get(name), value)), None)
        there = any(e.get("id") == here["id"] for e in found)
        fine = answer.ok and wrong is None and (there or name in trial.moving or len(found) >= 100)
        got = "a list without it" if answer.ok and wrong is None else wrong or answer
        sheet.note("filter", name, fine, f"the record, by {name}={text}", got)


async def _fields(sheet: Sheet, demand: Demand, here: Json) -> None:
    """A selection of each mandatory attribute shows it, and nothing that was not asked for."""
    record = _id(here)
    for name in demand.shown:
        if here.get(name) is None:
            continue
        answer = await sheet.trial.get(record, {"fields": name})
        seen = answer.entity.keys()
        fine = answer.ok and name in seen and seen <= {name, *_ALWAYS}
        got = ", ".join(sorted(seen)) if answer.ok else answer
        sheet.note("fields", name, fine, f"{name} alone, by fields={name}", got)


async def _patch(sheet: Sheet, demand: Demand, here: Json) -> None:
    """A merge patch of each mandatory attribute that may be changed answers the change."""
    trial, record = sheet.trial, _id(here)
    for name, value in _changes(trial, demand, here).items():
        answer = await trial.patch(record, {name: value})
        require(answer.status != 202, "it was taken for later (202)")
        other = unlike(value, answer.entity.get(name)) if answer.status == 200 else ""
        fine = answer.status == 200 and not other
        sheet.note("patch", name, fine, f"200 with {name} as it was sent", other or answer)


def _changes(trial: Trial, demand: Demand, here: Json) -> Json:
    """What is patched: what fixtures say, else each mandatory attribute that may be changed."""
    if said := trial.shared.bodies.fixture(trial.spec).change:
        return dict(said)
    own = bool(trial.created)
    fixed = trial.spec.not_patchable | _ALWAYS
    free = [n for n in free_attributes(trial.spec, trial.rules, Kind.TEXT) if n not in fixed]
    names = [n for n in demand.shown if n in here and n not in fixed | trial.moving]
    state = trial.rules.state
    if not names:
        names = free[:1] if own else [n for n in (state, *free) if n and n in here][:1]
    require(names, "it has no attribute of which the kit knows that it may be patched")
    return {n: "kit certified" if own and n in free else here.get(n) for n in names}


async def _delete(sheet: Sheet, made: Json) -> None:
    trial, record = sheet.trial, str(made.get("id", ""))
    require(record, "the kit deletes nothing but what it has made, and it has made nothing")
    answer = await trial.delete(record)
    require(answer.status != 202, "it was taken for later (202)")
    if sheet.note("delete", "", answer.status == 204, "204", answer):
        after = await trial.get(record)
        gone = after.status == 404
        sheet.note("delete", "id", gone, "404 for what was deleted", after)


def _id(here: Json) -> str:
    record = here.get("id")
    if not isinstance(record, str) or not record:
        raise Skipped("there is no record to look at; name one in the fixtures (existing)")
    return record
