"""Characteristics of products become those of services and resources, as the mapping says."""

import json
from pathlib import Path

import pytest

from tmf_apis.catalog import specs_folder
from tmf_apis.flow.mapping import MappingError, mapped, read_mapping


def test_the_shipped_mapping_names_what_the_sample_catalogue_has() -> None:
    samples = specs_folder() / "sample-data"
    products = json.loads((samples / "TMF620-v5" / "productSpecification.json").read_text())
    services = json.loads((samples / "TMF633-v4" / "serviceSpecification.json").read_text())
    has = {p["id"]: _names(p.get("productSpecCharacteristic", [])) for p in products}
    takes = {s["id"]: _names(s.get("specCharacteristic", [])) for s in services}
    for (product, target), attributes in read_mapping().items():
        named = {source.name for source in attributes.values() if source.name}
        assert named <= has[product], (product, target)
        if target.startswith("sspec-"):
            assert set(attributes) <= takes[target], (product, target)


def _names(characteristics: list[dict[str, str]]) -> set[str]:
    return {one["name"] for one in characteristics}


def test_values_are_renamed_looked_up_and_constant(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text(
        "- product: p\n  target: t\n  set:\n"
        "    a: {from: x}\n    b: {from: y, table: {1: one}, otherwise: many}\n"
        "    c: {constant: 7}\n    d: {from: z}\n"
    )
    rules = read_mapping(file)
    assert mapped(rules, "p", "t", {"x": 5, "y": 1}) == {"a": 5, "b": "one", "c": 7}
    assert mapped(rules, "p", "t", {"y": 2}) == {"b": "many", "c": 7}
    assert mapped(rules, "p", "other", {"x": 5}) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- 1", "not a mapping"),
        ("- {product: p, target: t, set: {a: {to: b}}}", "Unknown field"),
        ("- {product: p, set: {}}", "target"),
        ("[", "while parsing|expected"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text(text)
    with pytest.raises(MappingError, match=told):
        read_mapping(file)
