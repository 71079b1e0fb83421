"""Schemas of sub-classes an operator gives the server (R-1103, R-1104)."""

from pathlib import Path

import orjson
import pytest

from tmf_apis.schema.registry import RegistryError, read_registry

SCHEMA = {
    "$id": "https://example.org/Router.json",
    "type": "object",
    "required": ["ports"],
    "properties": {"ports": {"type": "integer"}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Router.json").write_bytes(orjson.dumps(SCHEMA))
    return tmp_path


@pytest.mark.rule("R-1104", "R-1101")
@pytest.mark.parametrize(
    "location", ["https://example.org/Router.json", "https://elsewhere.org/schemas/Router.json"]
)
def test_a_sub_class_is_judged_by_the_schema_it_names(folder: Path, location: str) -> None:
    registry = read_registry(folder)
    assert registry.fault({"@schemaLocation": location, "ports": 4}) is None
    fault = registry.fault({"@schemaLocation": location, "ports": "four"})
    assert fault is not None
    assert fault.startswith("/ports: ")


@pytest.mark.rule("R-1103", "R-1104")
@pytest.mark.parametrize("location", ["https://example.org/Switch.json", 5, None])
def test_an_unknown_schema_judges_nothing(folder: Path, location: object) -> None:
    assert read_registry(folder).fault({"@schemaLocation": location}) is None


@pytest.mark.rule("R-1104")
def test_without_a_folder_nothing_is_judged() -> None:
    assert read_registry(None).fault({"@schemaLocation": SCHEMA["$id"]}) is None


@pytest.mark.parametrize("text", ["{", '{"type": "no such type"}'])
def test_a_file_that_is_no_schema_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "Bad.json").write_text(text)
    with pytest.raises(RegistryError, match=r"Bad\.json"):
        read_registry(tmp_path)
