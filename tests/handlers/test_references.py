"""`TMF_REFERENCES`: what becomes of references to what this suite serves (R-706)."""

from pathlib import Path
from typing import Any

import pytest

from handlers.services import services
from persistence.opening import open_store
from tests.handlers.asking import hinted, refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import APIS, Case, Json, case
from tests.handlers.serving import Server
from tmf_apis.behaviour.reference_policy import ReferencesError
from tmf_apis.catalog import Catalog
from tmf_apis.settings import Settings

VERSIONS = ("v4", "v5")


def serving(*numbers: str) -> Catalog:
    """The APIs of these numbers in both versions: servers of fewer start sooner."""
    return Catalog(tuple(api for api in APIS if api.number in numbers))


SALES = serving("TMF620", "TMF622")
SUITE = serving("TMF620", "TMF622", "TMF629", "TMF638", "TMF639", "TMF642")
both = pytest.mark.parametrize("version", VERSIONS)


@pytest.fixture
def enforcing(start: Start) -> Server:
    return start(catalog=SUITE, references="enforce")


@pytest.fixture
def warning(start: Start) -> Server:
    return start(catalog=SALES, references="warn")


def body(of: Case, **more: Any) -> Json:
    """A body to post with what must be there alone, and what is given."""
    wanted = (*of.resource.mandatory, "@type", "name")
    return {n: v for n, v in of.create_body().items() if n in wanted} | more


def made(server: Server, of: Case, **more: Any) -> Json:
    found: Json = shown(server.client.post(of.path, json=body(of, **more)), 201)
    return found


def offering(version: str) -> Case:
    return case(f"TMF620-{version}/productOffering")


def order(version: str) -> Case:
    return case(f"TMF622-{version}/productOrder")


def offered(id: str, version: str, **more: Any) -> Json:
    """A reference to a product offering."""
    typed = {"@type": "ProductOfferingRef"} if version == "v5" else {}
    return {"id": id, **typed, **more}


def item(version: str, number: str, **more: Any) -> Json:
    typed = {"@type": "ProductOrderItem"} if version == "v5" else {}
    return {"id": number, "action": "add", "quantity": 1, **typed, **more}


def ordered(version: str, *items: Json) -> Json:
    return {"productOrderItem": list(items)}


@pytest.mark.rule("R-706")
@both
def test_what_leads_nowhere_is_refused_by_its_pointer(version: str, enforcing: Server) -> None:
    c, there = order(version), made(enforcing, offering(version))
    good = item(version, "1", productOffering=offered(there["id"], version))
    bad = item(version, "2", productOffering=offered("nobody", version))
    nested = item(version, "3", productOrderItem=[bad])
    url = c.path
    answer = enforcing.client.post(url, json=body(c, **ordered(version, good, nested)))
    about = "/productOrderItem/1/productOrderItem/0/productOffering/id: There is no productOffering"
    refused(answer, 400, "26", f"{about} nobody.")
    two = enforcing.client.post(url, json=body(c, **ordered(version, bad, bad | {"id": "4"})))
    message = refused(two, 400, "26")["message"]
    assert all(f"/productOrderItem/{n}/productOffering/id: " in message for n in (0, 1))
    assert made(enforcing, c, **ordered(version, good))["id"]


@pytest.mark.rule("R-706")
@both
def test_what_is_left_out_is_filled_in(
    version: str, enforcing: Server, warning: Server, server: Server
) -> None:
    c = order(version)
    for asked in (enforcing, warning):
        there = made(asked, offering(version))
        given = offered(there["id"], version)
        items = ordered(version, item(version, "1", productOffering=given))
        kept = made(asked, c, **items)["productOrderItem"][0]["productOffering"]
        assert kept == given | {"name": there["name"], "@referredType": "ProductOffering"}
        named = given | {"name": "mine", "@referredType": "Offer"}
        items = ordered(version, item(version, "1", productOffering=named))
        assert made(asked, c, **items)["productOrderItem"][0]["productOffering"] == named
    there = made(server, offering(version))
    given = offered(there["id"], version)
    items = ordered(version, item(version, "1", productOffering=given))
    assert made(server, c, **items)["productOrderItem"][0]["productOffering"] == given


@pytest.mark.rule("R-706")
@both
def test_a_warning_is_a_hint(version: str, warning: Server, server: Server) -> None:
    c = order(version)
    items = ordered(version, item(version, "1", productOffering=offered("nobody", version)))
    answer = warning.client.post(c.path, json=body(c, **items))
    kept = shown(answer, 201)["productOrderItem"][0]["productOffering"]
    assert kept == offered("nobody", version)
    [hint] = [hint for hint in hinted(answer) if "nobody" in hint]
    assert hint.startswith("/productOrderItem/0/productOffering/id There is no productOffering")
    silent = server.client.post(c.path, json=body(c, **items))
    assert shown(silent, 201)["id"] and not any("nobody" in hint for hint in hinted(silent))


@pytest.mark.rule("R-706")
@both
def test_references_to_others_pass(version: str, enforcing: Server) -> None:
    c = case(f"TMF620-{version}/productOffering")
    typed = {"@type": "ChannelRef"} if version == "v5" else {}
    channel = [{"id": "nobody", **typed}]
    assert made(enforcing, c, channel=channel)["channel"] == channel


@pytest.mark.rule("R-706")
@both
def test_a_party_that_is_a_customer_is_looked_up(version: str, enforcing: Server) -> None:
    customer = made(enforcing, case(f"TMF629-{version}/customer"))

    def party(id: str, kind: str) -> list[Json]:
        said = {"id": id, "@referredType": kind}
        if version == "v4":
            return [{"role": "buyer", **said}]
        return [{
            "role": "buyer", "@type": "RelatedPartyRefOrPartyRoleRef",
            "partyOrPartyRole": {"@type": "PartyRoleRef", **said},
        }]  # fmt: skip

    c = order(version)
    for id, kind, status in (
        (customer["id"], "Customer", 201),
        ("nobody", "Customer", 400),
        ("nobody", "Organization", 201),
    ):
        wanted = body(c, relatedParty=party(id, kind), **ordered(version, item(version, "1")))
        answer = enforcing.client.post(c.path, json=wanted)
        assert answer.status_code == status, answer.text


@pytest.mark.rule("R-706")
@both
def test_a_patch_is_asked_about_what_it_brings(version: str, enforcing: Server) -> None:
    server, c = enforcing, order(version)
    stale = item(version, "1", productOffering=offered("gone", version))
    kept = server.load(c, c.sample() | {"id": f"old-{version}", "state": "acknowledged"}
                       | ordered(version, stale | {"state": "acknowledged"}))  # fmt: skip
    url = c.item(kept["id"])
    assert shown(server.client.patch(url, json={"description": "x"}))["description"] == "x"
    items = kept["productOrderItem"]
    bad = item(version, "2", productOffering=offered("nobody", version))
    answer = server.client.patch(url, json={"productOrderItem": [*items, bad]})
    refused(answer, 400, "26", "/productOrderItem/1/productOffering/id: ")
    assert len(server.client.get(url).json()["productOrderItem"]) == 1
    there = made(server, offering(version))
    good = item(version, "2", productOffering=offered(there["id"], version))
    answer = server.client.patch(url, json={"productOrderItem": [*items, good]})
    assert shown(answer)["productOrderItem"][1]["productOffering"]["name"] == there["name"]
    operations = [{"op": "add", "path": "/productOrderItem/-", "value": bad | {"id": "3"}}]
    media = {"Content-Type": "application/json-patch+json"}
    refused(server.client.patch(url, json=operations, headers=media), 400, "26", "nobody")


@pytest.mark.rule("R-706")
@both
def test_a_value_is_no_reference(version: str, enforcing: Server) -> None:
    c = case(f"TMF638-{version}/service")

    def related(**said: Any) -> Json:
        typed = {"@type": "ServiceRelationship"} if version == "v5" else {}
        return {"serviceRelationship": [{"relationshipType": "uses", **typed, "service": said}]}

    kind = {"@type": "Service"}
    value = related(id="nobody", state="active", **kind)
    assert made(enforcing, c, **value)["id"]
    reference = related(id="nobody", **kind)
    wanted = body(c, **reference)
    answer = enforcing.client.post(c.path, json=wanted)
    refused(answer, 400, "26", "/serviceRelationship/0/service/id: There is no service nobody")


@pytest.mark.rule("R-706")
def test_a_resource_may_refer_to_itself(enforcing: Server) -> None:
    c = case("TMF638-v4/service")
    own = {"supportingService": [{"id": "itself"}], "id": "itself"}
    kept = made(enforcing, c, **own)["supportingService"][0]
    assert kept["@referredType"] == "Service"
    assert enforcing.client.delete(c.item("itself")).status_code == 204


@pytest.mark.rule("R-706")
@both
def test_what_is_referred_to_stays_until_nothing_refers_to_it(
    version: str, enforcing: Server
) -> None:
    c, orders = offering(version), order(version)
    there = made(enforcing, c)
    items = ordered(version, item(version, "1", productOffering=offered(there["id"], version)))
    wanting = made(enforcing, orders, **items)
    url = c.item(there["id"])
    about = f"{orders.path}/{wanting['id']} still refers to it at /productOrderItem/0/product"
    refused(enforcing.client.delete(url), 409, "79", about)
    assert shown(enforcing.client.get(url)) == there
    assert enforcing.client.delete(orders.item(wanting["id"])).status_code == 204
    assert enforcing.client.delete(url).status_code == 204


@pytest.mark.rule("R-706")
@both
def test_what_one_version_alone_refers_to_stays_in_both(version: str, enforcing: Server) -> None:
    specification, category = (case(f"TMF620-v5/{n}") for n in ("productSpecification", "category"))
    there = made(enforcing, category)
    reference = {"@type": "CategoryRef", "id": there["id"]}
    wanting = made(enforcing, specification, category=[reference])
    url = case(f"TMF620-{version}/category").item(there["id"])
    about = f"{specification.path}/{wanting['id']} still refers to it at /category/0."
    refused(enforcing.client.delete(url), 409, "79", about)
    assert enforcing.client.delete(specification.item(wanting["id"])).status_code == 204
    assert enforcing.client.delete(url).status_code == 204


@pytest.mark.rule("R-706")
def test_a_bundle_holds_its_parts(enforcing: Server) -> None:
    c = offering("v4")
    part = made(enforcing, c)
    bundle = made(enforcing, c, isBundle=True, bundledProductOffering=[{"id": part["id"]}])
    assert bundle["bundledProductOffering"] == [{"id": part["id"], "name": part["name"]}]
    refused(enforcing.client.delete(c.item(part["id"])), 409, "79", bundle["id"])


@pytest.mark.rule("R-706")
def test_versions_go_while_one_is_left(enforcing: Server) -> None:
    c = offering("v4")
    first = made(enforcing, c, id="versioned", version="1.0")
    made(enforcing, c, id="versioned", version="2.0")
    made(enforcing, c, isBundle=True, bundledProductOffering=[{"id": first["id"]}])
    url = c.item("versioned")
    refused(enforcing.client.delete(url), 409, "79")
    assert enforcing.client.delete(f"{url}:(version=1.0)").status_code == 204
    refused(enforcing.client.delete(f"{url}:(version=2.0)"), 409, "79")


@pytest.mark.rule("R-706")
@both
def test_links_that_the_server_keeps_go_with_what_they_link(
    version: str, enforcing: Server
) -> None:
    c, resource = case(f"TMF642-{version}/alarm"), case(f"TMF639-{version}/resource")
    typed = {"@type": "AlarmRef"} if version == "v5" else {}
    alarmed = c.create_body()["alarmedObject"] | {"id": made(enforcing, resource)["id"]}
    parent = made(enforcing, c, alarmedObject=alarmed)
    link = {"id": parent["id"], **typed}
    child = made(enforcing, c, alarmedObject=alarmed, parentAlarm=[link])
    assert enforcing.client.delete(c.item(parent["id"])).status_code == 204
    assert "parentAlarm" not in shown(enforcing.client.get(c.item(child["id"])))


@pytest.mark.rule("R-706")
@both
def test_a_warning_lets_go(version: str, warning: Server) -> None:
    c, orders = offering(version), order(version)
    there = made(warning, c)
    items = ordered(version, item(version, "1", productOffering=offered(there["id"], version)))
    wanting = made(warning, orders, **items)
    answer = warning.client.delete(c.item(there["id"]))
    assert answer.status_code == 204
    [hint] = hinted(answer)
    assert hint.startswith(f"/id {orders.path}/{wanting['id']} still refers to it at ")


@pytest.mark.rule("R-706")
def test_a_file_says_otherwise_for_some(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "references.yaml"
    file.write_text("""
default: enforce
references:
  - {api: TMF622, resource: productOrder, reference: productOffering, versions: [v4], policy: off}
""")
    server = start(catalog=SALES, references=str(file))
    for version in VERSIONS:
        c = order(version)
        items = ordered(version, item(version, "1", productOffering=offered("nobody", version)))
        answer = server.client.post(c.path, json=body(c, **items))
        assert answer.status_code == (201 if version == "v4" else 400), answer.text


@pytest.mark.rule("R-706")
def test_a_file_about_what_is_no_reference_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "references.yaml"
    file.write_text("""
references: [{api: TMF622, resource: productOrder, reference: note, policy: warn}]
""")
    settings = Settings(references=str(file))
    store = open_store(f"sqlite:///{tmp_path}/tmf.db")
    with pytest.raises(ReferencesError, match=r"no reference TMF622 productOrder\.note"):
        services(SALES.apis, store, settings)


@pytest.mark.rule("R-706")
def test_a_request_that_comes_twice_is_not_judged_again(enforcing: Server) -> None:
    c, orders = offering("v4"), order("v4")
    there = made(enforcing, c)
    items = ordered("v4", item("v4", "1", productOffering=offered(there["id"], "v4")))
    key = {"Idempotency-Key": f"order-{there['id']}"}

    def post() -> Json:
        found: Json = shown(
            enforcing.client.post(orders.path, json=body(orders, **items), headers=key), 201
        )
        return found

    first = post()
    assert enforcing.client.delete(orders.item(first["id"])).status_code == 204
    assert enforcing.client.delete(c.item(there["id"])).status_code == 204
    assert post() == first
