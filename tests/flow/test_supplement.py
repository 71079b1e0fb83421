"""What a supplemental order asks for."""

import pytest

from tests.flow.test_plan import Json, item
from tmf_apis.flow.supplement import changes_of, supplemented

ORDER = {"id": "1", "productOrderItem": [item("1"), item("2", "modify", product={"id": "x"})]}


@pytest.mark.parametrize(
    ("relations", "target"),
    [
        ([], None),
        ([{"id": "9", "relationshipType": "dependsOn"}], None),
        ([{"relationshipType": "supplements"}], None),
        ([{"id": "8"}, {"id": "9", "relationshipType": "supplements"}], "9"),
    ],
)
def test_which_order_is_supplemented(relations: list[Json], target: str | None) -> None:
    assert supplemented({"orderRelationship": relations}) == target


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (item("3"), "addedItem"),
        (item("1", quantity=2), "modifiedItem"),
        (item("2", "delete", product={"id": "x"}), "modifiedItem"),
        (item("1", "noChange"), None),
    ],
)
def test_each_item_is_a_change(asked: Json, kind: str | None) -> None:
    found = changes_of({"productOrderItem": [asked]}, ORDER)
    assert {name: items for name, items in found.items() if items} == (
        {kind: [asked]} if kind else {}
    )


def test_what_was_to_be_added_is_taken_out_by_deleting_it() -> None:
    found = changes_of({"productOrderItem": [item("1", "delete")]}, ORDER)
    assert found == {"addedItem": [], "modifiedItem": [], "removedItem": ["1"]}
