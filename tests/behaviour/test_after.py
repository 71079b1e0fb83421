"""`after:SECONDS` of a setting."""

import pytest

from tmf_apis.behaviour.after import seconds_after


@pytest.mark.parametrize(
    ("text", "seconds"), [("manual", None), ("after:0", 0.0), ("after:1.5", 1.5)]
)
def test_seconds_follow_a_word(text: str, seconds: float | None) -> None:
    assert seconds_after(text) == seconds


@pytest.mark.parametrize(
    "text", ["after", "after:", "after:x", "after:-1", "after:nan", "after:1e9"]
)
def test_what_is_no_number_of_seconds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        seconds_after(text)
