"""PATCH as a merge, for every resource that has it (R-801, R-802, R-809..R-813)."""

import time

import httpx
import pytest

from tests.handlers.asking import at_present, names_of, refused, shown
from tests.handlers.completion import patched
from tests.handlers.facts import LONG_AGO, Case, each, patchable
from tests.handlers.serving import Server
from tmf_apis.tmf630.patching import ACCEPT_PATCH

MERGES = ("application/merge-patch+json", "application/json", "Application/JSON; charset=UTF-8")
NEVER = ("id", "href", "@type", "@baseType", "@schemaLocation")
#: The column "not patchable" of R-720, beyond what never is.
NOT_PATCHABLE = {
    "TMF622-v4/productOrder": "orderDate",
    "TMF622-v5/productOrder": "creationDate requestedInitialState",
    "TMF638-v4/service": "serviceDate",
    "TMF638-v5/service": "serviceDate",
    "TMF641-v4/serviceOrder": "cancellationDate cancellationReason category completionDate "
    "errorMessage jeopardyAlert milestone orderDate startDate",
    "TMF641-v5/serviceOrder": "errorMessage jeopardyAlert milestone orderDate",
    "TMF642-v4/alarm": "alarmRaisedTime sourceSystemId",
    "TMF642-v5/alarm": "alarmRaisedTime sourceSystemId",
    "TMF678-v4/customerBill": "amountDue appliedPayment billDate billDocument billNo "
    "billingAccount billingPeriod category financialAccount nextBillDate paymentDueDate "
    "paymentMethod relatedParty remainingAmount runType taxExcludedAmount taxIncludedAmount "
    "taxItem",
}
NOT_PATCHABLE["TMF678-v5/customerBill"] = NOT_PATCHABLE["TMF678-v4/customerBill"]


def merge(client: httpx.Client, case: Case, id: str, patch: object, **more) -> httpx.Response:
    headers = {"Content-Type": "application/merge-patch+json"}
    return client.patch(case.item(id), json=patch, headers=headers, **more)


@pytest.mark.rule("R-106", "R-201", "R-801", "R-802", "R-813")
@pytest.mark.parametrize("media", MERGES)
@each(patchable)
def test_a_merge_changes_what_it_names(case: Case, media: str, server: Server) -> None:
    old = server.make(case)
    headers = {"Content-Type": media}
    answer = server.client.patch(case.item(old["id"]), json=case.patch_body(), headers=headers)
    new = shown(answer)
    assert at_present(new) == patched(case, at_present(old), case.patch_body())
    assert names_of(answer) == {
        "content-type", "content-length", "date", "etag", "last-modified",
    }  # fmt: skip
    kept = [name for name in old if name in new]
    assert [name for name in new if name in old] == kept
    read = server.client.get(case.item(old["id"]))
    assert (read.content, read.headers["etag"]) == (answer.content, answer.headers["etag"])


@pytest.mark.rule("R-801", "R-1103")
@each(patchable)
def test_null_removes_objects_merge_and_lists_are_replaced(case: Case, server: Server) -> None:
    tree = {"x-gone": 1, "x-tree": {"a": 1, "b": {"c": 2, "d": 3}}, "x-list": [1, 2, {"e": 4}]}
    old = server.make(case, **tree)
    patch = {"x-gone": None, "x-tree": {"b": {"c": None, "f": 5}}, "x-list": [{"e": None}]}
    new = shown(merge(server.client, case, old["id"], patch))
    assert "x-gone" not in new
    assert new["x-tree"] == {"a": 1, "b": {"d": 3, "f": 5}}
    assert new["x-list"] == [{"e": None}]


@pytest.mark.rule("R-641-07", "R-641-08", "R-642-02")
@pytest.mark.rule("R-810", "R-811", "R-210")
@each(patchable)
def test_what_may_not_change_does_not(case: Case, server: Server) -> None:
    old = server.make(case)
    tag = server.client.get(case.item(old["id"])).headers["etag"]
    names = [*NEVER, *NOT_PATCHABLE.get(str(case), "").split()]
    for name in names:
        patch = {name: "changed", "x-also": 1}
        answer = merge(server.client, case, old["id"], patch)
        if name == "href":
            assert shown(answer)["href"] == old["href"]
            server.client.patch(case.item(old["id"]), json={"x-also": None})
            tag = server.client.get(case.item(old["id"])).headers["etag"]
            continue
        refused(answer, 400, "22", f"/{name}: ")
        if name in old:
            refused(merge(server.client, case, old["id"], {name: None}), 400, "22", f"/{name}")
            same = merge(server.client, case, old["id"], {name: old[name]})
            assert shown(same)[name] == old[name]
    read = server.client.get(case.item(old["id"]))
    assert read.headers["etag"] == tag
    touched = {"lastUpdate", "alarmChangedTime"}
    assert {n: v for n, v in read.json().items() if n not in touched} == {
        n: v for n, v in old.items() if n not in touched
    }


@pytest.mark.rule("R-813", "R-811")
@each(patchable)
def test_a_patch_that_changes_nothing_changes_nothing(case: Case, server: Server) -> None:
    old = server.make(case)
    before = server.client.get(case.item(old["id"]))
    for patch in ({}, {"x-none": None}, {n: v for n, v in old.items() if n != "href"}):
        answer = merge(server.client, case, old["id"], patch)
        assert answer.content == before.content
        assert answer.headers["etag"] == before.headers["etag"]


@pytest.mark.rule("R-813")
@each(lambda case: case.offers("PATCH") and "lastUpdate" in case.resource.attributes.children)
def test_the_time_of_the_last_change_is_the_servers(case: Case, server: Server) -> None:
    old = server.make(case)
    time.sleep(0.002)
    new = shown(merge(server.client, case, old["id"], {"x-new": 1}))
    assert new["lastUpdate"] > old["lastUpdate"]
    answer = merge(server.client, case, old["id"], {"x-new": 2, "lastUpdate": LONG_AGO})
    if answer.status_code == 200:
        assert answer.json()["lastUpdate"] >= new["lastUpdate"]
    else:
        refused(answer, 400, "22", "/lastUpdate")


@pytest.mark.rule("R-812", "R-210")
@each(lambda case: case.creatable and case.offers("PATCH"))
def test_a_patched_resource_is_still_valid(case: Case, server: Server) -> None:
    old = server.make(case)
    mandatory = [name for name in case.resource.mandatory if name not in NEVER]
    forbidden = NOT_PATCHABLE.get(str(case), "").split()
    for name in mandatory:
        code = "22" if name in forbidden else "21"
        refused(merge(server.client, case, old["id"], {name: None}), 400, code, name)
    broken = {"relatedParty": [{"role": "customer"}]}
    if "relatedParty" in old:
        refused(merge(server.client, case, old["id"], broken), 400, "21", "/relatedParty/0")
    assert server.client.get(case.item(old["id"])).json() == old


@pytest.mark.rule("R-309", "R-813")
@each(patchable)
def test_shows_the_selected_attributes(case: Case, server: Server) -> None:
    id = server.make(case)["id"]
    answer = merge(server.client, case, id, {"x-new": 1}, params={"fields": "x-new"})
    always = {"id", "href", "@type"} if case.api.major == "v5" else {"id", "href"}
    assert set(shown(answer)) == {"x-new"} | always


@pytest.mark.rule("R-809")
@pytest.mark.parametrize("media", ["text/plain", "application/xml", "application/jsonx", None])
@each(patchable)
def test_refuses_other_media_types(case: Case, media: str | None, server: Server) -> None:
    id = server.make(case)["id"]
    headers = {"Content-Type": media} if media else {}
    answer = server.client.patch(case.item(id), content=b'{"x-new": 1}', headers=headers)
    refused(answer, 415, "76", media or "Content-Type")
    assert answer.headers["accept-patch"] == ACCEPT_PATCH


@pytest.mark.rule("R-710", "R-801")
@pytest.mark.parametrize(
    ("body", "code"), [(b"", "20"), (b"{", "20"), (b"[]", "23"), (b"null", "23"), (b"1", "23")]
)
@each(patchable)
def test_refuses_what_is_no_merge_patch(case: Case, body: bytes, code: str, server: Server) -> None:
    id = server.make(case)["id"]
    headers = {"Content-Type": "application/merge-patch+json"}
    refused(server.client.patch(case.item(id), content=body, headers=headers), 400, code)
