"""What is installed is recorded: every package, and every file of it by its hash."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN = PROJECT["project"]["dependencies"]
DEV = PROJECT["project"]["optional-dependencies"]["dev"]
BUILD = PROJECT["build-system"]["requires"]


PINNED = re.compile(r"([\w.-]+)(?:\[[^\]]*\])?==([\w.]+)")
#: A package of a lock: name, version, for whom, and the hash of each of its files.
LOCKED = re.compile(r"([\w.-]+)==([\w.]+)(?: ; [^#]+?)?(?:\s+--hash=sha256:[0-9a-f]{64})+")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(file: str) -> dict[str, set[str]]:
    """The versions of each package in a lock."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / file).read_text().replace("\\\n", " ").splitlines():
        package = LOCKED.fullmatch(line)
        assert package, line[:120]
        found.setdefault(normal(package[1]), set()).add(package[2])
    return found


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("requirements.txt", RUN),
        ("requirements-dev.txt", RUN + DEV),
        ("requirements-build.txt", BUILD),
    ],
)
def test_a_lock_has_what_the_project_pins(file: str, wanted: list[str]) -> None:
    pinned = [PINNED.fullmatch(requirement) for requirement in wanted]
    assert None not in pinned
    lock = locked(file)
    versions = {normal(match[1]): {match[2]} for match in pinned if match}
    assert {name: lock.get(name) for name in versions} == versions, "run make lock"


def test_tests_run_on_what_is_served_with() -> None:
    served, tested = locked("requirements.txt"), locked("requirements-dev.txt")
    assert {name: tested[name] for name in served} == served
