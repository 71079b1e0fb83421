"""Query strings so long, and of so many parameters, are read, and no more; bodies likewise."""

from time import process_time

import pytest

from tests.tmf630.asking import keeps
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.limits import (
    MAX_PARAMETERS,
    MAX_QUERY,
    MAX_VALUES,
    check_query,
    parse_json,
)

ID = "4c2f3b1e-7c1d-4e57-9a55-{:012d}"


@pytest.mark.rule("R-207")
@pytest.mark.parametrize(
    "raw",
    [
        "",
        "a=" + "x" * (MAX_QUERY - 2),
        "&".join(["a=1"] * MAX_PARAMETERS),
        ";".join(["a"] * MAX_PARAMETERS),
    ],
    ids=["nothing", "long", "many", "alternatives"],
)
def test_up_to_the_bound_a_query_is_read(raw: str) -> None:
    check_query(raw)


@pytest.mark.rule("R-207")
@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("a=" + "x" * (MAX_QUERY - 1), f"{MAX_QUERY} characters"),
        ("&".join(["a=1"] * (MAX_PARAMETERS + 1)), f"{MAX_PARAMETERS} parameters"),
        ("a=" + ";1" * MAX_PARAMETERS, f"{MAX_PARAMETERS} parameters"),
        ("&" * MAX_PARAMETERS, f"{MAX_PARAMETERS} parameters"),
    ],
    ids=["long", "many", "alternatives", "empty"],
)
def test_beyond_it_a_query_is_too_long(raw: str, told: str) -> None:
    with pytest.raises(TmfError, match=told) as refusal:
        check_query(raw)
    assert refusal.value.cause.status == 414


@pytest.mark.parametrize("joint", ["&id=", ";id=", ","])
def test_500_ids_fit(joint: str) -> None:
    raw = "id=" + joint.join(ID.format(number) for number in range(500))
    check_query(raw)
    assert keeps(raw, {"id": ID.format(499)})


@pytest.mark.parametrize(
    "raw",
    [
        b"[" + b",".join([b"[]"] * (MAX_VALUES // 2 + 1)) + b"]",
        b"[" + b",".join([b'{"a":1}'] * (MAX_VALUES // 2 + 1)) + b"]",
        b"[" * (MAX_VALUES + 1),
    ],
    ids=["lists", "objects", "brackets"],
)
def test_a_body_of_too_many_values_is_too_large(raw: bytes) -> None:
    with pytest.raises(TmfError, match=f"more than {MAX_VALUES} values") as refusal:
        parse_json(raw)
    assert refusal.value.cause.status == 413


def test_what_stands_in_a_text_is_no_value() -> None:
    raw = b'{"a":"' + b"[,{" * (MAX_VALUES // 2) + b'"}'
    assert parse_json(raw) == {"a": "[,{" * (MAX_VALUES // 2)}


@pytest.mark.parametrize("colon", [rb"\u003a", rb"\u003A"])
def test_a_colon_written_as_an_escape_makes_up_for_none(colon: bytes) -> None:
    assert parse_json(b'{"a":1,"b":"%b"}' % colon) == {"a": 1, "b": ":"}
    with pytest.raises(TmfError, match="twice"):
        parse_json(b'{"a":1,"a":"%b"}' % colon)


@pytest.mark.parametrize("backslashes", [1, 2, 3, 4, 5])
def test_a_nul_is_one_unless_its_escape_is_escaped(backslashes: int) -> None:
    raw = b'{"a":"' + b"\\" * backslashes + b'u0000"}'
    if backslashes % 2:
        with pytest.raises(TmfError, match="NUL"):
            parse_json(raw)
    else:
        assert parse_json(raw) == {"a": "\\" * (backslashes // 2) + "u0000"}


def test_a_long_run_of_backslashes_is_read_once() -> None:
    began = process_time()
    assert parse_json(b'{"a":"' + b"\\\\" * 1_000_000 + b'\\u00e9"}')["a"][-1] == "é"
    assert process_time() - began < 5


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b'{"a":1,"a":1}', "/a: this name stands twice"),
        (b'{"a": 1, "a": 1}', "/a: this name stands twice"),
        (b'{"a":9223372036854775808}', "9223372036854775808 needs more than 64 bits"),
        (b"[ -9223372036854775809]", "-9223372036854775809 needs more than 64 bits"),
    ],
    ids=["twice", "twice with blanks", "large", "small with blanks"],
)
def test_what_would_be_lost_is_refused(raw: bytes, told: str) -> None:
    with pytest.raises(TmfError, match=told):
        parse_json(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":9223372036854775807,"b":[1.5,"x"]}',
        b'{ "a" : 9223372036854775807, "b" : [1.5, "\\u0078"] }',
    ],
    ids=["as it is encoded", "otherwise"],
)
def test_what_loses_nothing_is_read(raw: bytes) -> None:
    assert parse_json(raw) == {"a": 9223372036854775807, "b": [1.5, "x"]}
