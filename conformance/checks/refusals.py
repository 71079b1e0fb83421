"""What POST refuses: bodies that the specification rules out (R-703 to R-711, R-1201 to R-1208)."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from conformance.check import check
from conformance.client import Answer
from conformance.outcomes import NotApplicable, applies, demand, require
from conformance.placing import kind_at, with_value
from conformance.shapes import leaves
from conformance.trial import Trial
from tmf_apis.rules.lookup import open_enumerations
from tmf_apis.spec.types import Kind

Json = dict[str, Any]
#: A body that breaks the schema: 400, or 422 (R-208).
_REFUSED = (400, 422)
#: So many closed enumerations of a resource are tried.
_CLOSED = 6


def _refused(answer: Answer, what: str) -> None:
    demand(answer.status in _REFUSED, f"400 for {what}", answer)


@check("R-703", "R-720", "R-208", "R-638-01", "R-642-01", "R-678-04",
       title="A body without a mandatory attribute is refused",
       needs=("create",), profiles=("mandatory",))  # fmt: skip
async def mandatory_attributes_are_demanded(trial: Trial) -> None:
    names = [name for name in trial.spec.mandatory if not name.startswith("@")]
    applies(names, "no attribute is mandatory")
    await _acceptable(trial)
    for name in names:
        body = await trial.minimal()
        body.pop(name, None)
        answer = await trial.post(body)
        taken = ("R-703", "R-720", "R-638-01", "R-642-01", "R-678-04")
        demand(not answer.ok, f"400 for a body without {name}", answer, *taken)
        demand(answer.status in _REFUSED, f"400 for a body without {name}", answer, "R-208")


@check("R-703", title="null is no value for a mandatory attribute", needs=("create",))
async def mandatory_null_is_refused(trial: Trial) -> None:
    names = [name for name in trial.spec.mandatory if not name.startswith("@")]
    applies(names, "no attribute is mandatory")
    await _acceptable(trial)
    for name in names:
        _refused(await trial.post(await trial.minimal(**{name: None})), f"{name}: null")


@check("R-703", title="Neither a blank nor an empty list is a value for a mandatory attribute",
       needs=("create",))  # fmt: skip
async def mandatory_blank_is_refused(trial: Trial) -> None:
    body = await trial.minimal()
    empty = {
        name: [] if isinstance(body.get(name), list) else " "
        for name in trial.spec.mandatory
        if not name.startswith("@") and isinstance(body.get(name), str | list)
    }
    applies(empty, "no mandatory attribute is a text or a list")
    await _acceptable(trial)
    for name, value in empty.items():
        _refused(await trial.post(await trial.minimal(**{name: value})), f"{name}: {value!r}")


@check("R-707", title="A body without @type is refused", needs=("create",))
async def type_is_demanded(trial: Trial) -> None:
    applies("@type" in trial.spec.mandatory, "the file does not require @type")
    await _acceptable(trial)
    body = await trial.minimal()
    body.pop("@type", None)
    _refused(await trial.post(body), "a body without @type")


@check("R-707", title="A sub-resource without @type is refused", needs=("create",))
async def nested_type_is_demanded(trial: Trial) -> None:
    applies("@type" in trial.spec.mandatory, "the file does not require @type")
    await _acceptable(trial)
    body = await trial.minimal()
    for inner in [part for part in _objects(body) if part is not body and "@type" in part]:
        name = inner.pop("@type")
        if trial.shared.shapes.faults(str(trial.spec.create_schema), body):
            _refused(await trial.post(body), f"a {name} without @type")
            return
        inner["@type"] = name
    raise NotApplicable("no sub-resource that needs @type is mandatory")


@check("R-710", title="A body that is no JSON is refused", needs=("create",),
       profiles=("mandatory",))  # fmt: skip
async def no_json_is_refused(trial: Trial) -> None:
    _refused(await trial.post(b'{"name": '), "a body that breaks off")


@check("R-710", title="An empty body is refused", needs=("create",))
async def empty_body_is_refused(trial: Trial) -> None:
    answer = await trial.post(b"")
    demand(answer.status in (*_REFUSED, 411, 415), "400 for an empty body", answer)


@check("R-710", "R-817", title="An array or a scalar is no body", needs=("create",))
async def array_is_refused(trial: Trial) -> None:
    body = await trial.minimal()
    _refused(await trial.post([body]), "an array")
    _refused(await trial.post(b'"text"'), "a text")


@check(
    "R-711", "R-642-03", title="A value outside a closed enumeration is refused", needs=("create",)
)
async def enumerations_are_closed(trial: Trial) -> None:
    body = await _acceptable(trial, full=True)
    opened = open_enumerations(trial.api)
    tried = 0
    for name in sorted(trial.spec.settable):
        attribute = trial.attributes.get(name)
        if attribute is None or name not in body or tried == _CLOSED:
            continue  # What a sub-class alone declares may hold anything in its base.
        told = [v for part in attribute._elements for v in part.get("enum", ()) if str(v).strip()]
        if not told or opened & attribute.names or isinstance(body.get(name), list | dict):
            continue
        tried += 1
        for value in ("kitNoSuchValue", str(told[0]).swapcase()):
            if value not in told:
                _refused(await trial.post({**body, name: value}), f"{name}: {value}")
    applies(tried, "no attribute of it has a closed enumeration")


@check("R-1208", title="Numbers and booleans sent as texts are refused", needs=("create",))
async def texts_are_no_numbers(trial: Trial) -> None:
    body = await _acceptable(trial, full=True)
    wanted = {Kind.NUMBER: (int, float), Kind.BOOLEAN: (bool,)}
    found = False
    # At the root and inside others: who looks at one need not look at the other.
    for (kind, types), inner in product(wanted.items(), (False, True)):
        for path, value in leaves(body):
            deep = path.count("/") > 1
            if deep is inner and isinstance(value, types) and kind_at(trial, path) is kind:
                spelt = str(value).lower()
                _refused(await trial.post(with_value(body, path, spelt)), f"{path}: {spelt!r}")
                found = True
                break
    applies(found, "it has neither numbers nor booleans")


@check("R-1201", title="A text that is no date-time is refused where one is declared",
       needs=("create",))  # fmt: skip
async def date_times_are_demanded(trial: Trial) -> None:
    body = await _acceptable(trial, full=True)
    path = next((p for p, v in leaves(body) if kind_at(trial, p) is Kind.INSTANT and v), None)
    applies(path, "it has no date-time that clients set")
    for wrong in ("yesterday", "2026-02-30T00:00:00Z"):
        _refused(await trial.post(with_value(body, str(path), wrong)), f"{path}: {wrong!r}")


@check("R-1203", title="A validity that ends before it starts is refused", needs=("create",))
async def validity_has_a_length(trial: Trial) -> None:
    applies("validFor" in trial.spec.settable, "it has no validFor")
    period = {"startDateTime": "2031-01-01T00:00:00Z", "endDateTime": "2030-01-01T00:00:00Z"}
    answer = await trial.post(await trial.minimal(validFor=period))
    applies(not answer.ok, "the server does not look at it")
    _refused(answer, "a validity that ends before it starts")


@check("R-210", title="A refused POST creates nothing", needs=("create", "list"))
async def refused_creates_nothing(trial: Trial) -> None:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text to find it by")
    names = [name for name in trial.spec.mandatory if name not in (cohort.marker, "@type")]
    applies(names, "no attribute is mandatory")
    text = trial.fresh()
    body = await trial.minimal(**{str(cohort.marker): text})
    body.pop(names[0])
    require((await trial.post(body)).refused, "the body was not refused")
    found = await trial.list({str(cohort.marker): text})
    demand(not found.entities, "no record", found)


@check("R-110", title="A body that says it is no JSON is refused with 415",
       needs=("create",))  # fmt: skip
async def other_media_types_are_refused(trial: Trial) -> None:
    answer = await trial.post(b"<kit/>", media="application/xml")
    demand(answer.status in (415, 400), "415", answer, "R-110")


async def _acceptable(trial: Trial, *, full: bool = False) -> Json:
    """A body that is refused for nothing but what a check then does to it."""
    build = trial.full if full else trial.minimal
    answer = await trial.post(await build())
    require(answer.status in (201, 202), f"what is valid is refused as well: {answer}")
    # What the first one refers to may be used up: an order is cancelled once.
    return await build()


def _objects(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)
