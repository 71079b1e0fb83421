"""Each flawed server trips the checks that are known to catch it, by the rules they are known for.

What the other proofs of the kit do at length, trying every check on every flaw, this one does in
little time: it tries those that caught a flaw when it was tried last, and all of them on a new one.
It writes what it saw to `conformance/requirements/proven.yaml`, on which the matrix stands, and to
`docs/conformance-flaws.md`.
"""

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from tests.conformance.flawed_servers import FLAWS, TOPICS, evidence, first_sight
from tests.conformance.flawed_servers.judging import bench, place

DOCS = Path(__file__).parents[2] / "docs"
RECORD = DOCS / "proofs" / "kit_evidence.json"
Row = dict[str, Any]


def prove() -> dict[str, Any]:
    """Which rules each check was seen to blame, flaw by flaw."""
    rows = seen(known())
    write(rows)
    return found(rows)


def found(rows: list[Row]) -> dict[str, Any]:
    """What the rows say; the proof holds when every flaw is caught by the rule it breaks."""
    missed = [row["flaw"] for row in rows if row["rule"] not in _blamed(row)]
    tripped = {check for row in rows for check in row["blamed"]}
    return {
        "holds": not missed,
        "summary": f"{len(rows)} flawed servers: {len(rows) - len(missed)} are caught by the rule "
        f"they break; {len(tripped)} checks were tripped",
        "missed": missed,
        "rows": rows,
    }


def write(rows: list[Row]) -> None:
    """Write down what was seen, for the matrix and for readers."""
    evidence.write(rows)
    DOCS.joinpath("conformance-flaws.md").write_text(table(rows), encoding="utf-8")


def table(rows: list[Row]) -> str:
    """The document that shows by what each flaw is caught."""
    lines = [
        "# Flawed servers",
        "",
        "Each is our own server made wrong in one way, and judged by the kit. *Breaks* is the rule",
        "it must be caught by; in brackets stand rules that cannot hold either when it is broken",
        "in this way, in bold those that are blamed though the server keeps them. Servers with",
        "events, lifecycles and task effects are emulated where a flaw needs it. Written by",
        "`make prove ARGS=kit_evidence`, which tries the checks that are known to catch a flaw;",
        "the other proofs called `kit_…` try all.",
    ]
    for topic in TOPICS:
        lines += ["", f"## {topic.replace('_', ' ').capitalize()}", ""]
        lines += ["| flaw | tried on | breaks | blamed for | by |", "|---|---|---|---|---|"]
        lines += [_line(row) for row in rows if FLAWS[row["flaw"]].topic == topic]
    lines += ["", *first_sight.section()]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    flaw, blamed = FLAWS[row["flaw"]], _blamed(row)
    stray = sorted(rule for rule in blamed if not flaw.implies(rule))
    implied = sorted(blamed - {flaw.rule, *stray})
    told = [flaw.rule] if flaw.rule in blamed else []
    told += [f"**{rule}**" for rule in stray]
    told += [f"({', '.join(implied)})"] if implied else []
    checks = ", ".join(f"`{check}`" for check in sorted(row["blamed"]))
    return f"| {flaw.about} | {flaw.on} | {flaw.rule} | {' '.join(told) or 'nothing'} | {checks} |"


def recorded() -> list[Row]:
    """What was seen when this proof was run last."""
    rows: list[Row] = orjson.loads(RECORD.read_bytes()).get("rows", [])
    return [row for row in rows if row["flaw"] in FLAWS]


def known() -> Mapping[str, tuple[str, ...]]:
    """The checks that caught each flaw then, where these are enough to catch it again.

    Invariants look at what the others exchange: a flaw that they see is tried by all.
    """
    return {
        row["flaw"]: tuple(row["blamed"])
        for row in recorded()
        if row["blamed"] and not any(name.startswith("invariants.") for name in row["blamed"])
    }


def seen(tried: Mapping[str, tuple[str, ...]]) -> list[Row]:
    """A row for each flaw: the rules that each check blames, which nothing else does without it."""
    rows = []
    for (api, free), some in groupby(sorted(FLAWS.values(), key=place), key=place):
        with TemporaryDirectory() as folder, bench(api, Path(folder), free=free) as server:
            for flaw in some:
                caught = server.catch(flaw, tried.get(flaw.name))
                rows.append({"flaw": flaw.name, "rule": flaw.rule, "blamed": caught.blamed})
    return sorted(rows, key=lambda row: str(row["flaw"]))


def _blamed(row: Row) -> set[str]:
    return {rule for rules in row["blamed"].values() for rule in rules}
