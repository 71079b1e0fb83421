"""Errors: their status, and the body that every one of them has (R-203 to R-206, R-107)."""

from conformance.check import BOTH, check
from conformance.client import Answer
from conformance.outcomes import applies, demand, require
from conformance.resource import JSON_PATCH
from conformance.trial import Trial

#: What is not the client's to write, and is no task.
_CLOSED = {
    "customerBill": "R-678-01", "appliedCustomerBillingRate": "R-678-06", "billCycle": "R-678-07",
}  # fmt: skip


@check(
    "R-203",
    title="A 404 has an Error body",
    needs=("retrieve",),
    profiles=("mandatory", "read-only"),
)
async def unknown_id_has_a_body(trial: Trial) -> None:
    _error(await trial.get(trial.fresh()), 404)


@check("R-203", title="A 400 has an Error body", needs=("create",), profiles=("mandatory",))
async def bad_request_has_a_body(trial: Trial) -> None:
    _error(await trial.post(b"{no json"), 400, 422)


@check(
    "R-205",
    title="Errors of the framework have an Error body too",
    needs=("list",),
    profiles=("read-only",),
)
async def framework_errors_have_a_body(trial: Trial) -> None:
    _error(await trial.send("GET", f"/kit-no-such-{trial.fresh()}"), 404)
    if trial.options.profile != "read-only":
        _error(await trial.send("PUT", trial.path, {}), 405, 404, 501)


@check(
    "R-205", title="An unsupported media type is told by an Error body", needs=("create", "patch")
)
async def media_errors_have_a_body(trial: Trial) -> None:
    answer = await trial.patch(trial.fresh(), b"kit", "application/x-kit")
    _error(answer, 415, 404)


@check(
    "R-205",
    title="status repeats the HTTP status as a text",
    needs=("retrieve",),
    profiles=("read-only",),
)
async def status_is_repeated(trial: Trial) -> None:
    answer = await trial.get(trial.fresh())
    require(answer.refused and answer.entity, "there is no Error body")
    given = answer.entity.get("status")
    applies(given is not None, "status is left out")
    demand(given == str(answer.status), f"status {str(answer.status)!r}", repr(given))


@check(
    "R-204",
    title="@type of an error is Error",
    needs=("retrieve",),
    profiles=("mandatory", "read-only"),
)
async def error_has_a_type(trial: Trial) -> None:
    answer = await trial.get(trial.fresh())
    require(answer.refused and answer.entity, "there is no Error body")
    demand(answer.entity.get("@type") == "Error", "@type Error", answer)


@check("R-107", title="PUT is answered with 405 and Allow", needs=("retrieve",))
async def put_is_not_allowed(trial: Trial) -> None:
    _not_allowed(await trial.send("PUT", trial.item(trial.fresh()), {}))


@check("R-107", title="A method that the file does not define is answered with 405 and Allow")
async def undefined_methods_are_not_allowed(trial: Trial) -> None:
    undefined = [
        ("POST", "create", trial.path),
        ("PATCH", "patch", trial.item(trial.fresh())),
        ("DELETE", "delete", trial.item(trial.fresh())),
    ]
    missing = [(m, path) for m, operation, path in undefined if not trial.offers(operation)]
    applies(missing, "the file defines every operation")
    for method, path in missing:
        body: dict[str, str] | None = None if method == "DELETE" else {}
        _not_allowed(await trial.send(method, path, body))


@check("R-107", title="POST on a record is answered with 405 and Allow", needs=("retrieve",))
async def records_are_not_posted_to(trial: Trial) -> None:
    record = await trial.own()
    _not_allowed(await trial.send("POST", trial.item(record), {}))


@check(
    "R-901",
    "R-678-01",
    "R-678-06",
    "R-678-07",
    title="What the file does not let clients do is refused",
)
async def closed_operations_are_refused(trial: Trial) -> None:
    tried, rule = 0, _CLOSED.get(trial.spec.name, "R-901")
    if not trial.offers("patch"):
        answer = await trial.patch(await trial.own(), {"description": "kit"})
        demand(answer.refused, "405 for PATCH", answer, rule)
        tried += 1
    if not trial.offers("create"):
        answer = await trial.post({"description": "kit"})
        demand(answer.refused, "405 for POST", answer, rule)
        tried += 1
    applies(tried, "the file lets clients create and patch it")


@check("R-106", title="GET with a method override reads all the same", needs=("retrieve",))
async def no_method_is_tunnelled(trial: Trial) -> None:
    record = await trial.own()
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = await trial.get(record, headers={header: "PUT"})
        demand(answer.status == 200 or answer.refused, "200", answer)
    answer = await trial.get(record, {"_method": "PUT", "fields": "id"})
    demand(answer.status == 200 or answer.refused, "200", answer)


@check("R-111", title="A slash at the end changes nothing, or leads elsewhere", needs=("list",))
async def trailing_slash(trial: Trial) -> None:
    answer = await trial.send("GET", f"{trial.path}/?limit=1")
    fine = answer.status in (200, 206, 301, 302, 307, 308, 404)
    demand(fine, "200, 404 or a redirection", answer)


@check("R-1109", title="depth and expand are offered, ignored or refused", needs=("retrieve",))
async def expansion_is_optional(trial: Trial) -> None:
    record = str((await trial.record())["id"])
    for query in ("depth=1", "expand=relatedParty"):
        answer = await trial.get(record, query)
        demand(answer.status in (200, 400, 501), "200, 400 or 501", answer)


@check("R-803", versions=BOTH, title="A JSON Patch of an unknown id answers 404", needs=("patch",))
async def json_patch_of_nothing(trial: Trial) -> None:
    operation = {"op": "test", "path": "/id", "value": "kit"}
    answer = await trial.patch(trial.fresh(), [operation], JSON_PATCH)
    applies(answer.status not in (405, 415, 501), "JSON Patch is not offered")
    demand(answer.status == 404, "404", answer)


def _not_allowed(answer: Answer) -> None:
    demand(answer.status == 405, "405", answer, "R-107")
    demand(answer.headers.get("allow"), "an Allow header", "none", "R-107")


def _error(answer: Answer, *statuses: int) -> None:
    require(answer.status in statuses, f"the status is {answer.status}")
    body = answer.entity
    demand(body, "an Error body, one JSON object", answer)
    for name in ("code", "reason"):
        value = body.get(name)
        demand(isinstance(value, str) and value, f"{name} as a text", repr(value))
    for name in ("message", "status", "referenceError", "@type", "@baseType", "@schemaLocation"):
        value = body.get(name)
        demand(value is None or isinstance(value, str), f"{name} as a text", repr(value))
