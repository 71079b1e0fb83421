"""Whole stories over HTTP, on each store and in each version: what clients read, and every event
that a listener gets of it, in order and valid by its schema.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import sleep
from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests.handlers.asking import NOW, at_present, shown
from tests.handlers.facts import ALL, APIS, Case, Json
from tests.handlers.notifications.listening import Delivered, Listener, listening
from tests.handlers.ordering import items_of
from tests.handlers.serving import Server, running
from tests.handlers.tasks.waiting import over
from tmf_apis.catalog import Catalog
from tmf_apis.schema.validator import Validator
from tmf_apis.spec.attributes import attributes_of
from tmf_apis.spec.model import ApiSpec

STORES, VERSIONS = ("sqlite", "mongodb"), ("v4", "v5")
#: Seconds in which an event too many would come.
MOMENT = 0.1
pytestmark = pytest.mark.parametrize("version", VERSIONS)


@dataclass(frozen=True)
class Site:
    """A server that does its tasks, a folder it may use, and a listener that hears everything."""

    server: Server
    folder: Path
    listener: Listener

    def watch(self, case: Case) -> str:
        """A callback that gets all events of an API from now on."""
        callback = self.listener.callback()
        body = {"callback": callback} | ({"@type": "Hub"} if case.resource.typed else {})
        shown(self.server.client.post(f"{case.api.base_path}/hub", json=body), 201)
        return callback

    def read(self, case: Case, id: str) -> Json:
        return dict(shown(self.server.client.get(case.item(id))))

    def post(self, case: Case, body: Json) -> Json:
        kind = {"@type": case.resource.schema} if case.resource.typed else {}
        return dict(shown(self.server.client.post(case.path, json=kind | body), 201))

    def told(self, case: Case, callback: str, id: str, *kinds: str) -> list[Json]:
        """The resource in each event about it, once exactly these kinds of event came, in order."""
        self.listener.wait(callback, len(kinds), about=id)
        sleep(MOMENT)
        came = self.listener.at(callback, about=id)
        names = [f"{case.resource.name[:1].upper()}{case.resource.name[1:]}{k}Event" for k in kinds]
        assert [one.event["eventType"] for one in came] == names
        for one in came:
            check(case.api, one)
        return [one.resource for one in came]


def check(api: ApiSpec, came: Delivered) -> None:
    """Fail for an event that its schema refuses, where its file has one."""
    kind = came.event["eventType"]
    name = api.listeners.get(kind[:1].lower() + kind[1:])
    assert name or not api.listeners, kind
    if name:
        assert validator(api.base_path, name).fault(came.event) is None


@cache
def validator(base_path: str, name: str) -> Validator:
    [api] = [one for one in APIS if one.base_path == base_path]
    return Validator(name, api.schemas, attributes_of(name, api.schemas))


@pytest.fixture(scope="module", params=STORES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp(request.param)
    settings: dict[str, Any] = {"tasks": True, "development": True, "jobs_folders": (folder,)}
    with (
        listening() as listener,
        running(folder, Catalog(tuple(APIS)), kind=request.param, **settings) as server,
    ):
        yield Site(server, folder, listener)


def case_of(number: str, version: str, name: str) -> Case:
    """The case of a resource; tasks on alarms are plural in v4."""
    wanted = f"{number}-{version}/{name}"
    return next(case for case in ALL if str(case) in (wanted, f"{wanted}s"))


@pytest.mark.rule("R-622-08", "R-622-09", "R-622-11", "R-641-09", "R-906")
@pytest.mark.parametrize(
    ("number", "name"), [("TMF622", "productOrder"), ("TMF641", "serviceOrder")]
)
def test_an_order_is_placed_begun_and_cancelled(
    number: str, name: str, version: str, site: Site
) -> None:
    orders = case_of(number, version, name)
    cancels = case_of(number, version, f"cancel{name[0].upper()}{name[1:]}")
    callback, items = site.watch(orders), items_of(orders)
    body = orders.create_body()
    first = {k: v for k, v in body[items][0].items() if k not in (items, "state")}
    body = {k: v for k, v in body.items() if k != "id"} | {items: [first | {"id": "1"}]}
    order = site.post(orders, body)
    typed = {"@type": order["@type"]} if orders.resource.typed else {}
    begun = site.server.client.patch(orders.item(order["id"]), json=typed | {"state": "inProgress"})
    assert shown(begun)["state"] == "inProgress"

    cancel = cancels.create_body(cancellationReason="Too late.")
    cancel = {k: v for k, v in cancel.items() if k != "requestedCancellationDate"}
    cancel[name] = cancel[name] | {"id": order["id"]}
    task = over(site.server, cancels, site.post(cancels, cancel)["id"])
    assert task["state"] == "done"
    assert at_present(task)["effectiveCancellationDate"] == NOW
    after = site.read(orders, order["id"])
    assert (after["state"], [i["state"] for i in after[items]]) == ("cancelled", ["cancelled"])
    assert (at_present(after)["cancellationDate"], after["cancellationReason"]) == (
        NOW,
        "Too late.",
    )

    moves = ["inProgress", "assessingCancellation", "pendingCancellation", "cancelled"]
    told = site.told(orders, callback, order["id"], "Create", *["StateChange"] * 4,
                     "AttributeValueChange")  # fmt: skip
    assert [one["state"] for one in told[1:5]] == moves
    told = site.told(cancels, callback, task["id"], "Create", "StateChange", "StateChange")
    assert [one["state"] for one in told[1:]] == ["inProgress", "done"]


ACK = {"ackSystemId": "noc", "ackUserId": "kim"}
CLEAR = {"clearSystemId": "noc", "clearUserId": "kim", "alarmClearedTime": "2026-05-01T10:00:00Z"}


@pytest.mark.rule("R-642-06", "R-642-07", "R-642-08", "R-642-10", "R-642-11")
def test_alarms_are_acknowledged_grouped_commented_and_cleared(version: str, site: Site) -> None:
    alarms = case_of("TMF642", version, "alarm")
    callback, source = site.watch(alarms), str(uuid4())
    body = {k: v for k, v in alarms.create_body().items() if "orrelated" not in k and k != "id"}
    body = {k: v for k, v in body.items() if k not in ("parentAlarm", "comment")}
    body |= {"state": "raised", "perceivedSeverity": "minor", "sourceSystemId": source}
    ids = [site.post(alarms, body)["id"] for _ in range(3)]
    is_typed = version == "v5"
    pattern = [{"sourceSystemId": source} | ({"@type": "Alarm"} if is_typed else {})]

    def ref(id: str) -> Json:
        return {"id": id} | ({"@type": "AlarmRef"} if is_typed else {})

    def ask(name: str, **more: Any) -> Json:
        tasks = case_of("TMF642", version, name)
        task = over(site.server, tasks, site.post(tasks, more)["id"])
        assert task["state"] == "done", task
        told = site.told(tasks, callback, task["id"], "Create", "StateChange", "StateChange")
        assert [one["state"] for one in told[1:]] == ["inProgress", "done"]
        return task

    def found(name: str) -> list[Any]:
        return [site.read(alarms, id).get(name) for id in ids]

    def listed(task: Json, name: str) -> list[str]:
        return sorted(alarm["id"] for alarm in task[name])

    assert listed(ask("ackAlarm", alarmPattern=pattern, **ACK), "ackedAlarm") == sorted(ids)
    assert found("ackState") == ["acknowledged"] * 3
    assert found("ackUserId") == ["kim"] * 3
    comment = {"comment": "seen", "userId": "kim", "systemId": "noc"}
    comment |= {"@type": "Comment"} if is_typed else {}
    ask("commentAlarm", alarmPattern=pattern, comment=comment)
    assert [each[0]["comment"] for each in found("comment")] == ["seen"] * 3
    group = {"parentAlarm": ref(ids[0]), "correlatedAlarm": [ref(ids[1]), ref(ids[2])]}
    group |= {"sourceSystemId": source, "alarmChangedTime": "2026-05-01T10:00:00Z"}
    ask("groupAlarm", **group)
    assert [[one["id"] for one in each or ()] for each in found("parentAlarm")] == [
        [], [ids[0]], [ids[0]]
    ]  # fmt: skip
    assert [one["id"] for one in found("correlatedAlarm")[0]] == ids[1:]
    ask("unGroupAlarm", **group)
    assert (found("parentAlarm"), found("correlatedAlarm")) == ([None] * 3, [None] * 3)
    ask("unAckAlarm", alarmPattern=pattern, **ACK)
    assert found("ackState") == ["unacknowledged"] * 3
    assert listed(ask("clearAlarm", alarmPattern=pattern, **CLEAR), "clearedAlarm") == sorted(ids)
    assert found("state") == found("perceivedSeverity") == ["cleared"] * 3
    for id in ids:
        # Acknowledged, commented, grouped, ungrouped, unacknowledged, cleared: each told once.
        kinds = ["AttributeValueChange"] * 5 + ["StateChange", "AttributeValueChange"]
        told = site.told(alarms, callback, id, "Create", *kinds)
        assert told[6]["state"] == "cleared"


@pytest.mark.rule("R-678-01", "R-678-05", "R-678-06", "L-678-D")
def test_an_account_is_billed_on_demand_and_the_bill_paid(version: str, site: Site) -> None:
    rates, bills, tasks = (
        case_of("TMF678", version, name)
        for name in ("appliedCustomerBillingRate", "customerBill", "customerBillOnDemand")
    )
    callback, account = site.watch(tasks), str(uuid4())
    sample = {k: v for k, v in rates.sample().items() if k not in ("bill", "taxIncludedAmount")}
    tax = {"taxCategory": "VAT", "taxRate": 20}
    tax |= {"@type": "AppliedBillingTaxRate"} if version == "v5" else {}
    ids = [
        site.server.load(
            rates,
            sample
            | {"id": str(uuid4()), "isBilled": False, "appliedTax": [tax]}
            | {"billingAccount": sample["billingAccount"] | {"id": account}}
            | {"taxExcludedAmount": {"unit": "GBP", "value": value}},
        )["id"]
        for value in (10, 2.5)
    ]
    body = {k: v for k, v in tasks.create_body().items() if k != "id"}
    body["billingAccount"] = body["billingAccount"] | {"id": account}
    task = over(site.server, tasks, site.post(tasks, body)["id"])
    assert task["state"] == "done", task
    bill = site.read(bills, task["customerBill"]["id"])
    money = {"unit": "GBP", "value": 15}
    assert (bill["state"], bill["runType"]) == ("new", "offCycle")
    assert bill["amountDue"] == bill["remainingAmount"] == bill["taxIncludedAmount"] == money
    for id in ids:
        rate = site.read(rates, id)
        assert (rate["isBilled"], rate["bill"]["id"]) == (True, bill["id"])
    document = site.server.client.get(bill["billDocument"][0]["url"])
    assert (document.status_code, document.content[:5]) == (200, b"%PDF-")
    typed = {"@type": "CustomerBill"} if version == "v5" else {}
    paid = site.server.client.patch(bills.item(bill["id"]), json=typed | {"state": "settled"})
    assert shown(paid)["remainingAmount"] == {"unit": "GBP", "value": 0}

    told = site.told(tasks, callback, task["id"], "Create", "StateChange")
    assert [one["state"] for one in told] == ["inProgress", "done"]
    told = site.told(bills, callback, bill["id"], "Create", "StateChange")
    assert [one["state"] for one in told] == ["new", "settled"]


@pytest.mark.rule("R-620-09", "R-620-10")
def test_a_catalogue_is_imported_and_exported(version: str, site: Site) -> None:
    offerings, imports, exports = (
        case_of("TMF620", version, name) for name in ("productOffering", "importJob", "exportJob")
    )
    callback, name = site.watch(offerings), f"shop-{version}"
    records = [offerings.create_body(id=f"{name}-{n}", name=name) for n in (1, 2)]
    (site.folder / f"{name}.json.gz").write_bytes(gzip.compress(orjson.dumps(records)))

    def run(case: Case, **more: Any) -> Json:
        job = over(site.server, case, site.post(case, {"path": "productOffering"} | more)["id"])
        assert (job["status"], job.get("errorLog")) == ("Succeeded", None)
        assert at_present(job)["completionDate"] == NOW
        if version == "v5":
            told = site.told(case, callback, job["id"], "Create", "StateChange", "StateChange")
            assert [one["status"] for one in told] == ["Not Started", "Running", "Succeeded"]
        return job

    run(imports, url=f"{name}.json.gz")
    kept = [site.read(offerings, record["id"]) for record in records]
    for record, one in zip(records, kept, strict=True):
        assert record == {name: one.get(name) for name in record}
    run(exports, url=f"{name}-out.jsonl", query=f"name={name}")
    lines = (site.folder / f"{name}-out.jsonl").read_bytes().splitlines()
    exported = {one["id"]: one for one in map(orjson.loads, lines)}
    assert len(lines) == len(exported) == len(kept)
    for one in kept:
        [told] = site.told(offerings, callback, one["id"], "Create")
        # Each is told and written with the canonical address of the server, whoever reads it.
        assert told == exported[one["id"]]
        assert told | {"href": one["href"]} == one
