"""The tables are looked up from the particular to the general, and hold nothing idle."""

import re
from pathlib import Path

import pytest

from authoring.wording import Unworded, Wording
from tmf_apis.comparing.tables import apis, table
from tmf_apis.spec.loading import load_document


@pytest.fixture(scope="module")
def wording(specs: Path) -> Wording:
    return Wording(specs)


def test_a_sentence_for_one_schema_wins(wording: Wording) -> None:
    assert wording.attribute("Money", "unit").startswith("Currency")
    assert wording.attribute("PartyRef", "id") == wording.attribute("QuoteRef", "id")
    assert wording.attribute("Alarm", "id") != wording.attribute("PartyRef", "id")


def test_forms_of_a_class_share_its_attributes(wording: Wording) -> None:
    for form in ("_FVO", "_MVO", "_Create", "_Update"):
        assert wording.attribute("Alarm" + form, "state") == wording.attribute("Alarm", "state")


def test_kin_share_their_attributes(wording: Wording) -> None:
    for kin in ("PhysicalResource", "LogicalResource", "ResourceRefOrValue"):
        assert wording.attribute(kin, "place") == wording.attribute("Resource", "place")


def test_a_resource_is_called_by_its_name(wording: Wording) -> None:
    assert "product order" in wording.attribute("ProductOrder", "id")
    assert "product order" in wording.attribute("ProductOrderCreateEventPayload", "productOrder")
    assert "a product order" in wording.schema("ProductOrderCreateEvent")
    assert wording.operation("list", "productOrder")["summary"] == "List product orders"
    assert wording.operation("retrieve", "alarm")["summary"] == "Read an alarm"


def test_forms_are_told_apart(wording: Wording) -> None:
    texts = {wording.schema("Customer" + form) for form in ("", "_FVO", "_MVO", "_Create")}
    assert len(texts) == 4
    assert all("buys" in text for text in texts)


def test_what_has_no_sentence_is_refused(wording: Wording) -> None:
    with pytest.raises(Unworded, match="schema Nib"):
        wording.schema("Nib_FVO")
    with pytest.raises(Unworded, match=r"attribute Alarm\.nib"):
        wording.attribute("Alarm", "nib")
    with pytest.raises(Unworded, match="resource nib"):
        wording.operation("list", "nib")


def test_no_entry_is_idle(specs: Path) -> None:
    """Every sentence of the tables stands in some file: a renamed attribute leaves none behind."""
    said = {text for api in apis(specs) for text in _texts(load_document(specs / api.file))}
    plain = {k: t for k, t in table(specs, "attributes").items() if not k.startswith("{")}
    plain |= {f"schema {k}": t for k, t in table(specs, "schemas")["schemas"].items()}
    assert [key for key, text in plain.items() if text not in said] == []


def _texts(node: object) -> set[str]:
    if isinstance(node, list):
        return {text for entry in node for text in _texts(entry)}
    if not isinstance(node, dict):
        return set()
    found = {text for entry in node.values() for text in _texts(entry)}
    description = node.get("description")
    return found | {description} if isinstance(description, str) else found


def test_tables_have_no_absolute_paths_and_no_tabs(specs: Path) -> None:
    for path in (specs / "wording").glob("*.yaml"):
        assert not re.search(r"\t|/(home|work|root)/", path.read_text("utf-8")), path.name
