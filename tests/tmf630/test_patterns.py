"""Regular expressions of clients: RE2, found anywhere, bounded (R-418, D12)."""

import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmf_apis.tmf630.patterns import MAX_LENGTH, BadPattern, compiled, found


@pytest.mark.rule("R-418")
@pytest.mark.parametrize(
    ("pattern", "match", "other"),
    [
        ("b", "abc", "ac"),
        ("^b$", "b", "b\n"),
        ("(?i)ä", "Ä", "a"),
        (r"\d+", "a1", "a"),
        (".", "日", ""),
        ("", "", None),
        ("a" * MAX_LENGTH, "a" * MAX_LENGTH, "a"),
    ],
)
def test_a_pattern_is_found_anywhere_unless_anchored(
    pattern: str, match: str, other: str | None
) -> None:
    assert found(pattern, match)
    assert other is None or not found(pattern, other)


@pytest.mark.rule("R-418")
@pytest.mark.parametrize(
    "pattern",
    ["(", "[", "*a", r"(a)\1", "(?=a)", "(?!a)", "(?<=a)b", "a{1001}", "a" * (MAX_LENGTH + 1),
     "((a{100}){100}){100}"],
)  # fmt: skip
def test_a_pattern_that_is_not_re2_or_too_large_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern, match=r"."):
        compiled(pattern)


@pytest.mark.rule("R-418")
@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "(.*)*$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_a_pattern_that_explodes_elsewhere_stays_linear(pattern: str) -> None:
    start = perf_counter()
    found(pattern, "a" * 50_000 + "!")
    assert perf_counter() - start < 1


@pytest.mark.rule("R-418")
@given(st.text(max_size=50))
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        found(text, "some text")
    except BadPattern as refused:
        assert str(refused)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20))
def test_an_escaped_text_finds_itself(text: str) -> None:
    assert found(
        re.sub(r"([^\w\s])", r"\\\1", text, flags=re.ASCII) if text.isascii() else "", text
    )


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(", "no pattern of RE2, missing ): ("),
        ("a{2,1}", "no pattern of RE2, invalid repetition size: {2,1}"),
        ("a" * (MAX_LENGTH + 1), f"the pattern is longer than {MAX_LENGTH} characters"),
    ],
)
def test_what_is_no_pattern_is_told(pattern: str, said: str) -> None:
    with pytest.raises(BadPattern) as refused:
        compiled(pattern)
    assert str(refused.value) == said
