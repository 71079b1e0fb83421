"""PATCH by JSON Patch with queries in its paths (R-804 to R-807)."""

from typing import Any

from conformance.check import BOTH, check
from conformance.client import Answer
from conformance.outcomes import applies, demand
from conformance.resource import PATCH_QUERY
from conformance.trial import Trial

Json = dict[str, Any]


@check(
    "R-804",
    "R-805",
    title="A query picks the element that an operation is for",
    needs=("create", "patch", "retrieve"),
)
async def query_picks_an_element(trial: Trial) -> None:
    name, leaf, record = await _record(trial)
    answer = await _patch(trial, record, {"op": "remove", "path": f"/{name}?{leaf}=kit2"})
    demand(answer.ok, "200", answer)
    await _holds(trial, record, name, leaf, ["kit1", "kit2b"])


@check(
    "R-805",
    title="A query may be written from the root of the record",
    needs=("create", "patch", "retrieve"),
)
async def query_from_the_root(trial: Trial) -> None:
    name, leaf, record = await _record(trial)
    await _offered(trial, record)
    path = f"/{name}/{leaf}?{name}.{leaf}=kit1"
    answer = await _patch(trial, record, {"op": "replace", "path": path, "value": "changed"})
    demand(answer.ok, "200", answer)
    await _holds(trial, record, name, leaf, ["changed", "kit2", "kit2b"])


@check(
    "R-805",
    title="An operation is for every element that matches",
    needs=("create", "patch", "retrieve"),
)
async def every_match_is_meant(trial: Trial) -> None:
    name, leaf, record = await _record(trial, "kit1", "kit2", "kit2")
    await _offered(trial, record)
    answer = await _patch(trial, record, {"op": "remove", "path": f"/{name}?{leaf}=kit2"})
    demand(answer.ok, "200", answer)
    await _holds(trial, record, name, leaf, ["kit1"])


@check(
    "R-805",
    title="All conditions of a query must hold of an element",
    needs=("create", "patch", "retrieve"),
)
async def conditions_are_anded(trial: Trial) -> None:
    name, leaf, other = trial.nested_texts()
    applies(name not in trial.spec.not_patchable, f"{name} is not patchable")
    template: Json = trial.shared.bodies.value(trial.spec, name)[0]
    texts = (("kit1", "kitA"), ("kit1", "kitB"), ("kit2", "kitB"))
    elements = [{**template, leaf: one, other: two} for one, two in texts]
    record = await trial.make(**{name: elements})
    await _offered(trial, record)
    path = f"/{name}?{leaf}=kit1&{other}=kitB"
    answer = await _patch(trial, record, {"op": "remove", "path": path})
    applies(answer.ok, "several conditions are not offered")
    seen = (await trial.look(record["id"])).get(name) or []
    got = [(e.get(leaf), e.get(other)) for e in seen if isinstance(e, dict)]
    demand(got == [texts[0], texts[2]], f"{name} without the second", got)


@check(
    "R-806",
    versions=BOTH,
    title="JSONPath in a path picks elements as well",
    needs=("create", "patch", "retrieve"),
)
async def jsonpath_picks(trial: Trial) -> None:
    name, leaf, record = await _record(trial)
    await _offered(trial, record)
    path = f"$.{name}[?(@.{leaf}=='kit2')]"
    answer = await _patch(trial, record, {"op": "remove", "path": path})
    applies(answer.ok, "JSONPath in patches is not offered")
    await _holds(trial, record, name, leaf, ["kit1", "kit2b"])


@check(
    "R-807",
    title="A query without a match is answered with 409",
    needs=("create", "patch", "retrieve"),
)
async def no_match_is_a_conflict(trial: Trial) -> None:
    name, leaf, record = await _record(trial)
    await _offered(trial, record)
    answer = await _patch(trial, record, {"op": "remove", "path": f"/{name}?{leaf}=kitNone"})
    demand(answer.status in (409, 400, 404, 422), "409", answer)
    await _holds(trial, record, name, leaf, ["kit1", "kit2", "kit2b"])


async def _record(trial: Trial, *texts: str) -> tuple[str, str, Json]:
    """A patchable list, a text of its elements, and a record with three of them."""
    name, leaf, _ = trial.nested_texts()
    applies(name not in trial.spec.not_patchable, f"{name} is not patchable")
    template: Json = trial.shared.bodies.value(trial.spec, name)[0]
    elements = [{**template, leaf: text} for text in texts or ("kit1", "kit2", "kit2b")]
    return name, leaf, await trial.make(**{name: elements})


async def _patch(trial: Trial, record: Json, *operations: Json) -> Answer:
    answer = await trial.patch(record["id"], list(operations), PATCH_QUERY)
    applies(answer.status not in (405, 415, 501), "queries in patches are not offered")
    return answer


async def _offered(trial: Trial, record: Json) -> None:
    answer = await _patch(trial, record)
    applies(answer.ok or answer.status in (400, 409, 422), "queries in patches are not offered")


async def _holds(trial: Trial, record: Json, name: str, leaf: str, wanted: list[str]) -> None:
    seen = await trial.look(record["id"])
    got = [e.get(leaf) for e in seen.get(name) or [] if isinstance(e, dict)]
    demand(got == wanted, f"{name}: {', '.join(wanted)}", got)
