"""`python -m bench`: requests per second of our server as a ratio to the floor (D22).

Rounds are interleaved, one server idle while the other is measured. The result is the median
ratio with its 95 % interval, and it holds if the near end of the interval does.
"""

import argparse
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.data import posted
from bench.servers import Running, fill, running
from bench.wrk import LOADS, Load, Sample, measure

HERE = Path(__file__).parent
RESULT = HERE.parent / "docs" / "proofs" / "bench.json"
LEAST_RATIO = 0.5


def main() -> int:
    """Measure, print and write down; 0 when every ratio holds."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=2)
    options = parser.parse_args()
    (HERE / "order.json").write_bytes(orjson.dumps(posted()))
    console = Console()
    with TemporaryDirectory() as folder:
        fill(Path(folder))
        with running(Path(folder)) as servers:
            rows = [_compared(servers, load, options, console) for load in LOADS]
            memory = {server.name: round(server.megabytes(), 1) for server in servers}
    _print(console, rows, memory)
    result = {
        "holds": all(row["ratio"][1] >= LEAST_RATIO for row in rows),
        "loads": rows,
        "megabytes": memory,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    return 0 if result["holds"] else 1


def _compared(
    servers: tuple[Running, Running], load: Load, options: argparse.Namespace, console: Console
) -> dict[str, Any]:
    for server in servers:
        measure(server, load, 1)
    samples: dict[str, list[Sample]] = {server.name: [] for server in servers}
    for number in track(range(options.rounds), load.name, console=console, transient=True):
        # Each goes first in every other round, so that neither gains by its place.
        for server in servers if number % 2 else reversed(servers):
            samples[server.name].append(measure(server, load, options.seconds))
    ratios = sorted(
        ours.per_second / thin.per_second
        for ours, thin in zip(samples["ours"], samples["floor"], strict=True)
    )
    low, high = _interval(ratios)
    return {
        "load": load.name,
        "ratio": [round(median(ratios), 3), round(low, 3), round(high, 3)],
        **{name: _middle(found) for name, found in samples.items()},
    }


def _interval(ordered: list[float]) -> tuple[float, float]:
    """The order statistics between which the median lies with 95 % confidence or more."""
    cut = max(0, int(len(ordered) / 2 - 1.96 * len(ordered) ** 0.5 / 2))
    return ordered[cut], ordered[-1 - cut]


def _middle(samples: list[Sample]) -> dict[str, float]:
    names = ("per_second", "p50_ms", "p99_ms", "cpu_ms")
    return {name: round(median(getattr(s, name) for s in samples), 3) for name in names}


def _print(console: Console, rows: list[dict[str, Any]], memory: dict[str, float]) -> None:
    table = Table("Load", "Ratio (95 %)", "Ours/s", "Floor/s", "p50/p99 ms", "CPU ms", box=None)
    for row in rows:
        middle, low, high = row["ratio"]
        ours, thin = row["ours"], row["floor"]
        table.add_row(
            row["load"],
            f"{middle:.2f} ({low:.2f} to {high:.2f})",
            f"{ours['per_second']:.0f}",
            f"{thin['per_second']:.0f}",
            f"{ours['p50_ms']:.2f}/{ours['p99_ms']:.2f}",
            f"{ours['cpu_ms']:.3f} against {thin['cpu_ms']:.3f}",
        )
    console.print(table)
    console.print(f"Resident memory: ours {memory['ours']} MB, floor {memory['floor']} MB")


if __name__ == "__main__":
    sys.exit(main())
