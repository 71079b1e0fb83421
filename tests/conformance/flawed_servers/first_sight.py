"""What the kit said of flaws that it had not been made to catch, when it first saw them.

Each sample is of flaws that somebody wrote who knew the rule book and none of the checks. A sample
is never changed: later ones stand beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True)
class Sample:
    """Flaws that were tried together on a day, before any check was mended for one of them."""

    name: str
    seen: date
    sights: tuple[Sight, ...]
    #: The flaws that proved to be none, each with the reason and what took its place.
    replaced: Mapping[str, str]
    #: Those that did not do what they say, each with what it did: they were mended, and tried
    #: by the kit as it was.
    corrected: Mapping[str, str]

    @property
    def right(self) -> int:
        """How many were caught by the rule that they break."""
        return sum(sight.right for sight in self.sights)

    @property
    def noticed(self) -> int:
        """How many were caught by any rule."""
        return sum(bool(sight.blamed) for sight in self.sights)


def samples() -> tuple[Sample, ...]:
    """Every sample, the oldest first."""
    return tuple(_sample(one) for one in yaml.safe_load(_FILE.read_bytes()))


def section() -> list[str]:
    """The lines of the document about them."""
    lines = [
        "## At first sight",
        "",
        "Some of these flaws were written by somebody who knew the rule book and none of the",
        "checks. Before any check was mended for them the whole kit, its oracle and invariants",
        "with it, judged each of them once. Since then checks were mended for what they missed.",
    ]
    return lines + [line for sample in samples() for line in _lines(sample)]


def _lines(sample: Sample) -> list[str]:
    """The lines about one sample."""
    count, right, noticed = len(sample.sights), sample.right, sample.noticed
    lines = [
        "",
        f"### The {sample.name} sample, of {sample.seen:%d %B %Y}",
        "",
        f"Of {count} flaws {right} were caught by the rule they break ({right / count:.0%}),",
        f"{noticed - right} by other rules only, and {count - noticed} not at all.",
        *(f"Replaced, for it breaks no rule: {reason}" for reason in sample.replaced.values()),
        *(f"Mended, and tried by the kit as it was: {why}" for why in sample.corrected.values()),
        "",
        "| flaw | tried on | breaks | blamed for at first sight |",
        "|---|---|---|---|",
    ]
    for one in sorted(sample.sights, key=lambda s: (FLAWS[s.flaw].topic, s.flaw)):
        flaw = FLAWS[one.flaw]
        told = ", ".join(one.blamed) or "nothing"
        lines.append(f"| {flaw.about} | {flaw.on} | {flaw.rule} | {told} |")
    return lines


def _sample(content: dict[str, Any]) -> Sample:
    blamed = content["blamed"].items()
    sights = tuple(Sight(name, tuple(rules)) for name, rules in blamed)
    others = (content.get(name, {}) for name in ("replaced", "corrected"))
    return Sample(content["sample"], content["seen"], sights, *others)
