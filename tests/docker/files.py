"""The files of `docker/`, as Compose and kubectl read them."""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tmf_apis.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
KUBERNETES = ("base", "overlays/trial", "overlays/production")
SETTINGS = {f"TMF_{field.name.upper()}" for field in fields(Settings)}
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*)|:\?([^}]*))?\}")


def tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program that a development dependency put beside Python."""
    program = Path(sys.executable).with_name(name)
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def compose(name: str, variables: Mapping[str, str]) -> dict[str, Any]:
    """A Compose file with its merges done and its variables put in.

    Raises `KeyError` for a variable that must be given.
    """

    def value(found: re.Match[str]) -> str:
        variable, default, _ = found.groups()
        return variables[variable] if default is None else variables.get(variable, default)

    loaded: dict[str, Any] = yaml.safe_load(_VARIABLE.sub(value, (DOCKER / name).read_text()))
    return loaded


@cache
def rendered(folder: str) -> list[dict[str, Any]]:
    """The objects that `kubectl apply -k` would send."""
    done = tool("kubectl", "kustomize", DOCKER / "kubernetes" / folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # deprecations are said there
    return list(yaml.safe_load_all(done.stdout))
