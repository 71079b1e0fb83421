"""`tmf-apis privacy`: all there is of a person, gathered or erased; what is kept for too long."""

import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Any

import click

from handlers.app import INTERNAL, registries_of
from handlers.audit.entries import ENTRIES
from handlers.audit.signing import Signer
from handlers.audit.witness import act_as
from handlers.privacy.erasing import Eraser
from handlers.privacy.exporting import export as write_export
from handlers.privacy.holding import Holdings
from handlers.privacy.retaining import Retaining
from handlers.services import services
from persistence.forgetting import Forgetful
from persistence.store import Store
from tmf_apis.catalog import Catalog
from tmf_apis.cli.flags import setting
from tmf_apis.cli.given import UNUSABLE, on_store, refuse, settings_of_tenant
from tmf_apis.cli.telling import say, stop
from tmf_apis.settings import Settings
from tmf_apis.terminal import as_json, show
from tmf_apis.tmf630.instants import now_text

_DOER = f"{getuser()} by tmf-apis privacy"
_party = click.option(
    "--party", required=True, help="Id of the person, as a party or as a customer."
)


@click.group()
def privacy() -> None:
    """See all that is kept of a person, erase it, and see what is kept for too long."""


@privacy.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_party
@setting("store", "specs")
def export(file: Path, party: str, **given: Any) -> None:
    """Write all that is kept of a person to FILE, a zip archive of JSON: records in all their
    versions, events, dead letters, tasks, idempotency keys, audit. Where that is nothing there is
    no FILE.
    """
    settings = settings_of_tenant(**given)

    async def work(holdings: Holdings) -> Mapping[str, int]:
        person = await holdings.person(party)
        with file.open("xb") as out:
            return await write_export(holdings, person, out, now_text(datetime.now(UTC)))

    try:
        counts = _on_holdings(settings, work)
    except OSError as error:
        stop(str(error))
    if not counts:
        file.unlink()
        click.echo(f"Nothing is kept of {party}.")
        return
    click.echo(f"{sum(counts.values())} files are in {file}.")


@privacy.command()
@_party
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and write nothing.")
@setting("store", "specs", "keys")
@as_json
def erase(party: str, dry_run: bool, as_json: bool, **given: Any) -> None:
    """Erase a person: its own records are removed, and whatever else tells of it does not any more.

    What law needs of it, as bills, stays without the person. Ends with exit code 1 where a search
    of the store still finds anything that told who it was.
    """
    settings = settings_of_tenant(**given)

    async def work(holdings: Holdings) -> tuple[Mapping[str, int], set[str]]:
        act_as(_DOER)
        person = await holdings.person(party)
        audited = settings.audit or await holdings.store.newest(ENTRIES) > 0
        signer = Signer(settings.keys) if audited else None
        eraser = Eraser(holdings, person, signer, dry=dry_run)
        counts = await eraser.erase()
        return counts, set() if dry_run else await eraser.left()

    counts, left = _on_holdings(settings, work)
    rows = [(kind, count) for kind, count in sorted(counts.items()) if count]
    if not rows and not as_json:
        click.echo(f"Nothing is kept of {party}.")
        return
    show(("Kind", "Would be erased" if dry_run else "Erased"), rows, as_json=as_json)
    if left:
        say(f"A search still finds {len(left)} texts that told who it was.", style="red")
        sys.exit(1)
    if not dry_run and not as_json:
        click.echo("A search of the store finds nothing of it.")


@privacy.command()
@click.option("--apply", is_flag=True, help="Have them go now, not only be counted.")
@setting("store", "specs", "retention")
@as_json
def retain(apply: bool, as_json: bool, **given: Any) -> None:
    """Count the records that are over by the rules of TMF_RETENTION, or have them go."""
    settings = settings_of_tenant(**given)
    if (file := settings.retention) is None:
        stop("TMF_RETENTION: name the file of rules")

    async def work(holdings: Holdings) -> Mapping[str, int]:
        act_as(_DOER)
        retaining = Retaining(holdings.store, file, holdings.served)
        return await (retaining.apply() if apply else retaining.count())

    counts = _on_holdings(settings, work)
    show(("Rule", "Gone" if apply else "Would go"), counts.items(), as_json=as_json)


def _on_holdings(settings: Settings, work: Callable[[Holdings], Awaitable[Any]]) -> Any:
    """What some work gives on what a store holds."""

    async def done(store: Store, catalog: Catalog) -> Any:
        assert isinstance(store, Forgetful)
        served = services(catalog.apis, store, settings)
        hubs = [each.collection for each in registries_of(catalog, store, settings)]
        return await work(Holdings(store, served, [*hubs, *INTERNAL]))

    try:
        return on_store(settings, done)
    except UNUSABLE as error:
        refuse(error)
