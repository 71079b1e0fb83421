"""Every official example that is a whole resource, through the other version and back (V-7)."""

import pytest

from tests.faces.examples import wholes
from tests.faces.laws import broken, turned
from tests.faces.pairs import AT, SIDES, Json, Pair, pairs
from tests.official.examples import MISSING, reference_folder

pytestmark = pytest.mark.skipif(reference_folder() is None, reason=MISSING)
_V4, _V5 = SIDES


def test_all_examples_are_found() -> None:
    assert sum(len(wholes(pair)) for pair in pairs()) >= 120


@pytest.mark.parametrize("pair", pairs(), ids=str)
def test_no_example_breaks_a_law(pair: Pair) -> None:
    sound = [each for each in wholes(pair) if not pair.unwritable(_V5, each)]
    assert [faults for each in sound if (faults := broken(pair, _V5, each))] == []
    assert [faults for each in sound if (faults := turned(pair, _V5, each))] == []


@pytest.mark.parametrize("pair", pairs(), ids=str)
def test_what_an_example_is_in_v4_breaks_no_law(pair: Pair) -> None:
    faces = [pair.faces.made(_V5, each, AT)[0] for each in wholes(pair)]
    sound = [face for face in faces if not pair.unwritable(_V4, face)]
    assert [faults for face in sound if (faults := broken(pair, _V4, face))] == []


@pytest.mark.parametrize("pair", pairs(), ids=str)
def test_an_example_that_is_wrong_in_itself_converts_too(pair: Pair) -> None:
    def told(example: Json) -> list[str]:
        return [fault for fault in broken(pair, _V5, example) if "not valid" not in fault]

    unsound = [each for each in wholes(pair) if pair.unwritable(_V5, each)]
    assert [faults for each in unsound if (faults := told(each))] == []
