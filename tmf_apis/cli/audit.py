"""`tmf-apis audit`: who did what, and whether that is still what was written."""

import csv
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import click
import orjson

from handlers.audit.entries import ENTRIES, NEWEST_FIRST, equal
from handlers.audit.sealing import known_seal
from handlers.audit.signing import Opener
from handlers.identity.keys import KeysError
from persistence.store import Kept, Scope, Store
from tmf_apis.audit.verifying import Seen, Verifier
from tmf_apis.catalog import Catalog
from tmf_apis.cli.flags import FILE_OR_DASH, setting
from tmf_apis.cli.given import UNUSABLE, Outcome, on_store, refuse, settings_of_tenant
from tmf_apis.cli.telling import say, stop
from tmf_apis.settings import Settings
from tmf_apis.terminal import as_json, show
from tmf_apis.tmf630.query import ALWAYS, All, Predicate, Query

#: Entries that are read at once, and faults that are told.
_READ, _TOLD = 500, 50
_LIST = (
    "number",
    "time",
    "kind",
    "operation",
    "subject",
    "client",
    "address",
    "status",
    "resource",
)
#: What a spreadsheet is shown; the whole entry is the last column.
_COLUMNS = (
    *("number", "time", "kind", "operation", "issuer", "subject", "client", "party", "address"),
    *("traceId", "method", "path", "status", "code", "message", "resourcePath", "resourceId"),
    *("resourceVersion", "change", "shown"),
)


@click.group()
def audit() -> None:
    """See who did what, take it elsewhere, and find out whether anything was done to it."""


@audit.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="How many, from the end.")
@click.option("--subject", default="", help="Those of one subject.")
@click.option("--client", default="", help="Those of one client.")
@click.option("--resource", default="", help="Those about one resource, by its id.")
@click.option("--kind", default="", help="Those of one kind: write, act, refusal, read, load …")
@setting("store", "specs")
@as_json
def list_audit(
    limit: int, subject: str, client: str, resource: str, kind: str, as_json: bool, **given: Any
) -> None:
    """List the latest entries, the newest last."""
    asked = {"subject": subject, "client": client, "resourceId": resource, "kind": kind}
    parts = tuple(equal(name, value) for name, value in asked.items() if value)
    where: Predicate = All(parts) if parts else ALWAYS

    async def find(store: Store) -> list[Any]:
        found = await store.find(ENTRIES, Query(where, sort=NEWEST_FIRST, limit=limit), Scope())
        return [orjson.loads(record.body) for record in reversed(found.records)]

    entries = _on_store(settings_of_tenant(**given), find)
    if as_json:
        for entry in entries:
            click.echo(orjson.dumps(entry).decode())
        return
    show(_LIST, ([_shown(entry, name) for name in _LIST] for entry in entries), as_json=False)


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--after", type=click.IntRange(0), default=0, help="Only what follows this number.")
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values, with a head.")
@setting("store", "specs")
def export(file: Path, after: int, as_csv: bool, **given: Any) -> None:
    """Write all entries to FILE, one JSON object a line, byte by byte as they are kept.

    FILE may be - for standard output.
    """
    settings = settings_of_tenant(**given)

    async def write(store: Store, out: TextIO) -> int:
        rows = csv.writer(out) if as_csv else None
        if rows is not None:
            rows.writerow(_COLUMNS)
        count = 0
        async for kept in _all(store, after):
            count += 1
            if rows is None:
                out.write(kept.body.decode() + "\n")
            else:
                entry = orjson.loads(kept.body)
                rows.writerow([_cell(entry.get(name)) for name in _COLUMNS])
        return count

    try:
        if str(file) == "-":
            _work(settings, partial(write, out=sys.stdout))
            return
        with file.open("w", encoding="utf-8", newline="") as out:
            count = _work(settings, partial(write, out=out))
    except (OSError, *UNUSABLE) as error:
        refuse(error)
    say(f"{count} entries are in {file}.")


@audit.command()
@click.option(
    "--jwks",
    "files",
    type=FILE_OR_DASH,
    multiple=True,
    help="Public keys of the deployment that are not in its folder any more; repeatable.",
)
@setting("store", "specs", "keys")
def verify(files: tuple[Path, ...], **given: Any) -> None:
    """Find out whether the audit is what was written: exit code 1 where anything was done to it.

    What is found is told, the first fifty things of it.
    """
    settings = settings_of_tenant(**given)
    try:
        verifier = Verifier(Opener(settings.keys, files), known_seal(settings.keys))
    except KeysError as error:
        stop(str(error))

    async def work(store: Store) -> list[str]:
        faults: list[str] = []
        async for kept in _all(store, 0):
            faults += verifier.look(Seen(kept.key, kept.id, kept.body))
            if len(faults) >= _TOLD:
                break
        else:
            faults += verifier.end()
        return faults

    faults = _on_store(settings, work)
    for fault in faults[:_TOLD]:
        say(fault)
    if faults:
        say("The audit is not what was written.", style="red")
        sys.exit(1)
    say(f"{verifier.count} entries hold; {verifier.unsealed} of them are not sealed yet.")


def _on_store(settings: Settings, work: Callable[[Store], Awaitable[Outcome]]) -> Outcome:
    try:
        return _work(settings, work)
    except UNUSABLE as error:
        refuse(error)


def _work(settings: Settings, work: Callable[[Store], Awaitable[Outcome]]) -> Outcome:
    """What some work on the store gives, with all that waits in the chain."""

    async def done(store: Store, _: Catalog) -> Outcome:
        await store.settle()
        return await work(store)

    return on_store(settings, done)


async def _all(store: Store, after: int) -> AsyncIterator[Kept]:
    async for batch in store.export(ENTRIES, after, _READ):
        for kept in batch:
            yield kept


def _shown(entry: dict[str, Any], name: str) -> Any:
    if name == "resource":
        return f"{entry.get('resourcePath', '')}/{entry.get('resourceId', '')}".strip("/")
    return entry.get(name, "")


def _cell(value: Any) -> Any:
    """A value as a cell: texts and numbers as they are, others as JSON. What a spreadsheet would
    take for a formula is quoted.
    """
    text = orjson.dumps(value).decode() if isinstance(value, (list, dict)) else value
    if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{text}"
    return "" if text is None else text
