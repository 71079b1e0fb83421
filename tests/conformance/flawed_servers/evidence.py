"""Which check was seen to blame which rule, and on which flawed server.

`conformance/requirements/proven.yaml` holds it; the proof `kit_evidence` writes what it has seen.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from conformance import requirements
from conformance.checks import CHECKS
from tests.conformance.flawed_servers.flaw import FLAWS

FILE = Path(requirements.__file__).with_name("proven.yaml")
_HEAD = """\
# Written by `make prove ARGS=kit_evidence`: each check with the rules that it was seen to blame,
# and the flawed server of ours that it blamed. A rule counts as verified by what stands here.

"""


def seen(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """By check and rule the flaw, the first in the order of their names; strays prove nothing."""
    found: dict[str, dict[str, str]] = {}
    for row in sorted(rows, key=lambda row: str(row["flaw"])):
        for check, rules in row.get("blamed", {}).items():
            for rule in rules:
                known = check in CHECKS and rule in CHECKS[check].rules
                if known and FLAWS[row["flaw"]].implies(rule):
                    found.setdefault(check, {}).setdefault(rule, row["flaw"])
    return {check: dict(sorted(found[check].items())) for check in sorted(found)}


def write(rows: Iterable[dict[str, Any]]) -> None:
    """Write the file."""
    FILE.write_text(_HEAD + yaml.safe_dump(seen(rows), sort_keys=False, width=100), "utf-8")
