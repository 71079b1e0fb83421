"""The representations in a file: the lines they begin on, and which are fit to be kept."""

from copy import deepcopy
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.bodies import check_shown, creatable
from handlers.loading import Line, LoadError, drafts, read_lines
from handlers.service import Service, services
from persistence.opening import open_store
from tests.handlers.facts import APIS, Case, Json, case, each, paths
from tmf_apis.settings import Settings
from tmf_apis.tmf630.creation import complete
from tmf_apis.tmf630.errors import TmfError

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text('ab"\\[]{},\n é'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a"\\,\n'), inner),
    max_leaves=6,
)
_GAPS = st.text(" \t\r\n", max_size=3)


def test_json_lines_are_numbered_with_the_blank_ones() -> None:
    assert read_lines(b'{"id":"a"}\n\n  \n{"id":"b"}') == [
        Line(1, b'{"id":"a"}'),
        Line(4, b'{"id":"b"}'),
    ]


def test_elements_of_an_array_are_kept_as_they_are_written() -> None:
    raw = b'\xef\xbb\xbf\n[ {"a":\n 1.50}, 12345678901234567890,\n\n"\\u00e9 ]\\" ," ]\n'
    assert read_lines(raw) == [
        Line(2, b'{"a":\n 1.50}'),
        Line(3, b"12345678901234567890"),
        Line(5, b'"\\u00e9 ]\\" ,"'),
    ]


@pytest.mark.parametrize("raw", [b"", b"\n \n", b"[]", b" [\n ]\n"])
def test_a_file_may_hold_nothing(raw: bytes) -> None:
    assert read_lines(raw) == []


@given(st.lists(st.tuples(_GAPS, _JSON, _GAPS), max_size=5), st.booleans())
def test_any_array_is_cut_into_its_elements(
    parts: list[tuple[str, object, str]], pretty: bool
) -> None:
    option = orjson.OPT_INDENT_2 if pretty else 0
    texts = [
        before + orjson.dumps(value, option=option).decode() + after
        for before, value, after in parts
    ]
    found = read_lines(("[" + ",".join(texts) + "]").encode())
    assert [orjson.loads(line.raw) for line in found] == [value for _, value, _ in parts]
    position, expected = 1, []
    for text, (before, _, _) in zip(texts, parts, strict=True):
        expected.append(1 + ("[" + ",".join(texts)).count("\n", 0, position + len(before)))
        position += len(text) + 1
    assert [line.number for line in found] == expected


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"[", 1),
        (b'[{"a":1}', 1),
        (b'[{"a":1}\n{"a":2}]', 2),
        (b'[{"a":1},\n]', 2),
        (b'[{"a":1}]\n\n[', 3),
        (b'[\n{"a":\n]', 3),
        (b'["\xff"]', 1),
        (b'[\n"a", "\xff"]', 2),
        (b"[" * 100_000, 1),
    ],
)
def test_what_is_no_array_is_refused_with_its_line(raw: bytes, line: int) -> None:
    with pytest.raises(LoadError) as refused:
        read_lines(raw)
    [(number, what)] = refused.value.faults
    assert number == line
    assert what.startswith("not JSON: ")


SERVED = services(tuple(APIS), open_store("sqlite:///unused.db"), Settings())


def service_of(case: Case) -> Service:
    path, name = case.api.base_path, case.resource.name
    return next(s for s in SERVED if (s.api.base_path, s.spec.name) == (path, name))


def load_fault(case: Case, document: Json) -> str | None:
    """What is wrong with a record that is to be loaded, or None."""
    try:
        drafts(service_of(case), [Line(1, orjson.dumps(document))])
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
