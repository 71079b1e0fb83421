"""Run the proofs at full size: `python -m tests.proofs [--again] [NAME...]`.

A proof is a module of this folder with `prove()`. Its result is written to
`docs/proofs/NAME.json` and taken from there when it was found at the same commit, so that an
interrupted run goes on where it was.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "proofs"
#: The proofs, in the order they run.
PROOFS = (
    "official_examples",
    "smallest_bodies",
    "specifications",
    "faces",
    "neighbours",
    "faces_listeners",
    "faces_random",
    "faces_queries",
    "faces_migration",
    "faces_migration_mongodb",
    "equivalence",
    "start",
    "queries",
    "kill",
    "audit",
    "audit_mongodb",
    "processes",
    "load_beside",
    "orders_at_once",
    "flow",
    "flow_rate",
    "amendments",
    "neighbour_away",
    "charges",
    "slow_clients",
    "matrix",
    "tenants",
    "tenants_mongodb",
    "limits",
    "provider",
    "streams",
    "subscriptions",
    "scanning_clients",
    "attack",
    "notifications",
    "notifications_mongodb",
    "notification_isolation",
    "notification_throughput",
    "notification_idle",
    "schemathesis",
    "pages",
    "flow_pages",
    "conformance",
    "conformance_official",
    "conformance_mongodb_v4",
    "conformance_mongodb_v5",
    "kit_evidence",
    "kit_filters",
    "kit_lists",
    "kit_bodies",
    "kit_changes",
    "kit_refusals",
    "kit_machines",
    "kit_orders",
    "kit_catalogue",
    "kit_finer",
    "kit_events",
    "kit_faces",
    "kit_habits",
    "kit_questions",
    "kit_reading",
    "kit_writing",
    "kit_noticing",
    "kit",
    "wheel",
    "mongodb",
    "cipher",
    "cipher_speed",
    "erasure",
    "administered",
    "mongodb_patterns",
    "mongodb_equivalence",
    "mongodb_shapes",
    "mongodb_http_first",
    "mongodb_http_second",
    "mongodb_http_third",
    "mongodb_http_fourth",
    "mongodb_kill",
    "mongodb_outage",
    "mongodb_overload",
    "copy",
    "alarm_tasks",
    "jobs",
    "bills",
    "bills_mongodb",
    "bills_large",
)


def main(arguments: Sequence[str]) -> int:
    """Run the named proofs, or all; 0 when every one of them holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs", description=__doc__)
    parser.add_argument("--again", action="store_true", help="run also what is proved already")
    parser.add_argument("names", nargs="*", choices=[*PROOFS, []], metavar="NAME")
    options = parser.parse_args(arguments)
    console = Console()
    table = Table("Proof", "Holds", "Seconds", "What was found", box=None)
    failed = False
    for name in options.names or PROOFS:
        with console.status(f"Proving {name}"):
            result = _proved(name, again=options.again)
        failed |= not result["holds"]
        table.add_row(
            name, "yes" if result["holds"] else "NO", f"{result['seconds']:.0f}", result["summary"]
        )
    console.print(table)
    return int(failed)


def _proved(name: str, *, again: bool) -> dict[str, Any]:
    """The result of a proof: the one on record for this commit, or a new one."""
    commit = _commit()
    record = RESULTS / f"{name}.json"
    if record.is_file() and not again:
        known: dict[str, Any] = orjson.loads(record.read_bytes())
        if known.get("commit") == commit and known["holds"]:
            return known
    started = monotonic()
    result = _found(name) | {
        "commit": commit,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(monotonic() - started, 1),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    record.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    return result


def _found(name: str) -> dict[str, Any]:
    """What a proof finds in a process of its own."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        command = [sys.executable, "-m", "tests.proofs.alone", name, str(file)]
        done = subprocess.run(command, cwd=ROOT, check=False)
        if not file.is_file():
            return {"holds": False, "summary": f"it ended with exit code {done.returncode}"}
        found: dict[str, Any] = orjson.loads(file.read_bytes())
        return found


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
