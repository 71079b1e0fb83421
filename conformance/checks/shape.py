"""Whether records fit the schemas of the specification, wherever they are given."""

from typing import Any

from conformance.check import check
from conformance.outcomes import Failed, applies, demand, require
from conformance.trial import Trial


@check(
    "R-709",
    "S-001",
    "R-1201",
    "R-1204",
    "R-711",
    title="A created record fits its schema",
    needs=("create",),
    profiles=("mandatory",),
)
async def created_fits(trial: Trial) -> None:
    _judge(trial, await trial.make())


@check(
    "S-001",
    "R-709",
    "R-1201",
    "R-1204",
    "R-711",
    "R-1108",
    title="A record with every attribute a client may set fits its schema",
    needs=("create", "retrieve"),
)
async def full_record_fits(trial: Trial) -> None:
    made = await trial.make(await trial.full())
    _judge(trial, await trial.look(made["id"]))


@check(
    "R-709",
    "S-001",
    "R-1201",
    "R-1204",
    "R-711",
    title="A retrieved record fits its schema",
    needs=("retrieve",),
    profiles=("mandatory", "read-only"),
)
async def retrieved_fits(trial: Trial) -> None:
    record = await trial.record()
    _judge(trial, await trial.look(str(record["id"])))


@check(
    "R-709",
    "S-001",
    "R-1201",
    "R-1204",
    "R-711",
    title="Listed records fit their schema",
    needs=("list",),
    profiles=("mandatory", "read-only"),
)
async def listed_fit(trial: Trial) -> None:
    listed = await trial.list({"limit": "10"})
    require(listed.ok, f"the list was refused: {listed}")
    require(listed.entities, "the list is empty")
    for record in listed.entities:
        _judge(trial, record)


@check(
    "R-1101", title="@type and @baseType come back as they were sent", needs=("create", "retrieve")
)
async def class_is_kept(trial: Trial) -> None:
    applies("@type" in trial.attributes, "the resource has no @type")
    name = trial.spec.name[:1].upper() + trial.spec.name[1:]
    sent = {"@type": name, "@baseType": "Entity"}
    record = await trial.make(**sent)
    seen = await trial.look(record["id"])
    demand({k: seen.get(k) for k in sent} == sent, str(sent), {k: seen.get(k) for k in sent})


@check(
    "R-1111", title="The value of a characteristic may be any JSON", needs=("create", "retrieve")
)
async def characteristics_hold_any_value(trial: Trial) -> None:
    name = _characteristics(trial)
    sent = [_characteristic(trial, n, v) for n, v in _VALUES.items()]
    record = await trial.make(**{name: sent})
    _held(await trial.look(record["id"]), name, _VALUES)


@check("R-1111", title="A text as the value of a characteristic stays a text",
       needs=("create", "retrieve"))  # fmt: skip
async def texts_of_characteristics_stay(trial: Trial) -> None:
    name = _characteristics(trial)
    await trial.make(**{name: [_characteristic(trial, "a", "kit")]})
    sent = [_characteristic(trial, n, v) for n, v in _TEXTS.items()]
    answer = await trial.post(await trial.minimal(**{name: sent}))
    demand(answer.status in (201, 202), f"201 for the texts {_TEXTS}", answer)
    require(answer.status == 201, "it is taken for later")
    _held(await trial.look(str(answer.entity.get("id"))), name, _TEXTS)


def _characteristics(trial: Trial) -> str:
    """The attribute that holds characteristics of a name and a value each."""
    name = next((n for n in trial.attributes if n.endswith("haracteristic")), None)
    applies(name and name in trial.spec.settable, "the resource has no characteristics")
    attribute = trial.attributes[str(name)]
    applies({"name", "value"} <= attribute.children.keys(), "its characteristics are of their own")
    return str(name)


def _held(record: dict[str, Any], name: str, values: dict[str, Any]) -> None:
    seen = record.get(name) or []
    got = {e.get("name"): e.get("value") for e in seen if isinstance(e, dict)}
    demand(got == values, str(values), got)


_VALUES: dict[str, Any] = {"a": "text", "b": {"deep": [1, True]}, "c": ["x", "y"]}
#: Texts that look like what they are not.
_TEXTS: dict[str, Any] = {"a": "5", "b": "true", "c": "007", "d": "null", "e": "1.0"}
_CLASSES: dict[type, str] = {
    str: "StringCharacteristic",
    dict: "ObjectCharacteristic",
    list: "StringArrayCharacteristic",
}


def _characteristic(trial: Trial, name: str, value: Any) -> dict[str, Any]:
    kind = {"@type": _CLASSES[type(value)]} if trial.spec.typed else {}
    return {"name": name, "value": value, **kind}


#: Attributes that each version shapes in its own way.
_CHANGED = frozenset({"relatedParty", "externalId", "orderDate", "creationDate"})


def _judge(trial: Trial, record: dict[str, Any]) -> None:
    for fault in trial.shared.shapes.faults(trial.spec.schema, record):
        told = [fault.rule, *(["R-1108"] if fault.attribute in _CHANGED else [])]
        raise Failed(f"a record that fits {trial.spec.schema}", fault, *told)
