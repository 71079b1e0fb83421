"""Random operations on two tenants at once: each store equals one that saw its operations alone.

Ids, idempotency keys and listeners are the same in both, what is written is not. Clients of both
ask one server at once, by the name of the host or by their token; then those of each ask a server
without tenants. Every answer, record, listener, event and entry of the audit is the same there, but
for moments, numbers and ids that servers choose.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx
import orjson

from handlers.audit.entries import ENTRIES
from handlers.identity.keys import make_first
from tests.handlers.facts import Json, case
from tests.handlers.permission.callers import token
from tests.handlers.tenancy.housing import ACME, GLOBEX, stores_in
from tests.proofs.keeping import kept, log
from tests.proofs.serving import Served

CLIENTS, OPERATIONS, IDS = 6, 250, 5
CASES = [
    case(f"{name}")
    for name in ("TMF629-v4/customer", "TMF620-v4/category", "TMF622-v4/productOrder",
                 "TMF641-v4/serviceOrder", "TMF620-v5/category")
]  # fmt: skip
HUB = f"{CASES[0].api.base_path}/hub"
MERGE = {"Content-Type": "application/merge-patch+json"}
#: What differs from run to run: moments, ids of servers, digests and the port.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")
_CHOSEN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PORT = re.compile(r"127\.0\.0\.1:\d+")
#: What a listener has of the delivery to it; what an entry of the audit has from its place in the
#: chain, and that one alone is not told of.
_DELIVERED, _PLACED = ("delivery",), ("id", "number", "previousHash", "time", "tenant")


class Asked(NamedTuple):
    """A request, of a host or of none, whose token says for whom it is."""

    method: str
    path: str
    named: bool
    body: Json | None = None
    headers: dict[str, str] = {}


def prove(kind: str = "sqlite") -> dict[str, Any]:
    """How many operations there were, and what of the two is not as it is alone."""
    scripts = {name: _scripts(name) for name in (ACME, GLOBEX)}
    problems, counts = list[str](), Counter[str]()
    with TemporaryDirectory() as name:
        folder = Path(name)
        for tenant in scripts:
            make_first(folder / "keys" / tenant)
        shared = stores_in(folder, kind)
        flags = ("--tenants", f"{ACME},{GLOBEX}", "--keys", str(folder / "keys"), "--workers", "2")
        with _serving(folder, shared, *flags) as served:
            both = asyncio.run(_answers(served, folder, scripts))
        for tenant, script in scripts.items():
            alone = stores_in(folder, kind).replace("{tenant}", f"alone-{tenant}")
            keys = str(folder / "keys" / tenant)
            with _serving(folder, alone, "--keys", keys) as served:
                answers = asyncio.run(_answers(served, folder, {tenant: script}))
            problems += _differences(f"{tenant}: answers", both[tenant], answers[tenant])
            there, here = (_stored(u) for u in (shared.replace("{tenant}", tenant), alone))
            for what, found in there.items():
                counts[what.partition(" ")[0]] += len(found)
                problems += _differences(f"{tenant}: {what}", found, here[what])
    told = ", ".join(f"{count} {what}" for what, count in counts.items())
    statuses = Counter(str(answer[0]) for found in both.values() for answer in found)
    return {
        "holds": not problems and min(counts.values()) > 0 and len(statuses) > 4,
        "summary": f"{statuses.total()} operations of {len(scripts)} tenants at once: {told} as"
        f" they are alone; {len(problems)} problems",
        "statuses": dict(sorted(statuses.items())),
        "problems": problems[:20],
    }


def _scripts(tenant: str) -> list[list[Asked]]:
    """What each client of a tenant asks; what is about one record is of one client, in order."""
    return [
        [_asked(random, tenant, f"c{client}") for _ in range(OPERATIONS)]
        for client in range(CLIENTS)
        for random in [Random(f"{tenant} {client}")]
    ]


def _asked(random: Random, tenant: str, client: str) -> Asked:
    of, named = random.choice(CASES), random.random() < 0.5
    id = f"{client}-{random.randrange(IDS)}"
    said = {"x-said": f"{tenant} {random.randrange(1000)}"}
    way = random.choices(["post", "patch", "get", "list", "delete", "hub"], (5, 5, 3, 2, 2, 0.3))[0]
    if way == "post":
        key = {"Idempotency-Key": f"{id} {of}"} if random.random() < 0.3 else {}
        return Asked("POST", of.path, named, of.create_body(**said) | {"id": id}, key)
    if way == "patch":
        return Asked("PATCH", of.item(id), named, said, MERGE)
    if way == "list":
        return Asked("GET", f"{of.path}?id.regex=^{client}-&sort=id&limit=3", named)
    if way == "hub":
        callback = f"https://listener.example/{client}/{random.randrange(1000)}"
        return Asked("POST", HUB, named, {"callback": callback})
    return Asked("DELETE" if way == "delete" else "GET", of.item(id), named)


@contextmanager
def _serving(folder: Path, url: str, *flags: str) -> Iterator[Served]:
    served = Served(folder, "--authentication", "--audit", "--no-sample-data", *flags, url=url)
    try:
        served.wait()
        yield served
    finally:
        served.stop()


async def _answers(
    served: Served, folder: Path, scripts: dict[str, list[list[Asked]]]
) -> dict[str, list[tuple[int, str]]]:
    """What the clients of each tenant are told, who ask all at once."""

    async def one(http: httpx.AsyncClient, tenant: str, script: list[Asked]) -> list[Any]:
        said = token(folder / "keys" / tenant, "admin", tenant=tenant)
        return [await _told(http, tenant, said, asked) for asked in script]

    async with httpx.AsyncClient(base_url=served.origin, trust_env=False, timeout=60) as http:
        found = await asyncio.gather(
            *(one(http, tenant, each) for tenant, script in scripts.items() for each in script)
        )
    answers: dict[str, list[tuple[int, str]]] = {tenant: [] for tenant in scripts}
    for place, each in enumerate(found):
        answers[[*scripts][place // CLIENTS]] += each
    return answers


async def _told(http: httpx.AsyncClient, tenant: str, said: str, asked: Asked) -> tuple[int, str]:
    headers = asked.headers | {"Authorization": f"Bearer {said}"}
    if asked.named:
        headers["Host"] = f"{tenant}.localhost"
    answer = await http.request(asked.method, asked.path, json=asked.body, headers=headers)
    total = answer.headers.get("X-Total-Count", "")
    return answer.status_code, f"{asked.method} {asked.path}: {total} {_bare(answer.text)}"


def _stored(url: str) -> dict[str, list[Any]]:
    """What a store keeps, in an order that is the same for all."""
    names = [HUB, *(of.path for of in CASES)]
    listeners, *records, chain = kept(url, *names, ENTRIES.name)
    events = [(each.collection, each.id, each.type, _bare(each.body.decode())) for each in log(url)]
    return {
        "listeners": sorted(_without(each.body, _DELIVERED) for each in listeners),
        "events": sorted(events, key=lambda event: event[:2]),
        "entries": sorted(
            _without(each.body, _PLACED) for each in chain if not _is_seal(each.body)
        ),
    } | {
        f"records of {name}": sorted((r.id, r.version, _bare(r.body.decode())) for r in found)
        for name, found in zip(names[1:], records, strict=True)
    }


def _is_seal(entry: bytes) -> bool:
    return bool(orjson.loads(entry)["kind"] == "seal")


def _without(body: bytes, names: tuple[str, ...]) -> str:
    """A document without some attributes, and what differs from run to run."""
    document = orjson.loads(body)
    return _bare(orjson.dumps({n: v for n, v in document.items() if n not in names}).decode())


def _bare(text: str) -> str:
    """A text without what differs from run to run."""
    for pattern in (_MOMENT, _CHOSEN, _PORT):
        text = pattern.sub("·", text)
    return text


def _differences(about: str, found: list[Any], wanted: list[Any]) -> list[str]:
    if found == wanted:
        return []
    more, fewer = Counter(found) - Counter(wanted), Counter(wanted) - Counter(found)
    example = next(iter((*more, *fewer)), "the order")
    return [f"{about}: {more.total()} more, {fewer.total()} fewer, as {str(example)[:600]}"]
