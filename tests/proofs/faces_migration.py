"""A store in which the versions had records of their own is joined, also when that is cut short.

Many records, most in both versions, were loaded while the faces were kept apart. Some contradict
each other. `tmf-apis migrate-faces` is killed half way and run again: it names each contradiction
with its attributes, and nothing else. Once somebody decided, a server shows every record in both
versions as it should be.
"""

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import httpx
import orjson

from tests.proofs.faces_apart import VERSIONS, Json, Kind, Part, parts
from tests.proofs.serving import PATIENCE, PROGRAM, Served

RECORDS, CONFLICTS = 100_000, 50
_SECONDS = 3000
_PAGE = 1000
_MOST_SHOWN = 20
#: What is joined, of the collections of some kinds.
Joined = Callable[[Iterable[Kind]], int]


def prove() -> dict[str, Any]:
    """How many records were joined, when it was cut short, and what was wrong, on SQLite."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'tmf.db'}"
        given = parts(RECORDS, CONFLICTS)
        load(folder, url, given)
        before = dict(_keys(folder, given))

        def joined(kinds: Iterable[Kind]) -> int:
            now = dict(_keys(folder, given))
            return sum(now[kind.name] - before[kind.name] for kind in kinds)

        return proved(folder, url, given, joined)


def load(folder: Path, url: str, given: list[Part]) -> None:
    """Fill a store as the versions did that had records of their own."""
    files: dict[tuple[int, Kind], list[Json]] = {}
    for part in given:
        for side in (0, 1):
            files.setdefault((side, part.kind), []).extend(part.written(side))
    for (side, kind), documents in files.items():
        file = folder / "records.jsonl"
        file.write_bytes(b"\n".join(map(orjson.dumps, documents)))
        flags = ["--api", kind.number, "--version", VERSIONS[side], "--resource", kind.name]
        run = _run(url, "load", *flags, "--create", str(file), faces="apart")
        assert run.returncode == 0, run.stderr


def proved(folder: Path, url: str, given: list[Part], joined: Joined) -> dict[str, Any]:
    """The result of the proof for a store that is filled; `joined` tells how far joining got."""
    planted = {
        (f"{part.kind.number} {part.kind.name}", id, version): conflict[:2]
        for part in given
        for (id, version), conflict in part.planted().items()
    }
    records = sum(1 for part in given for side in (0, 1) for _ in part.written(side))
    wanted = sum(len(part.kind.versions) * part.count for part in given)
    killed = _killed_half_way(url, lambda: joined({part.kind for part in given}), wanted // 2)
    began = monotonic()
    faults = list(_misreported(_run(url, "migrate-faces", "--json"), planted, "", 1))
    seconds = monotonic() - began
    faults += _misreported(_run(url, "migrate-faces", "--json", "--prefer", "v5"), planted, "v5", 0)
    faults += _misreported(_run(url, "migrate-faces", "--json"), {}, "", 0)
    shown = 0
    served = Served(folder, "--no-sample-data", url=url)
    try:
        served.wait()
        for kind in dict.fromkeys(part.kind for part in given):
            for side in (0, 1):
                found = _shown(served, kind, side)
                shown += len(found)
                faults += _different(kind, side, found, given)
    finally:
        served.stop()
    return {
        "holds": not faults and 0 < killed < wanted and shown == 2 * wanted,
        "summary": f"{records} records with {len(planted)} conflicts: killed after {killed} of"
        f" {wanted} were joined, gone on with in {seconds:.0f} s; {shown} faces read,"
        f" {len(faults)} faults",
        "faults": faults[:_MOST_SHOWN],
    }


def _run(url: str, *command: str, faces: str = "together") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *command],
        env=_environment(url, faces),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def _environment(url: str, faces: str = "together") -> dict[str, str]:
    return {**os.environ, "TMF_STORE": url, "TMF_FACES": faces}


def _killed_half_way(url: str, joined: Callable[[], int], half: int) -> int:
    """How many were joined when the command was killed."""
    command = [PROGRAM, "migrate-faces", "--json"]
    migrating = subprocess.Popen(
        command, env=_environment(url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = monotonic() + _SECONDS
    while joined() < half and migrating.poll() is None and monotonic() < until:
        sleep(0.1)
    migrating.kill()
    migrating.wait()
    return joined()


def _keys(folder: Path, given: list[Part]) -> Iterator[tuple[str, int]]:
    """The highest key of the records of each kind: those that are joined get new ones."""
    with closing(sqlite3.connect(folder / "tmf.db")) as connection:
        for kind in {part.kind for part in given}:
            name = (kind.path(1),)
            sql = "SELECT number FROM collection WHERE name = ?"
            (number,) = connection.execute(sql, name).fetchone()
            (key,) = connection.execute(f"SELECT max(key) FROM r{number}").fetchone()
            yield kind.name, key


def _misreported(
    done: subprocess.CompletedProcess[str],
    planted: dict[tuple[str, str, str], tuple[str, str]],
    taken: str,
    code: int,
) -> Iterator[str]:
    """Where the report differs from what was planted."""
    if done.returncode != code:
        yield f"exit code {done.returncode}: {done.stderr[-500:]}"
        return
    rows = orjson.loads(done.stdout)
    told = {
        (row["resource"], row["id"], row["version"]): (row["differsInV4"], row["differsInV5"])
        for row in rows
    }
    if len(rows) != len(told):
        yield f"{len(rows)} rows tell of {len(told)} records"
    yield from (f"{one} is not told" for one in planted.keys() - told.keys())
    yield from (f"{one} is told" for one in told.keys() - planted.keys())
    for one in planted.keys() & told.keys():
        if told[one] != planted[one]:
            yield f"{one}: {told[one]} is told, not {planted[one]}"
    yield from (f"{row} was not taken" for row in rows if row["taken"] != taken)


def _shown(served: Served, kind: Kind, side: int) -> list[Json]:
    """All that a version lists, with every entity version."""
    found: list[Json] = []
    with httpx.Client(base_url=served.origin, trust_env=False, timeout=PATIENCE) as client:
        while True:
            url = f"{kind.path(side)}?limit={_PAGE}&offset={len(found)}"
            answer = client.get(url)
            answer.raise_for_status()
            found += (page := answer.json())
            if not page:
                total = int(answer.headers["X-Total-Count"])
                assert total == len(found), f"{total} are counted, {len(found)} listed"
                return found


def _different(kind: Kind, side: int, found: list[Json], given: list[Part]) -> Iterator[str]:
    """What a version shows that is not as it should be, and what it does not show."""
    shown = {(each["id"], each.get("version", "")): each for each in found}
    for part in given:
        for id, version, sides in part.truth() if part.kind == kind else ():
            record = shown.pop((id, version), None)
            if record is None:
                yield f"{VERSIONS[side]} does not show {id} {version}"
                continue
            if not record.pop("href", ""):
                yield f"{VERSIONS[side]} shows {id} {version} without its address"
            if record != sides[side]:
                yield f"{VERSIONS[side]} shows {record}, not {sides[side]}"
    yield from (f"{VERSIONS[side]} shows {one}, which nobody made" for one in shown)
