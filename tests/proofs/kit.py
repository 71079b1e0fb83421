"""The kit judges every flawed server: each must be caught, by the rule it breaks.

Each server is judged beside the same server without the flaw, so that only what the flaw does
counts. The table goes to `docs/conformance-flaws.md`.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.conformance.flawed_servers import FLAWS, TOPICS, Flaw
from tests.conformance.flawed_servers.judging import Catch, bench

TABLE = Path(__file__).parents[2] / "docs" / "conformance-flaws.md"
LEAST_FLAWS = 60
LEAST_EXACT = 0.95


def prove() -> dict[str, Any]:
    """What the kit said of each flawed server."""
    catches = {catch.flaw.name: catch for catch in _catches()}
    TABLE.write_text(table(catches), encoding="utf-8")
    passed = [name for name, catch in catches.items() if not catch.noticed]
    blamed = [catch for catch in catches.values() if catch.by_the_rule]
    exact = [catch for catch in blamed if catch.exact]
    return {
        "holds": len(catches) >= LEAST_FLAWS
        and not passed
        and len(exact) >= LEAST_EXACT * len(catches),
        "summary": f"{len(catches)} flawed servers: {len(passed)} pass, {len(blamed)} are caught "
        f"by the rule they break, {len(exact)} of them are blamed for nothing else",
        "flaws": len(catches),
        "passed": passed,
        "caught_by_the_rule": len(blamed),
        "caught_exactly": len(exact),
        "not_exact": {
            name: {"expected": catch.flaw.rule, "broken": catch.broken}
            for name, catch in catches.items()
            if not catch.exact
        },
    }


def _catches() -> Iterator[Catch]:
    """Every flaw, judged before one server for each API."""
    for api, flaws in groupby(sorted(FLAWS.values(), key=_api), key=_api):
        with TemporaryDirectory() as folder, bench(api, Path(folder)) as server:
            for flaw in flaws:
                yield server.catch(flaw)


def _api(flaw: Flaw) -> str:
    return flaw.on.rpartition(" ")[0]


def table(catches: dict[str, Catch]) -> str:
    """The document that shows what the kit found of each flaw."""
    lines = [
        "# Flawed servers",
        "",
        "Each is our own server made wrong in one way, and judged by the kit. *Breaks* is the rule",
        "it must be caught by, *blamed for* what the kit says beyond what it says without the",
        "flaw; rules in brackets cannot hold either when the first is broken in this way. Written",
        "by `make prove ARGS=kit`.",
    ]
    for topic in TOPICS:
        lines += ["", f"## {topic.capitalize()}", ""]
        lines += ["| flaw | tried on | breaks | blamed for | verdict |", "|---|---|---|---|---|"]
        lines += [
            f"| {flaw.about} | {flaw.on} | {flaw.rule} | {_blamed(catches[name])} "
            f"| {catches[name].verdict} |"
            for name, flaw in FLAWS.items()
            if flaw.topic == topic
        ]
    return "\n".join(lines) + "\n"


def _blamed(catch: Catch) -> str:
    others = [rule for rule in catch.broken if rule != catch.flaw.rule]
    first = [catch.flaw.rule] if catch.by_the_rule else ["nothing"] if not others else []
    implied = [rule for rule in others if catch.flaw.implies(rule)]
    strange = [f"**{rule}**" for rule in others if not catch.flaw.implies(rule)]
    in_brackets = [f"({', '.join(implied)})"] if implied else []
    return " ".join([*first, *strange, *in_brackets])
