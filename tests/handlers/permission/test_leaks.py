"""What a partner learns from a store full of the rows of others is what it learns from one that
never held any: asked the same at random, both answer the same.
"""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handlers.asking import refused
from tests.handlers.facts import Case, Json, case
from tests.handlers.permission.callers import MINE, THEIRS, Start, alone, caller, of_party
from tests.handlers.serving import Server

CASES = [case("TMF622-v4/productOrder"), case("TMF622-v5/productOrder")]
#: Its lists are walked by cursors.
WALKED = case("TMF639-v5/resource")
#: So that the rows of others are in the way of each order and each page.
MANY = 12
TOLD = ("X-Total-Count", "X-Result-Count", "Content-Range", "Content-Type", "Tmf-Hint", "Allow")
Pair = tuple[Server, Server]


def row(of: Case, number: int, whose: str) -> Json:
    """A row that differs from its neighbours in all that queries ask for."""
    return of.create_body(
        **of_party(of, whose),
        description=f"{'mine' if whose == MINE else 'theirs'} {number}",
        priority=str(number % 4),
        category=f"c{number % 3}",
        **{"x-number": number},
    )


def walked(number: int, whose: str) -> Json:
    named = {"id": f"{whose}-{number}", "name": str(number % 4)}
    return WALKED.create_body() | of_party(WALKED, whose) | named


@pytest.fixture(scope="module", params=["sqlite", "mongodb"])
def pair(request: pytest.FixtureRequest, start: Start, keys: Path) -> Iterator[Pair]:
    """A partner at a store full of others' rows, and at one with its own alone."""
    with ExitStack() as stack:
        full = start(kind=request.param, authentication=True, keys=keys, strict=frozenset("x"))
        lone = start(kind=request.param, authentication=True, keys=keys, strict=frozenset("y"))
        for server, parties in ((full, (MINE, THEIRS)), (lone, (MINE,))):
            with caller(server, "admin") as admin:
                for of in CASES:
                    bodies = [(number, whose) for number in range(MANY) for whose in parties]
                    documents = [
                        row(of, number, whose)
                        | {"id": f"{of.api.major}-{whose}-{number}"}
                        | {"state": "acknowledged", "orderDate": "2026-01-01T00:00:00Z"}
                        for number, whose in bodies
                    ]
                    admin.load_all(of, documents)
                admin.load_all(WALKED, [walked(number, whose) for number, whose in bodies])
        yield (
            stack.enter_context(caller(full, "partner")),
            stack.enter_context(caller(lone, "partner")),
        )


PATHS = ["description", "priority", "category", "id", "relatedParty.id", "relatedParty.role",
         "relatedParty.partyOrPartyRole.id", "x-number", "nothing", "relatedParty"]  # fmt: skip
WORDS = ["mine", "theirs", "mine 3", "theirs 3", "1", "3", "c1", "customer", MINE, THEIRS,
         f"v4-{THEIRS}-3", f"v5-{MINE}-3"]  # fmt: skip
SIGNS, PATTERNS = ["=", ".ne=", ".gt=", ".lte="], ["thei", "^mine", "3$", "."]
path, word = st.sampled_from(PATHS), st.sampled_from(WORDS)
condition = st.one_of(
    st.builds("{}{}{}".format, path, st.sampled_from(SIGNS), word),
    st.builds("{}.regex={}".format, path, st.sampled_from(PATTERNS)),
    st.builds("filter=$[?(@.{}=='{}')]".format, st.sampled_from(["description", "priority"]), word),
    st.builds("filter=$[?(@.relatedParty[?(@.id=='{}')])]".format, word),
    path,
)
window = st.sampled_from(
    ["limit=3", "limit=0", "offset=5&limit=4", "offset=100", "limit=1000", "offset=11&limit=2"]
)
order = st.builds("sort={}{}".format, st.sampled_from(["", "-"]), path)
selection = st.sampled_from(["fields=description", "fields=$.relatedParty[*].id", "fields=none"])
queries = st.builds(
    lambda joined, *rest: "&".join(part for part in (joined, *rest) if part),
    st.builds(str.join, st.sampled_from(["&", ";"]), st.lists(condition, max_size=3)),
    st.one_of(st.just(""), order),
    st.one_of(st.just(""), window),
    st.one_of(st.just(""), selection),
)


def learnt(server: Server, answer: httpx.Response) -> Any:
    """All that an answer tells, but for what names the server or a moment."""
    text = answer.text.replace(server.url, "")
    links = answer.headers.get("Link", "").replace(server.url, "")
    if "after=" in links or "before=" in links:
        links = "with cursors"  # They name keys, which grow with time alone.
    return answer.status_code, text, links, [answer.headers.get(name) for name in TOLD]


@given(query=queries, of=st.sampled_from(CASES))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_lists_tell_nothing_of_others(query: str, of: Case, pair: Pair) -> None:
    full, lone = (learnt(server, server.client.get(f"{of.path}?{query}")) for server in pair)
    assert full == lone


@pytest.mark.parametrize("of", CASES, ids=str)
@pytest.mark.parametrize(
    "headers",
    [{}, {"If-Match": '"1"'}, {"If-None-Match": "*"}, {"If-None-Match": '"1"'},
     {"If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"}, {"If-Match": "*"}],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD", "PATCH"])
def test_a_row_of_others_is_as_one_that_never_was(
    method: str, headers: dict[str, str], of: Case, pair: Pair
) -> None:
    body = {"json": {"description": "x"}} if method == "PATCH" else {}
    url = of.item(f"{of.api.major}-{THEIRS}-3")
    for suffix in ("", "?fields=id"):
        found = [
            learnt(server, server.client.request(method, url + suffix, headers=headers, **body))
            for server in pair
        ]
        assert found[0] == found[1]
        assert found[0][0] == 404


def test_walking_by_cursors_meets_no_row_of_others(pair: Pair) -> None:
    walks = []
    for server in pair:
        ids: list[str] = []
        url: str | None = f"{WALKED.path}?limit=5&sort=name"
        while url is not None and len(ids) < 100:
            answer = server.client.get(url)
            ids += [each["id"] for each in answer.json()]
            url = answer.links.get("next", {}).get("url")
            assert url is None or "after=" in url
        walks.append(ids)
    assert walks[0] == walks[1]
    assert len(walks[0]) == MANY


def test_a_tag_counts_no_rows_of_others(pair: Pair) -> None:
    for number in range(MANY):
        for url in (
            *(of.item(f"{of.api.major}-{MINE}-{number}") for of in CASES),
            WALKED.item(f"{MINE}-{number}"),
        ):
            tags = [server.client.get(url).headers["ETag"] for server in pair]
            assert tags[0] == tags[1]
            had = pair[0].client.get(url, headers={"If-None-Match": tags[0]})
            assert (had.status_code, had.headers["ETag"]) == (304, tags[0])


def test_a_cursor_counts_no_rows_of_others(pair: Pair) -> None:
    full, _ = pair
    url = f"{WALKED.path}?limit=5&sort=name"
    with caller(full, "admin") as admin:
        plain = admin.client.get(url).links["next"]["url"]
    veiled = full.client.get(url).links["next"]["url"]
    tokens = [httpx.URL(link).params["after"] for link in (plain, veiled)]
    read = [urlsafe_b64decode(token + "=" * (-len(token) % 4)) for token in tokens]
    assert isinstance(orjson.loads(read[0]), list)
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(read[1])
    # Who makes a cursor of its own learns nothing from it, however its name is spelt.
    for asked in (plain, plain.replace("after=", "%61fter="), plain.replace("after=", "before=")):
        refused(full.client.get(asked), 400, "33", "before/after: the cursor is malformed")


def test_an_idempotency_key_is_its_clients_alone(pair: Pair) -> None:
    full, _ = pair
    of = CASES[0]
    body = alone(of, MINE)
    headers = {"Idempotency-Key": "a key that two have"}
    with caller(full, "partner", sub="another", party=[MINE, THEIRS]) as other:
        theirs = other.client.post(of.path, json=alone(of, THEIRS), headers=headers)
        mine = full.client.post(of.path, json=body, headers=headers)
        again = full.client.post(of.path, json=body, headers=headers)
    assert (theirs.status_code, mine.status_code, again.status_code) == (201, 201, 201)
    assert mine.json()["id"] != theirs.json()["id"]
    assert again.json()["id"] == mine.json()["id"]
    assert (mine.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (
        None,
        "true",
    )
