"""What no kind of patch stores: values that the specification rules out, and another class."""

from collections.abc import AsyncIterator
from typing import Any

from conformance.check import check
from conformance.likeness import equal
from conformance.outcomes import Failed, NotApplicable, applies, demand
from conformance.resource import JSON_PATCH, PATCH_QUERY
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

Json = dict[str, Any]

#: A value that no attribute of a kind may have.
_UNFIT: dict[Kind, Any] = {
    Kind.TEXT: {"no": "text"},
    Kind.NUMBER: "five",
    Kind.BOOLEAN: "yes",
    Kind.INSTANT: "yesterday",
}


@check(
    "S-001",
    title="A JSON Patch stores nothing that the schema rules out",
    needs=("create", "patch", "retrieve"),
)
async def json_patches_are_validated(trial: Trial) -> None:
    tried = {kind: name for kind in _UNFIT if (name := _of(trial, kind))}
    applies(tried, "it has no attribute that clients may change freely")
    async for media, record in _records(trial):
        for kind, name in tried.items():
            operation = {"op": "add", "path": f"/{name}", "value": _UNFIT[kind]}
            answer = await trial.patch(record["id"], [operation], media)
            if answer.ok:
                seen = await trial.look(record["id"])
                for fault in trial.shared.shapes.faults(trial.spec.schema, seen):
                    raise Failed(f"400, or a record that fits {trial.spec.schema}", fault)


@check(
    "R-812",
    title="A JSON Patch may not remove a mandatory attribute",
    needs=("create", "patch", "retrieve"),
)
async def mandatory_attributes_stay(trial: Trial) -> None:
    names = [name for name in trial.spec.mandatory if not name.startswith("@")]
    applies(names, "no attribute is mandatory")
    async for media, record in _records(trial):
        for name in names:
            operation = {"op": "remove", "path": f"/{name}"}
            answer = await trial.patch(record["id"], [operation], media)
            if answer.ok:
                seen = await trial.look(record["id"])
                demand(seen.get(name) is not None, f"400, or {name} as before", f"no {name}")


@check(
    "R-810",
    title="A JSON Patch changes neither href nor the class of a record",
    needs=("create", "patch", "retrieve"),
)
async def class_stays(trial: Trial) -> None:
    async for media, record in _records(trial):
        before = await trial.look(record["id"])
        for name in before.keys() & {"href", "@type"}:
            operation = {"op": "replace", "path": f"/{name}", "value": "kitForged"}
            await trial.patch(record["id"], [operation], media)
            after = (await trial.look(record["id"])).get(name)
            demand(equal(after, before[name]), f"{name} as before: {before[name]!r}", repr(after))


async def _records(trial: Trial) -> AsyncIterator[tuple[str, Json]]:
    """A record for each kind of JSON Patch that the server carries out."""
    offered = False
    for media in (JSON_PATCH, PATCH_QUERY):
        record = await trial.make()
        operation = {"op": "test", "path": "/id", "value": record["id"]}
        answer = await trial.patch(record["id"], [operation], media)
        if answer.ok:
            offered = True
            yield media, record
    applies(offered, "JSON Patch is not offered")


def _of(trial: Trial, kind: Kind) -> str | None:
    """An attribute of a kind that clients may change freely, if there is one."""
    try:
        return trial.patchable(kind)
    except NotApplicable:
        return None
