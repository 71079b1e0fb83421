"""`tmf-apis migrate-faces`: records of two versions that were kept apart become one each."""

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

import click

from handlers.app import collections_of
from handlers.migrating import Choice, Conflict, Outcome, join_faces, leading
from handlers.opening import open_for
from handlers.services import services
from persistence.opening import open_store
from persistence.store import Scope
from tmf_apis.catalog import Catalog
from tmf_apis.cli.flags import setting
from tmf_apis.cli.given import UNUSABLE, catalog_of, demand, settings_of_tenant
from tmf_apis.cli.telling import progress, say, stop
from tmf_apis.faces.reading import VERSIONS
from tmf_apis.faces.table import NEWER, OLDER
from tmf_apis.settings import Settings
from tmf_apis.terminal import as_json, show
from tmf_apis.tmf630.query import Query

_COLUMNS = ("Resource", "Id", "Version", *(f"Differs in {name}" for name in VERSIONS), "Taken")
_CHOICES: Mapping[str | None, Choice] = {
    None: lambda older, newer: None,
    VERSIONS[OLDER]: lambda older, newer: OLDER,
    VERSIONS[NEWER]: lambda older, newer: NEWER,
    "newest": lambda older, newer: OLDER if older.modified > newer.modified else NEWER,
}


@click.command("migrate-faces")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option(
    "--prefer",
    type=click.Choice([name for name in _CHOICES if name]),
    help="Whose word is taken where two records of one id differ; else they stay apart.",
)
@setting("store", "specs", "maps")
@as_json
def migrate_faces(dry_run: bool, prefer: str | None, as_json: bool, **given: Any) -> None:
    """Join the records of v4 and of v5 of a store, so that each shows in both versions.

    Stop the servers of the store before. What was cut short goes on where it was. Attributes that
    only one version has are kept. Exits with 1 while records stand apart that differ.
    """
    settings = settings_of_tenant(**given, faces="together")
    try:
        outcome = asyncio.run(_migrate(settings, catalog_of(settings), _CHOICES[prefer], dry_run))
    except UNUSABLE as error:
        stop(str(error))
    show(_COLUMNS, map(_row, outcome.conflicts), as_json=as_json)
    would = " would be" if dry_run else ""
    say(
        f"{outcome.paired - outcome.undecided} pairs{would} joined, {outcome.derived} records"
        f"{would or ' were'} given their other face."
    )
    if outcome.undecided:
        say(f"{outcome.undecided} pairs differ and stay apart: choose with --prefer.")
    sys.exit(1 if outcome.undecided else 0)


async def _migrate(settings: Settings, catalog: Catalog, choose: Choice, dry: bool) -> Outcome:
    store = open_store(settings.store)
    await demand(store, settings.store)
    collections = collections_of(catalog, settings, store)
    await store.open(collections, joining=True)
    try:
        served = services(catalog.apis, store, settings)
        faces = [face for each in leading(served) for face in (each, each.twin)]
        with progress() as bar:
            none = Query(limit=0)
            pages = [await store.find(face.collection, none, Scope()) for face in faces]
            total = sum(page.total for page in pages)
            task = bar.add_task("Comparing" if dry else "Joining", total=total or None)
            outcome = await join_faces(served, choose, lambda n: bar.advance(task, n), dry=dry)
    finally:
        await store.close()
    if not dry and not outcome.undecided:
        # None stands apart now: the store says so when it is opened as servers do.
        await open_for(store, collections)
        await store.close()
    return outcome


def _row(conflict: Conflict) -> tuple[str, str, str, str, str, str]:
    service, id, version, differing, believed = conflict
    older, newer = (", ".join(names) for names in differing)
    taken = "" if believed is None else VERSIONS[believed]
    return f"{service.api.number} {service.spec.name}", id, version, older, newer, taken
