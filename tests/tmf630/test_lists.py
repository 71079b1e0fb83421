"""Comma lists whose members may hold commas themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmf_apis.tmf630.lists import members


@pytest.mark.rule("R-301", "R-601")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" , ,", []),
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        (" a , b ", ["a", "b"]),
        ("a,,b,", ["a", "b"]),
        ("note[0,1],b", ["note[0,1]", "b"]),
        ("note[?(@.x=='1,2')],b", ["note[?(@.x=='1,2')]", "b"]),
        ("note[?(@.x=='])')],b", ["note[?(@.x=='])')]", "b"]),
        ('note[?(@.x=="\',")],b', ['note[?(@.x=="\',")]', "b"]),
        ("it's,b", ["it's", "b"]),
        ("f(a,b),c", ["f(a,b)", "c"]),
        ("a[,b", ["a[,b"]),
    ],
)
def test_commas_outside_brackets_separate(text: str, expected: list[str]) -> None:
    assert members(text) == expected


@given(st.lists(st.text("abc.-@", min_size=1)))
def test_what_was_joined_is_found_again(parts: list[str]) -> None:
    assert members(",".join(parts)) == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [(r"n[?(@.x=='\',')],b", [r"n[?(@.x=='\',')]", "b"]), ("a],b", ["a]", "b"])],
)
def test_escapes_and_stray_brackets_do_not_mislead(text: str, expected: list[str]) -> None:
    assert members(text) == expected
