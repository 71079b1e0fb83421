"""Lists of entity tags, and whether a range stands (RFC 9110, sections 8.8.3 and 13.1.5)."""

import pytest

from tmf_apis.tmf630.http_dates import http_date
from tmf_apis.tmf630.preconditions import (
    Conditions,
    Validators,
    etag,
    not_modified,
    range_stands,
)

SEEN = {"ETag": etag("7"), "Last-Modified": http_date(1000)}


@pytest.mark.rule("R-112")
@pytest.mark.parametrize(
    ("field", "named"),
    [
        ('"7"', True),
        (' "a" , "7" ', True),
        (',, "7",', True),
        ('"a,b","7"', True),
        ('W/"7"', True),
        ('"a" "7"', False),
        ('a, "7"', False),
        ('*, "7"', False),
        ('"7', False),
        ('"7"x', False),
        ('"a, 7"', False),
        (",", False),
    ],
)
def test_a_list_of_tags_is_read_whole_or_not_at_all(field: str, named: bool) -> None:
    assert not_modified("GET", Conditions(if_none_match=field), SEEN) is named


@pytest.mark.parametrize(
    ("if_range", "current", "stands"),
    [
        (None, None, True),
        ('"7"', SEEN, True),
        (http_date(1000), SEEN, True),
        ('"8"', SEEN, False),
        ('W/"7"', SEEN, False),
        (http_date(1001), SEEN, False),
        ("7", SEEN, False),
        ('"7"', None, False),
    ],
)
def test_a_range_stands_for_the_very_state_only(
    if_range: str | None, current: Validators | None, stands: bool
) -> None:
    assert range_stands(if_range, current) is stands
