"""Cursors come back as they were written, and nothing else passes for one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persistence.cursors import Value, read_cursor, write_cursor
from persistence.errors import BadCursor
from tests.persistence.driver import one
from tmf_apis.tmf630.query import Kind, SortKey

SORT = (SortKey(one("name"), False, Kind.ANY), SortKey(one("date"), True, Kind.INSTANT))

integers = st.integers(-(2**63), 2**63 - 1)
booleans = st.sampled_from([b"\xff\x00", b"\xff\x01"])
values = (
    st.none()
    | integers
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text().map(str.encode)
    | booleans
)


@given(st.tuples(values, values), integers)
def test_a_place_comes_back(place: tuple[Value, Value], key: int) -> None:
    token = write_cursor(SORT, place, key)
    assert token.isascii()
    assert "=" not in token
    found, last = read_cursor(SORT, token)
    expected = [
        v.decode() if isinstance(v, bytes) and not v.startswith(b"\xff") else v for v in place
    ]
    assert (found, last) == (expected, key)


@given(st.text() | st.binary().map(lambda raw: urlsafe_b64encode(raw).decode()))
def test_what_was_never_given_is_refused(token: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(SORT, token)


@pytest.mark.parametrize(
    ("kept", "key"),
    [
        ([1, 2], 2**63),
        ([2**63, 2], 1),
        ([1, 2], True),
        ([1, 2], "1"),
        ([1], 1),
        ([1, 2, 3], 1),
        ([{}, 2], 1),
        ([[], 2], 1),
        ([["zz"], 2], 1),
        ([[1], 2], 1),
        ("ab", 1),
        ({"a": 1, "b": 2}, 1),
    ],
)
def test_a_forged_place_is_refused(kept: object, key: object) -> None:
    genuine = write_cursor(SORT, (1, 2), 1)
    order = orjson.loads(_decoded(genuine))[0]
    forged = urlsafe_b64encode(orjson.dumps([order, kept, key])).decode()
    with pytest.raises(BadCursor):
        read_cursor(SORT, forged)


def _decoded(token: str) -> bytes:
    return urlsafe_b64decode(token + "=" * (-len(token) % 4))
