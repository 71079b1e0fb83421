"""One record, two faces, over HTTP: whatever is done through one version shows in the other."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import uuid4

import pytest

from tests.faces.pairs import Pair, pairs
from tests.handlers.asking import ids, refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import APIS, Case, Json, case
from tests.handlers.serving import Server
from tests.handlers.tasks.waiting import over


class Two(NamedTuple):
    """A resource in both versions: the one that is written through, and the one that is read."""

    pair: Pair
    side: int
    own: Case
    other: Case

    def __str__(self) -> str:
        return str(self.own)

    def fits(self, document: Json) -> bool:
        """Whether the other face is valid by its own file."""
        return self.pair.fault(1 - self.side, document) is None


def _two(of: Pair, side: int) -> Two:
    cases = [case(f"{of.api}-v{4 + s}/{of.faces.names[s]}") for s in (0, 1)]
    return Two(of, side, cases[side], cases[1 - side])


SERVED = {api.number for api in APIS}
BOTH = [_two(of, side) for of in pairs() if of.api in SERVED for side in (0, 1)]
PATCHED = [each for each in BOTH if each.own.offers("PATCH")]


def through(which: list[Two] | Callable[[Two], bool] = lambda _: True) -> pytest.MarkDecorator:
    found = [each for each in BOTH if which(each)] if callable(which) else which
    return pytest.mark.parametrize("two", found, ids=str)


def two(name: str) -> Two:
    return next(each for each in BOTH if str(each) == name)


def read(server: Server, case: Case, id: str) -> Json:
    found: Json = shown(server.client.get(case.item(id)))
    return found


# V-1, V-701, V-702, V-703
@through(lambda two: two.own.creatable)
def test_what_is_made_through_one_version_is_there_in_the_other(two: Two, server: Server) -> None:
    answer = server.client.post(two.own.path, json=two.own.create_body())
    made = shown(answer, 201)
    twin = server.client.get(two.other.item(made["id"]))
    document = shown(twin)
    assert document["id"] == made["id"]
    assert document["href"] == f"{server.url}{two.other.item(made['id'])}"
    assert two.fits(document)
    assert twin.headers["etag"] == answer.headers["etag"]
    assert read(server, two.own, made["id"]) == made
    for each in (two.own, two.other):
        assert ids(server.client.get(each.path, params={"id": made["id"]})) == [made["id"]]


# V-7, V-704, V-710
@through(PATCHED)
def test_a_change_through_one_version_shows_in_the_other(two: Two, server: Server) -> None:
    id = server.make(two.own)["id"]
    before, tag = read(server, two.other, id), server.client.get(two.other.item(id)).headers["etag"]
    body = two.own.patch_body()
    changed = shown(server.client.patch(two.own.item(id), json=body))
    assert changed == read(server, two.own, id)
    after = server.client.get(two.other.item(id))
    assert two.fits(shown(after))
    assert after.headers["etag"] != tag
    # What was seen through the other version is old now.
    stale = {"If-Match": tag, "Content-Type": "application/merge-patch+json"}
    refused(server.client.patch(two.other.item(id), json={}, headers=stale), 412, "74")
    # And writing back what is shown there changes nothing in either.
    same = {k: v for k, v in shown(after).items() if k in two.other.resource.attributes.children}
    locked = {name for name in two.other.resource.not_patchable if name in same}
    back = {k: v for k, v in same.items() if k not in locked and k not in ("id", "href")}
    kept = shown(server.client.patch(two.other.item(id), json=back))
    assert kept == shown(after)
    assert read(server, two.own, id) == changed
    assert before["id"] == id


# V-701
@through(lambda two: two.own.offers("DELETE"))
def test_what_one_version_deletes_is_gone_in_the_other(two: Two, server: Server) -> None:
    id = server.make(two.other)["id"]
    assert server.client.delete(two.own.item(id)).status_code == 204
    for each in (two.own, two.other):
        refused(server.client.get(each.item(id)), 404, "60")


# V-701
@through(lambda two: two.own.creatable and two.own.chooses_id and two.other.creatable)
def test_an_id_is_taken_in_both_versions(two: Two, server: Server) -> None:
    id = server.make(two.other)["id"]
    refused(server.client.post(two.own.path, json=two.own.create_body(id=id)), 409, "70")


class TestAList:
    """What only one version can say, in lists that the other one writes (V-4, V-5, V-6)."""

    # V-4, V-5, V-704
    def test_what_one_version_alone_knows_of_an_element_outlives_a_write_of_the_other(
        self, server: Server
    ) -> None:
        orders = two("TMF622-v5/productOrder")
        party = {
            "@type": "RelatedPartyRefOrPartyRoleRef",
            "role": "customer",
            "partyOrPartyRole": {"@type": "PartyRoleRef", "id": "p", "partyName": "Only in v5"},
        }
        id = server.make(orders.own, relatedParty=[party])["id"]
        old = read(server, orders.other, id)["relatedParty"]
        assert "partyName" not in str(old)
        more = [{"id": "q", "role": "payer", "@referredType": "Individual"}, *old]
        shown(server.client.patch(orders.other.item(id), json={"relatedParty": more}))
        first, second = read(server, orders.own, id)["relatedParty"]
        assert second == party
        assert (first["role"], first["partyOrPartyRole"]["id"]) == ("payer", "q")

    # V-704
    def test_a_patch_speaks_of_the_face_it_is_made_on(self, server: Server) -> None:
        orders = two("TMF622-v4/productOrder")
        id = server.make(orders.own, externalId="SHOP-1")["id"]
        assert read(server, orders.other, id)["externalId"][0]["id"] == "SHOP-1"
        steps = [
            {"op": "test", "path": "/externalId", "value": "SHOP-1"},
            {"op": "replace", "path": "/externalId", "value": "SHOP-2"},
        ]
        headers = {"Content-Type": "application/json-patch+json"}
        answer = server.client.patch(orders.own.item(id), json=steps, headers=headers)
        assert shown(answer)["externalId"] == "SHOP-2"
        assert [one["id"] for one in read(server, orders.other, id)["externalId"]] == ["SHOP-2"]


class TestAState:
    """One machine decides, in the words of whoever asks (V-705)."""

    def draft(self, server: Server) -> str:
        body = case("TMF622-v5/productOrder").create_body(requestedInitialState="draft")
        made = shown(server.client.post(case("TMF622-v5/productOrder").path, json=body), 201)
        assert made["state"] == "draft"
        id: str = made["id"]
        return id

    # V-705
    def test_the_older_version_submits_a_draft(self, server: Server) -> None:
        old, new = case("TMF622-v4/productOrder"), case("TMF622-v5/productOrder")
        id = self.draft(server)
        assert read(server, old, id)["state"] == "pending"
        moved = shown(server.client.patch(old.item(id), json={"state": "acknowledged"}))
        assert moved["state"] == "acknowledged"
        assert read(server, new, id)["state"] == "acknowledged"

    # V-705
    def test_staying_is_no_move_and_an_illegal_one_is_told_in_its_words(
        self, server: Server
    ) -> None:
        old, new = case("TMF622-v4/productOrder"), case("TMF622-v5/productOrder")
        id = self.draft(server)
        shown(server.client.patch(old.item(id), json={"state": "pending"}))
        assert read(server, new, id)["state"] == "draft"
        answer = server.client.patch(old.item(id), json={"state": "completed"})
        message = refused(answer, 409, "73", "/state")["message"]
        assert "pending cannot become completed" in message
        assert "draft" not in message
        assert read(server, new, id)["state"] == "draft"

    # V-707
    @pytest.mark.parametrize("version", ["v4", "v5"])
    def test_a_cancellation_through_either_version_is_one(self, version: str, start: Start) -> None:
        server = start(tasks=True)
        other = {"v4": "v5", "v5": "v4"}[version]
        order = server.make(case(f"TMF622-{other}/productOrder"))["id"]
        typed = {"@type": "ProductOrderRef"} if version == "v5" else {}
        kind = {"@type": "CancelProductOrder"} if version == "v5" else {}
        tasks = case(f"TMF622-{version}/cancelProductOrder")
        body = kind | {"cancellationReason": "moved", "productOrder": {"id": order} | typed}
        task = shown(server.client.post(tasks.path, json=body), 201)["id"]
        for number in ("v4", "v5"):
            orders = case(f"TMF622-{number}/productOrder")
            cancels = case(f"TMF622-{number}/cancelProductOrder")
            assert over(server, cancels, task)["state"] == "done"
            found = read(server, orders, order)
            assert (found["state"], found["cancellationReason"]) == ("cancelled", "moved")
            assert "cancellationDate" in found


# V-709
def test_each_version_is_searched_by_its_own_names(server: Server) -> None:
    old, new = case("TMF622-v4/productOrder"), case("TMF622-v5/productOrder")
    mark = str(uuid4())
    id = server.make(old, externalId=mark)["id"]
    assert ids(server.client.get(old.path, params={"externalId": mark})) == [id]
    assert ids(server.client.get(new.path, params={"externalId.id": mark})) == [id]
    refused(server.client.get(old.path, params={"externalId.id": mark}), 400, "30")
    [found] = shown(server.client.get(new.path, params={"fields": "orderDate", "id": id}))
    assert found.keys() == {"id", "href", "@type"}


# V-712
def test_a_load_over_a_record_keeps_what_its_version_cannot_say(server: Server) -> None:
    old, new = case("TMF629-v4/customer"), case("TMF629-v5/customer")
    body = new.create_body() | {"id": str(uuid4()), "status": "Active"}
    server.load(new, body | {"account": [{"@type": "AccountRef", "id": "a", "name": "only"}]})
    id = body["id"]
    face = read(server, old, id)
    assert face["status"] == "Active"
    refused(server.client.post(old.path, json=old.create_body(id=id)), 409, "70")


# V-715
def test_versions_may_be_kept_apart(start: Start) -> None:
    server = start(faces="apart")
    old, new = case("TMF622-v4/productOrder"), case("TMF622-v5/productOrder")
    id = server.make(old)["id"]
    refused(server.client.get(new.item(id)), 404, "60")
