"""What others put into their CI names commands and flags that there are."""

import re
from pathlib import Path

import pytest
import yaml

from conformance.check import PROFILES
from conformance.cli import conformance

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "conformance" / "action.yml"
GITLAB = ROOT / "docs" / "ci" / "gitlab.yml"


@pytest.mark.parametrize("file", [ACTION, GITLAB], ids=lambda file: file.name)
def test_every_flag_is_one_of_the_command(file: Path) -> None:
    flags = {flag for option in conformance.commands["run"].params for flag in option.opts}
    used = set(re.findall(r"(?<= )--[a-z][a-z-]+", file.read_text(encoding="utf-8")))
    used -= {"--quiet"}
    assert used and used <= flags, used - flags


def test_the_action_takes_no_input_into_its_script() -> None:
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]
    assert scripts and not any("${{" in script for script in scripts)
    assert all(profile in action["inputs"]["profile"]["description"] for profile in PROFILES)


def test_the_job_of_gitlab_keeps_its_reports() -> None:
    job = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))[".tmf-conformance"]
    assert job["artifacts"]["when"] == "always"
    assert job["artifacts"]["reports"]["junit"] in " ".join(job["script"])
