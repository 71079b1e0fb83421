"""Who sees some rows only refers to nothing else, whatever `TMF_REFERENCES` says."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tests.handlers.facts import Json, case
from tests.handlers.permission.callers import MINE, THEIRS, caller, of_party
from tests.handlers.serving import Server
from tmf_apis.catalog import choose

#: The APIs with their neighbours: parties, products and accounts are theirs.
WHOLE = choose()


V4, V5 = case("TMF622-v4/productOrder"), case("TMF622-v5/productOrder")
MERGE = {"Content-Type": "application/merge-patch+json"}
KINDS = {
    "Customer": "TMF629-v5/customer",
    "Individual": "TMF632-v5/individual",
    "Product": "TMF637-v5/product",
    "BillingAccount": "TMF666-v5/billingAccount",
    "Service": "TMF638-v5/service",
}


@dataclass(frozen=True)
class Both:
    """Who sees all, who sees some rows only, and the ids of things by class and whose they are."""

    admin: Server
    client: Server
    ids: dict[tuple[str, str], str]


_MADE: dict[str, dict[tuple[str, str], str]] = {}


@pytest.fixture(scope="session", params=["sqlite", "mongodb"])
def whole(request: pytest.FixtureRequest, lasting: Start, keys: Path) -> Server:
    """A server of all of them, with the shipped policy."""
    return lasting(catalog=WHOLE, kind=request.param, authentication=True, keys=keys)


@pytest.fixture(params=["partner", "customer"])
def both(request: pytest.FixtureRequest, whole: Server) -> Iterator[Both]:
    with ExitStack() as stack:
        admin = stack.enter_context(caller(whole, "admin"))
        if whole.url not in _MADE:
            _MADE[whole.url] = {
                (kind, whose): admin.make(case(name), **_of(kind, name, whose))["id"]
                for kind, name in KINDS.items()
                for whose in (MINE, THEIRS)
            }
        client = stack.enter_context(caller(whole, request.param))
        yield Both(admin, client, _MADE[whole.url])


def _of(kind: str, name: str, whose: str) -> Json:
    return {"id": whose} if kind == "Individual" else of_party(case(name), whose)


def ordering(**more: Any) -> Json:
    """An order of v5 of one's own."""
    item = {"@type": "ProductOrderItem", "id": "1", "action": "add", **more.pop("item", {})}
    return {"@type": "ProductOrder", "productOrderItem": [item]} | of_party(V5, MINE) | more


def account(id: Any, **more: Any) -> Json:
    return {"@type": "BillingAccountRef", "id": id, **more}


def party(id: Any, **more: Any) -> Json:
    """The parties of an order: oneself, and beside it another."""
    who = {"@type": "PartyRef", "id": id, **more}
    named = {"@type": "RelatedPartyRefOrPartyRoleRef", "role": "seller", "partyOrPartyRole": who}
    return {"relatedParty": [*of_party(V5, MINE)["relatedParty"], named]}


def product(id: Any) -> Json:
    """An item that is about a product, of which it says enough to be a value."""
    about = {"@type": "Product", "id": id, "isBundle": False}
    return {"item": {"action": "modify", "product": about}}


def service(id: Any) -> Json:
    """An item whose product names a service."""
    named = {"@type": "ServiceRef", "id": id}
    return {"item": {"product": {"@type": "Product", "realizingService": [named]}}}


#: What an order says to refer to something of a class: plainly, at an item, or with lies.
WAYS = {
    "account": ("BillingAccount", lambda id: {"billingAccount": account(id)}),
    "account of an item": ("BillingAccount", lambda id: {"item": {"billingAccount": account(id)}}),
    "account that is told to be an offering": (
        "BillingAccount",
        lambda id: {"billingAccount": account(id, **{"@referredType": "ProductOffering"})},
    ),
    "product": ("Product", product),
    "customer": ("Customer", lambda id: party(id, **{"@referredType": "Customer"})),
    "party of no class": ("Customer", party),
    "party of an unknown class": ("Customer", lambda id: party(id, **{"@referredType": "Ghost"})),
    "person": ("Individual", lambda id: party(id, **{"@referredType": "Individual"})),
    "service of a product": ("Service", service),
}


def told(answer: httpx.Response, id: str) -> tuple[int, str]:
    return answer.status_code, answer.text.replace(id, "ID")


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_seen_is_as_what_is_not_there(way: str, both: Both) -> None:
    kind, said = WAYS[way]
    theirs = both.ids[kind, THEIRS]
    answers = [
        told(both.client.client.post(V5.path, json=ordering(**said(id))), id)
        for id in (theirs, "never-was")
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 400 and "There is no" in answers[0][1], answers[0]
    free = both.admin.client.post(V5.path, json=ordering(**said("never-was")))
    assert free.status_code == 201, "who sees all may refer to anything"


@pytest.mark.parametrize("way", [way for way in WAYS if "offering" not in way])
def test_what_is_seen_may_be_referred_to(way: str, both: Both) -> None:
    kind, said = WAYS[way]
    answer = both.client.client.post(V5.path, json=ordering(**said(both.ids[kind, MINE])))
    assert answer.status_code == 201, answer.text


def test_who_asks_may_name_itself_though_nothing_is_there_of_it(both: Both) -> None:
    answer = both.client.client.post(V5.path, json=ordering())
    assert answer.status_code == 201


def test_a_reference_through_the_other_version_is_one(both: Both) -> None:
    theirs, mine = both.ids["Product", THEIRS], both.ids["Product", MINE]
    for id, status in ((theirs, 400), ("never-was", 400), (mine, 201)):
        item = {"id": "1", "action": "modify", "product": {"id": id, "isBundle": False}}
        body = {"productOrderItem": [item]} | of_party(V4, MINE)
        assert both.client.client.post(V4.path, json=body).status_code == status


def test_an_id_that_came_as_a_number_is_one(both: Both) -> None:
    answer = both.client.client.post(V5.path, json=ordering(**party(43)))
    assert answer.status_code == 400, answer.text


def test_a_change_is_asked_for_what_it_brings_alone(whole: Server) -> None:
    """What another put there stays; what was there under one class is not there under another."""
    with caller(whole, "admin") as admin, caller(whole, "partner") as client:
        made = admin.client.post(V5.path, json=ordering(**party("agent-7"))).json()
        url = V5.item(made["id"])
        kept = client.client.patch(url, json={"description": "new"}, headers=MERGE)
        assert kept.status_code == 200, kept.text
        account_of_it = {"billingAccount": account("agent-7")}
        refused(client.client.patch(url, json=account_of_it, headers=MERGE), 400, "26", "no bill")
        more = {"relatedParty": [*made["relatedParty"], *party("agent-8")["relatedParty"]]}
        refused(client.client.patch(url, json=more, headers=MERGE), 400, "26", "agent-8")


def test_a_repeated_request_is_not_judged_again(whole: Server) -> None:
    with caller(whole, "admin") as admin, caller(whole, "partner") as client:
        id = admin.make(case("TMF666-v5/billingAccount"), **of_party(V5, MINE))["id"]
        body, key = ordering(billingAccount=account(id)), {"Idempotency-Key": "again-and-again"}
        assert client.client.post(V5.path, json=body, headers=key).status_code == 201
        item = case("TMF666-v5/billingAccount").item(id)
        assert admin.client.delete(item).status_code == 204
        again = client.client.post(V5.path, json=body, headers=key)
        assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
        assert client.client.post(V5.path, json=body).status_code == 400
