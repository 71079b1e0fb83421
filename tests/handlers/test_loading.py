"""Which representations are fit to be kept, and what becomes of them."""

from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from typing import Any

import orjson
import pytest

from handlers import loading
from handlers.bodies import check_shown, creatable
from handlers.loading import Batch, sample_files
from handlers.reading import Line, LoadError
from handlers.service import Service
from handlers.services import services
from persistence.opening import open_store
from tests.handlers.facts import APIS, SAMPLES, Case, Json, case, each, paths
from tmf_apis.catalog import choose
from tmf_apis.settings import Settings
from tmf_apis.tmf630.creation import complete
from tmf_apis.tmf630.errors import TmfError

SERVED = services(tuple(APIS), open_store("sqlite:///unused.db"), Settings())


def service_of(case: Case) -> Service:
    path, name = case.api.base_path, case.resource.name
    return next(s for s in SERVED if (s.api.base_path, s.spec.name) == (path, name))


def load_fault(case: Case, document: Json) -> str | None:
    """What is wrong with a record that is to be loaded, or None."""
    try:
        Batch(service_of(case), lambda: [Line(1, orjson.dumps(document))])
    except LoadError as error:
        return error.faults[0][1]
    return None


def post_fault(case: Case, document: Json) -> str | None:
    """What is wrong with it when it is posted, or None."""
    service = service_of(case)
    try:
        body = creatable(service, orjson.dumps(document), [])
        check_shown(service, complete(service.spec, service.rules, body, "x", service.now()))
    except TmfError as error:
        return error.message
    return None


def test_every_sample_record_is_fit_to_be_kept() -> None:
    """Those of the neighbours too: a fault left their collection empty, and nobody was told."""
    served = services(choose().apis, open_store("sqlite:///unused.db"), Settings())
    for service, path in sample_files(served, SAMPLES):
        records = orjson.loads(path.read_bytes())
        lines = [Line(number, orjson.dumps(each)) for number, each in enumerate(records, 1)]
        assert len(Batch(service, partial(list, lines))) == len(records), path


@each(lambda case: case.creatable)
def test_a_record_lacks_nothing_that_a_client_must_send(case: Case) -> None:
    whole = case.create_body(id="x")
    assert load_fault(case, whole) is None
    for pointer, _ in list(paths(whole)):
        *above, name = pointer.split("/")[1:] or [""]
        lacking = deepcopy(whole)
        holder: Any = lacking
        for step in above:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        if isinstance(holder, dict) and name in holder and name != "id":
            del holder[name]
            assert (load_fault(case, lacking) is None) is (post_fault(case, lacking) is None), (
                pointer
            )


@pytest.mark.parametrize(
    ("name", "wrong", "place"),
    [
        ("TMF622-v5/productOrder", {"productOrderItem": None}, "productOrderItem"),
        ("TMF622-v4/productOrder", {"productOrderItem": []}, "/productOrderItem"),
        ("TMF620-v5/productOffering", {"id": "a:(version=1)"}, "/id"),
        (
            "TMF629-v5/customer",
            {"validFor": {"startDateTime": "2020-01-02", "endDateTime": "2020-01-01"}},
            "/validFor",
        ),
        ("TMF639-v4/physicalResource", {"@type": "LogicalResource"}, "/@type"),
    ],
)
def test_what_a_post_refuses_is_not_loaded(name: str, wrong: Json, place: str) -> None:
    found = case(name)
    fault = load_fault(found, found.create_body(id="x") | wrong)
    assert fault is not None
    assert place in fault


def test_what_the_server_sets_and_values_of_open_enumerations_are_loaded() -> None:
    bill = case("TMF678-v5/customerBill")
    assert load_fault(bill, bill.sample() | {"state": "inDispute"}) is None
    order = case("TMF622-v5/productOrder")
    owned = {"id": "x", "state": "completed", "completionDate": "2020-01-01T00:00:00Z"}
    assert load_fault(order, order.create_body() | owned) is None
    assert "state" in str(load_fault(order, order.create_body() | owned | {"state": "bananas"}))


CUSTOMER = case("TMF629-v5/customer")


def lines_of(*documents: Json) -> list[Line]:
    return [Line(n, orjson.dumps(document)) for n, document in enumerate(documents, 1)]


def test_drafts_are_made_one_after_the_other_each_time_they_are_asked_for() -> None:
    given = 0

    def lines() -> Iterator[Line]:
        nonlocal given
        for line in lines_of(*(CUSTOMER.create_body(id=str(n)) for n in range(3))):
            given += 1
            yield line

    batch = Batch(service_of(CUSTOMER), lines)
    assert (len(batch), given) == (3, 3)
    drafts = iter(batch)
    assert (next(drafts).id, given) == ("0", 4)
    assert [draft.id for draft in batch] == ["0", "1", "2"]


def test_a_file_that_changes_between_check_and_load_is_refused() -> None:
    texts = [lines_of(CUSTOMER.create_body(id="a")), lines_of({"id": "a"})]
    batch = Batch(service_of(CUSTOMER), lambda: texts.pop(0))
    with pytest.raises(LoadError) as refused:
        list(batch)
    assert refused.value.faults == [(1, "the file changed while it was read")]


def test_the_same_fault_is_not_told_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MOST_FAULTS", 3)
    for count, whole in ((2, True), (4, False)):
        with pytest.raises(LoadError) as refused:
            Batch(service_of(CUSTOMER), lambda count=count: lines_of(*[{}] * count))
        assert (len(refused.value.faults), refused.value.all) == (min(count, 3), whole)


def test_events_tell_the_latest_version_of_the_file_by_its_bare_href() -> None:
    offering = case("TMF620-v5/productOffering")
    body = offering.create_body(id="a")
    batch = Batch(
        service_of(offering),
        lambda: lines_of(*(body | {"version": version} for version in ("2", "10", "1"))),
    )
    raising = batch.raising("http://h")
    hrefs = [
        orjson.loads(event.body.partition(b"\n")[2])["event"]["productOffering"]["href"]
        for overtaken in (False, True)
        for draft in batch
        for event in raising(draft, overtaken)[:1]  # That of its own version.
    ]
    own = f"http://h{offering.item('a')}"
    assert hrefs == [f"{own}?version={v}" if v else own for v in ("2", "", "1", "2", "10", "1")]
