"""`tmf-apis copy`: everything from one store to another, compared."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import click

from handlers.app import collections_of
from handlers.opening import open_for
from persistence import copying
from persistence.copying import Copied, size
from persistence.errors import Duplicate
from persistence.opening import open_store
from persistence.urls import same_store, without_password
from tmf_apis.catalog import Catalog
from tmf_apis.cli.flags import setting
from tmf_apis.cli.given import UNUSABLE, catalog_of, demand, settings_of
from tmf_apis.cli.telling import progress, stop
from tmf_apis.settings import Settings
from tmf_apis.terminal import as_json, show


@click.command()
@click.option("--from", "source", required=True, help="URL of the store to copy.")
@click.option("--to", "target", required=True, help="URL of the store to copy into.")
@setting("specs")
@as_json
def copy(source: str, target: str, as_json: bool, **given: Any) -> None:
    """Copy all records and events to another store, and compare both.

    Stop the servers of the source before. A copy that was cut short goes on where it was.
    """
    settings = settings_of(**given)
    shown = without_password(source), without_password(target)
    if same_store(source, target):
        stop(f"{shown[0]} and {shown[1]} are one store; there is nothing to copy.")
    try:
        outcome = asyncio.run(_copy(settings, catalog_of(settings), source, target))
    except Duplicate as error:
        stop(f"{shown[1]} holds other records than {shown[0]}, for instance {error}.")
    except UNUSABLE as error:
        stop(str(error))
    show(("Collection", "Records", "Checksum"), map(_row, outcome), as_json=as_json)
    if not all(copied.equal for copied in outcome):
        stop(f"{shown[1]} differs from {shown[0]}.")


def _row(copied: Copied) -> tuple[str, int, str]:
    count, checksum = copied.target
    differs = f"differs from {copied.source}"
    return copied.collection, count, checksum if copied.equal else differs


async def _copy(settings: Settings, catalog: Catalog, source: str, target: str) -> list[Copied]:
    old, new = open_store(source), open_store(target)
    await demand(old, source)
    kept = collections_of(catalog, settings, old)
    async with AsyncExitStack() as opened:
        await open_for(old, kept)
        opened.push_async_callback(old.close)
        # A copy that was cut short may have brought one face of some records.
        await new.open(kept, joining=True)
        opened.push_async_callback(new.close)
        with progress() as bar:
            task = bar.add_task("Copying and comparing", total=await size(old, kept) or None)
            return await copying.copy(old, new, kept, lambda count: bar.advance(task, count))
