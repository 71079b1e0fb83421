"""Query strings so long, and of so many parameters, are read, and no more."""

import pytest

from tests.tmf630.asking import keeps
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.limits import MAX_PARAMETERS, MAX_QUERY, check_query

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
