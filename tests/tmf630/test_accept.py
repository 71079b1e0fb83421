"""Whether `Accept` leaves room for `application/json` (RFC 9110, section 12.5.1; R-110)."""

import pytest

from tmf_apis.tmf630.accept import takes_json

YES, NO = True, False


@pytest.mark.rule("R-109", "R-110")
@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        ("application/json", YES),
        ("APPLICATION/JSON", YES),
        ("application/json;charset=utf-8", YES),
        ("application/json ; version=1", YES),
        ("application/*", YES),
        ("*/*", YES),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", YES),
        ("text/html, */*;q=0.1", YES),
        ("text/plain", NO),
        ("image/*, text/*", NO),
        ("application", NO),
        ("application/jsonp", NO),
        # Media types of their own, which are not what is sent.
        ("application/hal+json", NO),
        ("application/*+json", NO),
        ("application/hal+json, application/json", YES),
        ("application/hal+json, */*;q=0.1", YES),
        # A weight of nought, in all its spellings.
        ("*/*;q=0", NO),
        ("application/json;q=0", NO),
        ("application/json;q=0.000", NO),
        ("application/json; Q=0", NO),
        ("application/json ; q = 0", NO),
        ("application/json;charset=utf-8;q=0", NO),
        ("application/json;q=0.001", YES),
        # The most specific range decides, wherever it stands.
        ("application/json;q=0, */*", NO),
        ("*/*, application/json;q=0", NO),
        ("application/*;q=0, */*", NO),
        ("*/*;q=0, application/json", YES),
        ("*/*;q=0, application/*", YES),
        ("application/*;q=0, application/json;q=0.1", YES),
        ("application/json;q=0, application/json;charset=utf-8", YES),
        ("application/json;q=0, application/json", YES),
        # Commas and semicolons in quotes are no separators.
        ('text/plain;a=", application/json,"', NO),
        ('application/json;a=";q=0"', YES),
        ('application/json;a="\\\\";q=0', NO),
        # What is no weight weighs nothing down, and no range at all excludes nothing.
        ("application/json;q=soon", YES),
        ("application/json;q", YES),
        ("*/*;q=-1", YES),
        ("", YES),
        (" , ", YES),
    ],
)
def test_the_most_specific_range_decides(accept: str, taken: bool) -> None:
    assert takes_json(accept) is taken
