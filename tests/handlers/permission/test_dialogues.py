"""Whatever a partner or a customer says, in whatever order, a store full of the rows of others
answers as one that never held any, also while others go on writing.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handlers.facts import Case, Json
from tests.handlers.permission.callers import MINE, THEIRS, Start, alone, caller
from tests.handlers.permission.test_referring import WAYS, ordering
from tests.handlers.permission.worlds import MANY, V4, V5, WHOLE, World, id_of


class Said(NamedTuple):
    """A request; by the party whose rows are hidden where it is of `others`."""

    method: str
    path: str
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    others: bool = False


class Worlds(NamedTuple):
    """The caller in both, and the others, who are in the full one alone."""

    full: World
    lone: World
    others: httpx.Client


@pytest.fixture(scope="module", params=["partner", "customer"])
def worlds(request: pytest.FixtureRequest, start: Start, keys: Path) -> Iterator[Worlds]:
    """On SQLite: MongoDB's driver draws random numbers in this process while Hypothesis does."""
    role = request.param
    with ExitStack() as held:
        found = []
        for number, parties in enumerate(((THEIRS, MINE), (MINE,))):
            server = start(
                catalog=WHOLE, kind="sqlite", authentication=True, keys=keys,
                max_streams=10 * len(role) + number,  # So that each is another server.
            )  # fmt: skip
            asking = held.enter_context(caller(server, role))
            found.append(World(asking).filled(*parties))
        others = held.enter_context(caller(found[0].server, "partner", party=THEIRS, sub="they"))
        yield Worlds(*found, others.client)


whose = st.sampled_from([MINE, THEIRS, THEIRS, "nobody"])
cases = st.sampled_from([*V4, *V5])
orders = st.sampled_from([V4[0], V5[0]])


@st.composite
def items(draw: st.DrawFn, of: st.SearchStrategy[Case] = cases) -> str:
    """The path of a row, of anybody or of nobody."""
    chosen = draw(of)
    return chosen.item(id_of(chosen, draw(whose), draw(st.integers(0, MANY - 1))))


conditions = st.lists(
    st.sampled_from(
        [("If-Match", "*"), ("If-Match", '"1"'), ("If-None-Match", "*"), ("If-None-Match", '"1"'),
         ("If-Modified-Since", "Thu, 01 Jan 2099 00:00:00 GMT"),
         ("If-Unmodified-Since", "Thu, 01 Jan 1998 00:00:00 GMT"), ("Accept", "text/html"),
         ("Range", "items=0-3"), ("X-HTTP-Method-Override", "DELETE")],
    ),
    max_size=2, unique_by=lambda header: header[0],
).map(tuple)  # fmt: skip
keys_said = st.sampled_from([(), (("Idempotency-Key", "k1"),), (("Idempotency-Key", "k2"),)])
selections = st.sampled_from(["", "?fields=id", "?fields=none", "?x=1"])
PATHS = ["id", "description", "x-n", "state", "relatedParty.id", "engagedParty.id",
         "relatedParty.partyOrPartyRole.id", "relatedParty.role", "name", "href"]  # fmt: skip
VALUES = [MINE, THEIRS, f"{THEIRS} 1", f"{MINE} 1", f"{THEIRS}-0", "1", "acknowledged"]
filters = st.builds(
    "{}{}{}".format, st.sampled_from(PATHS), st.sampled_from(["=", ".ne=", ".gt=", ".regex="]),
    st.sampled_from(VALUES),
)  # fmt: skip
patterns = st.builds(
    "filter=$[?({}@.{}=='{}')]".format, st.sampled_from(["", "!"]),
    st.sampled_from(["id", "description", "relatedParty[0].id"]), st.sampled_from(VALUES),
)  # fmt: skip
shaped = st.sampled_from(["sort=-x-n", "sort=description", "limit=2", "offset=1&limit=1",
                          "offset=9", "fields=id", "fields=$.relatedParty[*].id"])  # fmt: skip
queries = st.lists(st.one_of(filters, patterns, shaped), max_size=3, unique=True).map("&".join)

reads = st.one_of(
    st.builds(
        lambda method, item, selection, headers: Said(method, item + selection, None, headers),
        st.sampled_from(["GET", "GET", "HEAD", "OPTIONS"]), items(), selections, conditions,
    ),
    st.builds(lambda of, query: Said("GET", f"{of.path}?{query}"), cases, queries),
)  # fmt: skip


@st.composite
def makes(draw: st.DrawFn) -> Said:
    """An order that refers to anything, names anybody, or wants an id."""
    way, id = draw(st.sampled_from([*WAYS])), f"{draw(whose)}-{draw(st.integers(0, MANY - 1))}"
    if draw(st.booleans()):
        return Said("POST", V5[0].path, ordering(**WAYS[way][1](id)), draw(keys_said))
    of, party = draw(orders), draw(st.sampled_from([MINE, MINE, THEIRS]))
    more = draw(st.sampled_from([{}, {}, {"id": id}]))
    return Said("POST", of.path, alone(of, party, **more), draw(keys_said))


operations = st.fixed_dictionaries(
    {"op": st.sampled_from(["test", "copy", "move", "replace", "remove", "add"]),
     "path": st.sampled_from(["/description", "/id", "/relatedParty/0/id", "/relatedParty/1",
                              "/relatedParty", "/state"]),
     "from": st.sampled_from(["/description", "/id"]),
     "value": st.sampled_from([*VALUES, [], {"id": THEIRS}])}
)  # fmt: skip
aimed = st.sampled_from(
    ["/relatedParty?relatedParty.id=43", "/description?description=43 1", "/relatedParty?role=x",
     "$.relatedParty[?(@.id=='43')].role"],
)  # fmt: skip


@st.composite
def changes(draw: st.DrawFn) -> Said:
    """A change of a row by any kind of patch."""
    kind, item = draw(st.sampled_from(["merge", "json", "query"])), draw(items(orders))
    body: Any = [draw(operations)]
    if kind == "merge":
        body = draw(st.sampled_from(
            [{"description": "x"}, {"id": f"{THEIRS}-0"}, {"relatedParty": [{"id": THEIRS}]}, {},
             {"relatedOrder": [{"id": f"{THEIRS}-0"}]}, {"state": "cancelled"},
             {"billingAccount": {"id": f"{THEIRS}-0"}}],
        ))  # fmt: skip
    elif kind == "query":
        body = [draw(operations) | {"path": draw(aimed)}]
    return Said("PATCH", item, body, (("Content-Type", _PATCHES[kind]), *draw(conditions)))


_PATCHES = {
    "merge": "application/merge-patch+json", "json": "application/json-patch+json",
    "query": "application/json-patch-query+json",
}  # fmt: skip


def task(of: Case, name: str, id: str, field: str) -> Said:
    return Said("POST", f"{of.api.base_path}/{name}", {field: {"id": id}})


theirs = st.sampled_from([f"{THEIRS}-0", f"{MINE}-0", "nobody"])
asides = st.one_of(
    st.builds(task, orders, st.sampled_from(["cancelProductOrder", "amendProductOrder"]), theirs,
              st.just("productOrder")),
    st.builds(task, st.sampled_from([V4[3], V5[3]]), st.just("customerBillOnDemand"), theirs,
              st.just("billingAccount")),
    st.builds(lambda of: Said("GET", f"{of.api.base_path}/hub"), cases),
    st.builds(lambda of, id: Said("GET", f"{of.item(id)}/document.pdf"),
              st.sampled_from([V4[3], V5[3]]), theirs),
    st.builds(lambda of, id: Said("GET", f"/audit/v1/history{of.item(id)}"), cases, theirs),
    st.builds(lambda path: Said("GET", path), st.sampled_from(
        ["/events", "/events/state", "/events/stream", "/tasks/state", "/flow", "/faces",
         f"/flow?order={THEIRS}-0", f"/flow/stream?order={THEIRS}-0", "/flow/state",
         "/audit/v1/entry?resourceId=43-0", "/health", "/ready", "/metrics", "/errors"])),
    st.builds(lambda item: Said("DELETE", item), items()),
)  # fmt: skip
#: What others do meanwhile, who choose no ids either.
meanwhile = st.one_of(
    st.builds(lambda of, key: Said("POST", of.path, alone(of, THEIRS), key, True),
              orders, keys_said),
    st.builds(
        lambda of, n: Said("PATCH", of.item(f"{THEIRS}-{n}"), {"description": "changed"},
                           (("Content-Type", _PATCHES["merge"]),), True),
        orders, st.integers(0, MANY - 1)),
)  # fmt: skip
dialogues = st.lists(
    st.one_of(reads, makes(), changes(), asides, meanwhile), min_size=1, max_size=6
)


@given(dialogue=dialogues)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120)
def test_nothing_that_is_said_tells_of_others(dialogue: list[Said], worlds: Worlds) -> None:
    for said in dialogue:
        if said.others:
            assert _answer(worlds.others, said).status_code in (200, 201, 422, 409)
            continue
        full, lone = (
            world.told(_answer(world.server.client, said)) for world in (worlds.full, worlds.lone)
        )
        assert full == lone, said


def _answer(client: httpx.Client, said: Said) -> httpx.Response:
    body: Json = {} if said.body is None else {"json": said.body}
    with client.stream(said.method, said.path, headers=said.headers, **body) as answer:
        if "event-stream" not in answer.headers.get("Content-Type", ""):
            answer.read()
        return answer
