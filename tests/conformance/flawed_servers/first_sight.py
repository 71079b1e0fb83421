"""What the kit said of flaws that it had not been made to catch, when it first saw them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.conformance.flawed_servers.flaw import FLAWS

_FILE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True)
class Sight:
    """One flaw as it was seen first: the rules that were blamed, the right one first if it was."""

    flaw: str
    blamed: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the rule that it breaks was blamed."""
        return FLAWS[self.flaw].rule in self.blamed


def sights() -> tuple[Sight, ...]:
    """Every flaw that was tried so, by name."""
    return tuple(Sight(name, tuple(rules)) for name, rules in _read()["blamed"].items())


def replaced() -> dict[str, str]:
    """The flaws that proved to be none, each with the reason."""
    found: dict[str, str] = _read()["replaced"]
    return found


def section() -> list[str]:
    """The lines of the document about it."""
    seen = sights()
    right, noticed = sum(s.right for s in seen), sum(bool(s.blamed) for s in seen)
    lines = [
        "## At first sight",
        "",
        f"{len(seen)} of these flaws were written by somebody who knew the rule book and none of",
        "the checks. Before any check was mended for them the whole kit, its oracle and invariants",
        f"with it, caught {right} of them by the rule they break ({right / len(seen):.0%}),",
        f"{noticed - right} by other rules only, and {len(seen) - noticed} not at all. Since then",
        "checks were mended for what they missed. One that breaks no rule was replaced:",
        *replaced().values(),
        "",
        "| flaw | tried on | breaks | blamed for at first sight |",
        "|---|---|---|---|",
    ]
    rows = sorted(seen, key=lambda s: (FLAWS[s.flaw].topic, s.flaw))
    for one in rows:
        flaw = FLAWS[one.flaw]
        told = ", ".join(one.blamed) or "nothing"
        lines.append(f"| {flaw.about} | {flaw.on} | {flaw.rule} | {told} |")
    return lines


def _read() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(_FILE.read_bytes())
    return content
