"""The tables in `specs/wording/`: where they are and what the list of APIs holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Api:
    """One file to write: its names, its reference, and where it is served (R-120..R-127)."""

    api: str
    version: str
    file: str
    reference: str
    title: str
    server: str
    description: str
    #: A second reference file from which paths and schemas are added, if any.
    additions: str | None = None

    @property
    def label(self) -> str:
        """How people name it, for instance `TMF620 v5`."""
        return f"{self.api} v{self.version.partition('.')[0]}"


def reference_file(folder: Path, name: str) -> Path:
    """Where a reference file is: in its folder, or in the one beside it with the neighbours."""
    beside = folder.with_name(f"{folder.name}-neighbours") / name
    return beside if not (folder / name).exists() and beside.exists() else folder / name


def table(specs: Path, name: str) -> Any:
    """The table of that name, as plain values; raises `OSError` when it is not there."""
    return yaml.safe_load((specs / "wording" / f"{name}.yaml").read_text("utf-8"))


def apis(specs: Path) -> list[Api]:
    """The APIs of `apis.yaml`, in its order."""
    return [Api(**entry) for entry in table(specs, "apis")]
