"""Which of two entity versions is the later one (R-1305)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmf_apis.tmf630.version_order import rank

pytestmark = pytest.mark.rule("R-1305")

#: Each line from the earliest to the latest.
ORDERS = [
    ["1.2", "1.9", "1.10", "2"],
    ["9.0", "10.0"],
    ["v3", "10.0"],
    ["v9", "V10", "version 11", "Release 12.1"],
    ["2.0-beta", "2.0", "2.0.1"],
    ["2.0-beta", "2", "2.0.1-beta", "2.0.1"],
    ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
     "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"],
    ["2.0a1", "2.0b2", "2.0rc1", "2.0 RC 2", "2.0"],
    ["2.0-Alpha", "2.0-BETA", "2.0-SNAPSHOT", "2.0", "2.0-SP1", "2.0.1"],
    ["1.0", "1.0 b", "1.0.1"],
    ["1.0-unheard-of", "1.0", "1.0+5", "1.0+10", "1.0.1"],
    ["2024-02-01", "2024-10-01", "2024-10-02"],
    ["", "draft", "draft 2", "draft 10", "0", "0.1"],
    ["beta", "beta 2", "rc", "0.1"],
    ["9" * 30, "1" + "0" * 30, "1" * 400],
    ["1.0-alpha", "1.0-alphabet"],
]  # fmt: skip


@pytest.mark.parametrize("versions", ORDERS, ids=" < ".join)
def test_versions_in_order(versions: list[str]) -> None:
    ranks = [rank(version) for version in versions]
    assert sorted(set(ranks)) == ranks


@pytest.mark.parametrize(
    "versions",
    [("1", "1.0", "1.0.0", "v1", "01.00", " 1 "), ("2-beta", "2.0-Beta", "2.0 beta", "2.0beta")],
)
def test_one_version_in_several_spellings(versions: tuple[str, ...]) -> None:
    """Which of them is later, the time of creation says."""
    assert len({rank(version) for version in versions}) == 1


@given(st.text("0129.-+ vabrcβ٣\ud800\0é"), st.text("0129.-+ vabrc"))
def test_any_text_has_a_place(one: str, other: str) -> None:
    assert rank(one).isprintable()
    for longer in (f"{one}.1", f"{other}.1"):
        assert rank(longer) != ""


@given(st.lists(st.integers(0, 10**25), min_size=1, max_size=4), st.integers(1, 10**25))
def test_a_release_comes_after_what_leads_to_it(numbers: list[int], more: int) -> None:
    release = ".".join(map(str, numbers))
    assert rank(f"{release}-rc.{more}") < rank(release) < rank(f"{release}.{more}")


@given(st.lists(st.integers(0, 10**25), max_size=4), st.lists(st.integers(0, 10**25), max_size=4))
def test_numbers_compare_as_numbers(one: list[int], other: list[int]) -> None:
    def spelt(numbers: list[int]) -> str:
        return ".".join(map(str, [1, *numbers]))

    width = max(len(one), len(other))
    padded = [numbers + [0] * (width - len(numbers)) for numbers in (one, other)]
    assert (rank(spelt(one)) < rank(spelt(other))) == (padded[0] < padded[1])
