"""What a role may not write: another's row, an id, what is fixed, what it does not see."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.handlers.asking import refused
from tests.handlers.facts import Case, Json, case
from tests.handlers.permission.callers import MINE, THEIRS, Start, alone, caller, of_party
from tests.handlers.serving import Server

V4, V5 = case("TMF622-v4/productOrder"), case("TMF622-v5/productOrder")
MERGE = {"Content-Type": "application/merge-patch+json"}
JSON_PATCH = {"Content-Type": "application/json-patch+json"}
#: A role that sees and writes some of each order, in both versions.
MASKED = """\
roles:
  admin:
    - allow: [list, retrieve, create, patch, delete, hub, task, admin]
  masked:
    - apis: TMF622
      resources: productOrder
      allow: [list, retrieve, create, patch]
      hidden: [description, note]
      fixed: [category]
  old:
    - apis: TMF622
      versions: v4
      resources: productOrder
      allow: [list, retrieve, patch, delete]
      rows: relatedParty.id=${party}
    - apis: TMF622
      versions: v5
      resources: productOrder
      allow: [list, retrieve, patch, delete]
      rows: category=open&relatedParty.partyOrPartyRole.id=${party}
  narrow:
    - apis: TMF622
      versions: v4
      resources: productOrder
      allow: [list, retrieve, create]
    - apis: TMF642
      versions: v4
      resources: alarm
      allow: [list, retrieve, create, patch]
      rows: sourceSystemId=${party}
claims: {party: party}
"""


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("policy") / "policy.yaml"
    file.write_text(MASKED)
    return file


@pytest.fixture(scope="module", params=["sqlite", "mongodb"])
def masked(
    request: pytest.FixtureRequest, start: Start, keys: Path, policy: Path
) -> Iterator[tuple[Server, Server]]:
    """An administrator, and a caller who does not see everything."""
    server = start(kind=request.param, authentication=True, keys=keys, policy=policy)
    with caller(server, "admin") as admin, caller(server, "masked") as client:
        yield admin, client


@pytest.fixture
def partner(guarded: Server) -> Iterator[tuple[Server, Server]]:
    with caller(guarded, "admin") as admin, caller(guarded, "partner") as client:
        yield admin, client


def order(of: Case, whose: str = MINE, **more: Any) -> Json:
    body = alone(of, whose)
    for name in ("category", "description"):
        body.pop(name, None)
    return body | more


@pytest.mark.parametrize("of", [V4, V5], ids=str)
def test_a_row_may_not_leave_its_owner(of: Case, partner: tuple[Server, Server]) -> None:
    _, client = partner
    made = client.client.post(of.path, json=order(of))
    url = of.item(made.json()["id"])
    away = of_party(of, THEIRS)
    answer = client.client.patch(url, json=away, headers=MERGE)
    refused(answer, 403, "41", "not be one of those your role is for")
    path = "/relatedParty/0/id" if of is V4 else "/relatedParty/0/partyOrPartyRole/id"
    steps = [{"op": "replace", "path": path, "value": THEIRS}]
    refused(client.client.patch(url, content=orjson.dumps(steps), headers=JSON_PATCH), 403, "41")
    gone = [{"op": "remove", "path": "/relatedParty"}]
    refused(client.client.patch(url, content=orjson.dumps(gone), headers=JSON_PATCH), 403, "41")
    assert client.client.get(url).content == made.content
    both = {"relatedParty": [*of_party(of, MINE)["relatedParty"], *away["relatedParty"]]}
    refused(client.client.patch(url, json=both, headers=MERGE), 400, "26", f"no customer {THEIRS}")


@pytest.mark.parametrize("of", [V4, V5], ids=str)
def test_nobody_makes_a_row_for_others_or_for_nobody(
    of: Case, partner: tuple[Server, Server]
) -> None:
    _, client = partner
    for body in (order(of, THEIRS), {**order(of), "relatedParty": None}):
        refused(client.client.post(of.path, json=body), 403, "41", "your role is for")


def test_who_sees_some_rows_chooses_no_ids(partner: tuple[Server, Server]) -> None:
    admin, client = partner
    there = admin.make(V4, **of_party(V4, THEIRS))["id"]
    answers = [
        client.client.post(V4.path, json={**order(V4), "id": id}) for id in (there, f"{there}x")
    ]
    found = [(answer.status_code, answer.json()) for answer in answers]
    assert found[0] == found[1]
    refused(answers[0], 403, "41", "/id: your role chooses no ids")


def test_a_token_that_names_no_party_has_no_rows(guarded: Server) -> None:
    with caller(guarded, "partner", party=[]) as client:
        refused(client.client.get(V4.path), 403, "41", "the token names none")
        refused(client.client.get(V4.item("1")), 403, "41", "the token names none")


STRANGE = ["a'b", 'a"b', "a,b", "a;b&c=d", "%", "*", "${party}", "' OR 1=1 --", "ä\\", "$where"]


@pytest.mark.parametrize("party", STRANGE)
def test_a_party_is_one_value_whatever_is_in_it(party: str, guarded: Server) -> None:
    with (
        caller(guarded, "admin") as admin,
        caller(guarded, "partner", sub="strange", party=party) as client,
    ):
        mine = {admin.make(of, **of_party(of, party))["id"] for of in (V4, V5)}
        for of in (V4, V5):
            answer = client.client.get(f"{of.path}?limit=1000")
            assert {each["id"] for each in answer.json()} == mine
            assert answer.headers["X-Total-Count"] == "2"


def test_who_has_no_role_may_nothing(guarded: Server) -> None:
    for roles in ([], ["nobody"], ["Admin"], [{"admin": 1}], "none", None):
        with caller(guarded, "x", roles=roles) as client:
            for path in (V4.path, V4.item("1"), f"{V4.api.base_path}/hub", "/tasks/state"):
                refused(client.client.get(path), 403, "41", "role")


# -- what is not seen

SECRET = {"description": "a secret", "note": [{"text": "hidden", "author": "x"}]}
TYPED = {"note": [{"@type": "Note", "text": "hidden", "author": "x"}]}


def secret_order(admin: Server, of: Case) -> str:
    more = SECRET | (TYPED if of is V5 else {})
    made = admin.client.post(of.path, json=order(of, **more, category="open"))
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


@pytest.mark.parametrize("of", [V4, V5], ids=str)
def test_what_is_hidden_is_in_no_answer(of: Case, masked: tuple[Server, Server]) -> None:
    admin, client = masked
    id = secret_order(admin, of)
    answers = [
        client.client.get(of.item(id)),
        client.client.get(f"{of.item(id)}?fields=description,note,state"),
        client.client.get(f"{of.item(id)}?fields=$.note[?(@.text=='hidden')]"),
        client.client.get(f"{of.path}?id={id}"),
        client.client.get(f"{of.path}?id={id}&fields=note.text,description"),
        client.client.patch(of.item(id), json={}, headers=MERGE),
        client.client.patch(of.item(id), json={"priority": "3"}, headers=MERGE),
    ]
    for other in (V4, V5):
        answers.append(client.client.get(other.item(id)))
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert "secret" not in answer.text and "hidden" not in answer.text
        assert "description" not in answer.text and '"note"' not in answer.text
    kept = admin.client.get(of.item(id)).json()
    assert (kept["description"], kept["note"][0]["text"], kept["priority"]) == (
        "a secret",
        "hidden",
        "3",
    )


@pytest.mark.parametrize("of", [V4, V5], ids=str)
@pytest.mark.parametrize(
    "query",
    ["description=a secret", "description.regex=^a", "note.text=hidden", "note", "sort=description",
     "sort=-note.text", "filter=$[?(@.note[?(@.text=='hidden')])]", "state=x;description=a secret",
     "filter=$[?(@['description']=='a secret')]", "note[author=x].text=hidden", "%64escription=x",
     "description.ne=x&limit=0"],
)  # fmt: skip
def test_nobody_searches_by_what_is_hidden(
    query: str, of: Case, masked: tuple[Server, Server]
) -> None:
    admin, client = masked
    refused(client.client.get(f"{of.path}?{query}"), 403, "41", "may not see it")
    assert admin.client.get(f"{of.path}?{query}").status_code in (200, 206)


@pytest.mark.parametrize("of", [V4, V5], ids=str)
def test_patches_tell_nothing_of_what_is_hidden(of: Case, masked: tuple[Server, Server]) -> None:
    admin, client = masked
    id = secret_order(admin, of)
    before = admin.client.get(of.item(id)).json()

    def tried(*steps: Json) -> httpx.Response:
        return client.client.patch(of.item(id), content=orjson.dumps(steps), headers=JSON_PATCH)

    right = tried({"op": "test", "path": "/description", "value": "a secret"})
    wrong = tried({"op": "test", "path": "/description", "value": "a guess"})
    assert (right.status_code, wrong.status_code) == (409, 409)
    assert tried({"op": "copy", "from": "/description", "path": "/priority"}).status_code == 409
    assert tried({"op": "move", "from": "/note", "path": "/x-note"}).status_code == 409
    assert tried({"op": "remove", "path": "/description"}).status_code == 409
    refused(tried({"op": "add", "path": "/description", "value": "x"}), 403, "41", "/description")
    for change in ({"description": "mine"}, {"note": [{"text": "y"}]}):
        refused(client.client.patch(of.item(id), json=change, headers=MERGE), 403, "41")
    refused(client.client.post(of.path, json=order(of, description="x")), 403, "41", "/description")
    nothing = client.client.patch(of.item(id), json={"description": None}, headers=MERGE)
    assert nothing.status_code == 200
    assert admin.client.get(of.item(id)).json() == before


@pytest.mark.parametrize("of", [V4, V5], ids=str)
def test_what_is_fixed_is_seen_and_not_written(of: Case, masked: tuple[Server, Server]) -> None:
    admin, client = masked
    id = secret_order(admin, of)
    assert client.client.get(of.item(id)).json()["category"] == "open"
    for change in ({"category": "x"}, {"category": None}, {"category": "x", "priority": "1"}):
        answer = client.client.patch(of.item(id), json=change, headers=MERGE)
        refused(answer, 403, "41", "/category: your role may not write it")
    same = client.client.patch(of.item(id), json={"category": "open"}, headers=MERGE)
    assert same.status_code == 200
    refused(client.client.post(of.path, json=order(of, category="x")), 403, "41", "/category")


def test_shapes_that_differ_have_etags_that_differ_and_writes_take_either(
    masked: tuple[Server, Server],
) -> None:
    admin, client = masked
    id = secret_order(admin, V5)
    whole = admin.client.get(V5.item(id)).headers["etag"]
    part = client.client.get(V5.item(id)).headers["etag"]
    assert whole != part
    for tag in (whole, part):
        unchanged = client.client.patch(V5.item(id), json={}, headers=MERGE | {"If-Match": tag})
        assert unchanged.status_code == 200
    assert "Authorization" in client.client.get(V5.item(id)).headers["vary"]
    again = client.client.get(V5.item(id), headers={"If-None-Match": part})
    assert again.status_code == 304
    assert client.client.get(V5.item(id), headers={"If-None-Match": whole}).status_code == 200


def test_a_write_through_one_version_is_held_to_the_rows_of_both(
    masked: tuple[Server, Server],
) -> None:
    """The role sees in v5 what is open alone; by v4 it sees more, and may not change that."""
    admin, _ = masked
    made = {
        category: admin.client.post(V4.path, json=order(V4, category=category)).json()["id"]
        for category in ("open", "shut")
    }
    with caller(admin, "old") as client:
        for category, status in (("open", 200), ("shut", 403)):
            url = V4.item(made[category])
            assert client.client.get(url).status_code == 200
            changed = client.client.patch(url, json={"priority": "1"}, headers=MERGE)
            assert changed.status_code == status, changed.text
        assert client.client.get(V5.item(made["shut"])).status_code == 404
        shutting = client.client.patch(
            V4.item(made["open"]), json={"category": "shut"}, headers=MERGE
        )
        refused(shutting, 403, "41", "in its other version")
        refused(client.client.delete(V4.item(made["shut"])), 403, "41", "in its other version")
        assert client.client.delete(V4.item(made["open"])).status_code == 204


@pytest.mark.parametrize("role", ["partner", "narrow"])
def test_references_to_what_is_not_seen_lead_nowhere(
    role: str, start: Start, keys: Path, policy: Path
) -> None:
    """Else whoever refers to an id would be told that it is there, and its name."""
    own = {"policy": policy} if role == "narrow" else {}
    server = start(authentication=True, keys=keys, references="enforce", **own)
    customer = case("TMF629-v4/customer")
    with ExitStack() as stack:
        admin = stack.enter_context(caller(server, "admin"))
        client = stack.enter_context(caller(server, role))
        theirs = admin.make(customer, **of_party(customer, THEIRS), name="A secret")["id"]
        mine = admin.make(customer, **of_party(customer, MINE), name="My own")["id"]
        answers = []
        for id in (theirs, "never-was", mine):
            party = {"role": "seller", "id": id, "@referredType": "Customer"}
            body = {"description": "an order", "productOrderItem": [{"id": "1", "action": "add"}]}
            parties = [*of_party(V4, MINE)["relatedParty"], party]
            answers.append(client.client.post(V4.path, json=body | {"relatedParty": parties}))
    told = [answer.text.replace(theirs, "ID").replace("never-was", "ID") for answer in answers]
    assert (answers[0].status_code, told[0]) == (answers[1].status_code, told[1])
    assert (answers[2].status_code, "My own" in answers[2].text) == (
        (201, True) if role == "partner" else (400, False)
    )


def test_a_row_of_ones_own_writes_to_no_row_of_others(masked: tuple[Server, Server]) -> None:
    """What alarms say of each other is written into both: a link to another's would be there."""
    admin, _ = masked
    alarm = case("TMF642-v4/alarm")
    with caller(admin, "narrow") as client:
        mine, theirs = (admin.make(alarm, sourceSystemId=whose)["id"] for whose in (MINE, THEIRS))
        before = admin.client.get(alarm.item(theirs)).content
        for name in ("parentAlarm", "correlatedAlarm"):
            change = {name: [{"id": theirs}]}
            answer = client.client.patch(alarm.item(mine), json=change, headers=MERGE)
            refused(answer, 403, "41", f"/{name}: your role may not write it")
            body = alarm.create_body(sourceSystemId=MINE, **change)
            body.pop("id", None)
            refused(client.client.post(alarm.path, json=body), 403, "41", f"/{name}")
        assert admin.client.get(alarm.item(theirs)).content == before
        same = client.client.patch(alarm.item(mine), json={"x": 1}, headers=MERGE)
        assert same.status_code == 200
