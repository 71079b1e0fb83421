"""A look at the bytes of a JSON text misses no name, however it is spelt."""

import pytest

from tmf_apis.tmf630.scanning import holds, mentions


@pytest.mark.parametrize(
    ("raw", "there"), [(b"null", True), (b'{"a":null}', True), (b"nul", False), (b"", False)]
)
def test_a_part_is_found_where_it_stands(raw: bytes, there: bool) -> None:
    assert holds(raw, b"null") is there


@pytest.mark.parametrize(
    ("raw", "may"),
    [(b'{"name":1}', True), (rb'{"n\u0061me":1}', True), (b'{"other":"\xc3\xa9"}', False)],
    ids=["plain", "escaped", "another"],
)
def test_a_name_is_there_only_where_it_may_be_spelt(raw: bytes, may: bool) -> None:
    assert mentions(raw, b"name") is may
