"""The sample data of both versions, through the other version and back (V-7)."""

import pytest

from tests.faces.laws import broken, turned
from tests.faces.pairs import SIDES, Pair, pairs


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("pair", pairs(), ids=str)
def test_no_sample_breaks_a_law(pair: Pair, side: int) -> None:
    found = [broken(pair, side, sample) for sample in pair.samples(side)]
    assert [faults for faults in found if faults] == []


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("pair", pairs(), ids=str)
def test_what_is_undone_restores_the_other_face(pair: Pair, side: int) -> None:
    found = [turned(pair, side, sample) for sample in pair.samples(side)[:12]]
    assert [faults for faults in found if faults] == []
