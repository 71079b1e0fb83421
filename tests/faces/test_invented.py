"""Resources invented from the schemas, through the other version and back (V-7)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faces.invented import resources
from tests.faces.laws import broken, turned
from tests.faces.pairs import SIDES, Pair, in_front


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("pair", in_front(), ids=str)
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_invented_resource_breaks_a_law(pair: Pair, side: int, data: st.DataObject) -> None:
    document = data.draw(resources(pair, side))
    assert broken(pair, side, document) == []
    assert turned(pair, side, document, edits=10) == []
