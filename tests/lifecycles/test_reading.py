"""A file of machines over the built-in ones: what it may change, and what is wrong with one."""

from pathlib import Path

import pytest

from tmf_apis.given_files import LARGEST
from tmf_apis.lifecycles.machine import By, Mode
from tmf_apis.lifecycles.reading import LifecycleError, Machine, machines, machines_of


def order_machine(found: tuple[Machine, ...], version: str = "v4") -> Machine:
    return machines_of(found, "TMF622", version, "productOrder")[0]


def written(folder: Path, text: str) -> Path:
    file = folder / "machines.yaml"
    file.write_text(text)
    return file


def test_a_mode_alone_changes_the_mode_alone(tmp_path: Path) -> None:
    text = "- {api: TMF622, resource: productOrder, attribute: state, mode: warned, versions: [v4]}"
    found = machines(written(tmp_path, text))
    assert order_machine(found).mode is Mode.WARNED
    assert order_machine(found).moves == order_machine(machines()).moves
    assert order_machine(found, "v5") == order_machine(machines(), "v5")


def test_a_machine_takes_the_place_of_ours(tmp_path: Path) -> None:
    text = """
- api: TMF622
  resource: productOrder
  attribute: state
  begins: {client: [acknowledged]}
  moves: {acknowledged: {client: [completed]}, completed: {}}
"""
    found = order_machine(machines(written(tmp_path, text)))
    assert found.mode is Mode.ENFORCED
    assert found.moves == {"acknowledged": {"completed": By.CLIENT}, "completed": {}}
    assert len(machines(written(tmp_path, text))) == len(machines())


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("[", "line 2"),
        ("a: b", "not a list of machines"),
        ("- {resource: x}", "attribute"),
        ("- {api: TMF622, resource: productOrder, attribute: state, mode: loose}", "mode"),
        ("- {resource: productOrder, attribute: state, mode: warned}", "name its api"),
        ("- {api: TMF622, resource: nothing, attribute: state, mode: warned}", "no machine"),
        (
            "- {api: T, resource: x, attribute: y, begins: {}, moves: {a: {client: [b]}}}",
            "no moves are given for b",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text: str, about: str, tmp_path: Path) -> None:
    with pytest.raises(LifecycleError, match=about):
        machines(written(tmp_path, text))


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(LifecycleError, match="larger"):
        machines(written(tmp_path, "#" * (LARGEST + 1)))


def test_off_needs_no_quotes(tmp_path: Path) -> None:
    text = "- {api: TMF622, resource: productOrder, attribute: state, mode: off}"
    assert order_machine(machines(written(tmp_path, text))).mode is Mode.OFF
