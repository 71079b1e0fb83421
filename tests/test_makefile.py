"""What make does to a folder: it says what takes long, and keeps the records."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: What a make that runs the tests tells a make that they run, which then says where it is.
INHERITED = {"MAKELEVEL", "MAKEFLAGS", "MFLAGS"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the Makefile and some records."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tmf.db").write_text("records")
    return tmp_path


def make(folder: Path, *words: str, says: str = "") -> str:
    done = subprocess.run(
        ["make", *words],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in INHERITED},
        input=says,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_clean_keeps_the_records(folder: Path) -> None:
    (folder / ".venv").mkdir()
    assert make(folder, "clean") == ""
    assert [path.name for path in sorted(folder.iterdir())] == ["Makefile", "data"]


@pytest.mark.parametrize(("answer", "kept"), [("y\n", False), ("n\n", True), ("", True)])
def test_records_are_removed_after_a_yes_only(folder: Path, answer: str, kept: bool) -> None:
    assert "all its records? [y/N]" in make(folder, "clean-data", says=answer)
    assert (folder / "data").exists() is kept


def test_there_may_be_no_records(folder: Path) -> None:
    shutil.rmtree(folder / "data")
    assert make(folder, "clean-data") == "There is no folder data.\n"


@pytest.mark.parametrize("target", ["run", "test", "shell"])
def test_before_it_installs_it_says_so(target: str) -> None:
    """And what is not locked is never installed."""
    planned = make(ROOT, "--dry-run", "--always-make", target)
    told = planned.index("Installing what")
    assert told < planned.index("pip ")
    installs = [line for line in planned.splitlines() if " install " in line]
    assert installs
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
