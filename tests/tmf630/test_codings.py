"""Which content codings a client takes, and which of them it gets (RFC 9110, section 12.5.3)."""

import pytest

from tmf_apis.tmf630.codings import acceptable, coded


@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        ("gzip", ("gzip",)),
        ("br", ("br",)),
        ("gzip, deflate, br, zstd", ("br", "gzip")),
        ("GZIP;q=1.0, Br ;q=0.5", ("gzip", "br")),
        ("gzip;q=0.5,br;q=0.5", ("br", "gzip")),
        ("x-gzip", ("gzip",)),
        ("*", ("br", "gzip")),
        ("*;q=0.1, gzip", ("gzip", "br")),
        ("gzip, *;q=0", ("gzip",)),
        ("br;q=0, gzip", ("gzip",)),
        ("gzip;q=0.000", ()),
        ("", ()),
        ("identity", ()),
        ("identity, gzip;q=0.5", ()),
        ("identity;q=0.5, gzip", ("gzip",)),
        ("identity;q=0, gzip;q=0.1", ("gzip",)),
        ("deflate, zstd", ()),
        (",,gzip;;q=x", ()),
        ("gzip;q=2", ()),
    ],
)
def test_the_heaviest_comes_first(accept: str, taken: tuple[str, ...]) -> None:
    assert acceptable(accept) == taken


def test_a_coding_shows_in_the_tag() -> None:
    assert coded('"7"', "gzip") == '"7-gzip"'
    assert coded('"7-0a1b"', "br") == '"7-0a1b-br"'
