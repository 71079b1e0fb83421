"""No input, however broken, breaks the server (S-002)."""

from collections.abc import Awaitable
from typing import Any
from urllib.parse import quote

from conformance.check import check
from conformance.client import Answer, NoAnswer
from conformance.outcomes import Failed, demand
from conformance.resource import JSON_PATCH, PATCH_QUERY
from conformance.trial import Trial

_QUERIES = (
    "limit=999999999999999999999", "offset=999999999999999999999", "limit=", "sort=", "sort=,,",
    "fields=", "fields=,", "filter=", "filter=$[", "filter=$[?(", "filter=%00", "=", "&&&", ";;;",
    "a=%", "a=%zz", "a=%ff%fe", "id=%00", "id.regex=(((((", "id.gt=", "%3E=1", ".=1", "..=1",
    "id=" + "a" * 4000, "@type.@type.@type=1", "sort=" + ",".join(["id"] * 200),
    "id.regex=" + quote("(a+)+$"), "fields=" + "a." * 300 + "b",
)  # fmt: skip
_BODIES: tuple[bytes, ...] = (
    b"", b"null", b"[]", b"{}", b'"', b"{", b"\xff\xfe", b'{"name":"\\ud800"}', b"NaN", b"1e400",
    b"[" * 2000, b'{"a":' * 200 + b"1" + b"}" * 200, b'{"id":null,"id":5}', b'{"@type":5}',
    b'{"@type":["x"]}', b'{"":""}', b'{"id":""}', b'{"id":"a/b?c#d%"}', b'{"href":{}}',
    b'{"__proto__":{},"$where":"1","a.b":1}',
)  # fmt: skip
_PATCHES: tuple[Any, ...] = (
    [{}], [5], [{"op": "add"}], [{"op": "add", "path": 5}], {"op": "add"},
    [{"op": "remove", "path": ""}], [{"op": "add", "path": "/a/b/c/d", "value": 1}],
    [{"op": "move", "from": "/", "path": "/x"}], [{"op": "test", "path": "/~2", "value": 1}],
    [{"op": "remove", "path": "/a?b"}], [{"op": "remove", "path": "/[?("}],
)  # fmt: skip


@check("S-002", title="No query breaks the server", needs=("list",))
async def queries(trial: Trial) -> None:
    for query in _QUERIES:
        await _survives(trial.list(query), query[:60])


@check("S-002", title="No body of a POST breaks the server", needs=("create",))
async def bodies(trial: Trial) -> None:
    for body in _BODIES:
        await _survives(trial.post(body), repr(body[:60]))


@check("S-002", title="No patch breaks the server", needs=("create", "patch"))
async def patches(trial: Trial) -> None:
    record = await trial.make()
    for patch in _PATCHES:
        for media in (JSON_PATCH, PATCH_QUERY):
            await _survives(trial.patch(record["id"], patch, media), f"{media}: {patch}")
    for body in _BODIES:
        await _survives(trial.patch(record["id"], body), repr(body[:60]))


@check("S-002", title="No id breaks the server", needs=("retrieve",))
async def ids(trial: Trial) -> None:
    odd = ("%00", "%2F", "..%2F..", "%ff", "a" * 2000, "%20", ":(version=", ":()", "'", "%")
    for record in odd:
        await _survives(trial.send("GET", f"{trial.path}/{record}"), record[:60])


@check("S-002", title="No header breaks the server", needs=("list",))
async def headers(trial: Trial) -> None:
    odd = {
        "Accept": "a/b;q=x,,;", "Range": "items=-,kit", "If-None-Match": ',"', "If-Match": "",
        "Content-Type": ";;;", "X-Forwarded-Host": "kit/../:", "X-Forwarded-Proto": "kit",
    }  # fmt: skip
    for name, value in odd.items():
        answer = trial.list("limit=1", headers={name: value})
        await _survives(answer, f"{name}: {value}")


@check(
    "R-418",
    title="A pattern that takes long elsewhere is answered in time",
    needs=("list",),
)
async def patterns_are_bounded(trial: Trial) -> None:
    await _survives(trial.list("id.regex=" + quote("^(a|a|a|a)*(a+)+$")), "a slow pattern", "R-418")


@check("R-1105", title="Unknown attributes are stored, dropped or refused", needs=("create",))
async def unknown_attributes(trial: Trial) -> None:
    await trial.cohort()
    answer = await trial.post(await trial.minimal(kitExtra={"deep": [1, "kit"]}))
    demand(answer.status in (201, 202, 400, 422), "201 or 400", answer)


@check("R-1104", title="A schema that is not known here does not stop a record", needs=("create",))
async def unknown_schemas(trial: Trial) -> None:
    await trial.cohort()
    where = f"https://example.com/{trial.fresh()}.json"
    answer = await trial.post(await trial.minimal(**{"@schemaLocation": where}))
    demand(answer.status in (201, 202), "201", answer)


async def _survives(request: Awaitable[Answer], what: str, *broken: str) -> None:
    try:
        answer = await request
    except NoAnswer as silence:
        raise Failed(f"an answer to {what}", silence.exchange.error, *broken) from silence
    fine = answer.status < 500 or answer.status in (501, 503)
    demand(fine, f"no 5xx for {what}", answer, *broken)
