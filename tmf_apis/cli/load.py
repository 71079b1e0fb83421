"""`tmf-apis load`: full representations from a file into the store."""

import asyncio
from pathlib import Path
from typing import Any

import click
from rich.progress import track

from handlers.loading import Line, LoadError, drafts, events_of_creation, read_lines
from handlers.service import Service, services
from persistence.errors import Duplicate, StoreError
from persistence.opening import open_store
from persistence.store import Scope
from tmf_apis.catalog import Catalog
from tmf_apis.cli.flags import FILE, setting
from tmf_apis.cli.given import catalog_of, opened, settings_of
from tmf_apis.cli.telling import console, say, stop
from tmf_apis.schema.registry import RegistryError
from tmf_apis.settings import Settings


@click.command()
@click.option("--api", required=True, help="Number of the API, for instance TMF678.")
@click.option("--version", required=True, help="Major version: v4 or v5.")
@click.option("--resource", required=True, help="Name of the resource, for instance customerBill.")
@click.option("--replace", is_flag=True, help="Put records in the place of existing ones.")
@click.option("--events", is_flag=True, help="Raise the events of creation.")
@click.option("--create", is_flag=True, help="Make the store where there is none.")
@setting("store", "specs", "base_url")
@click.argument("file", type=FILE)
def load(
    api: str,
    version: str,
    resource: str,
    replace: bool,
    events: bool,
    create: bool,
    file: Path,
    **given: Any,
) -> None:
    """Load full representations from FILE, a JSON array or JSON lines; all or none."""
    if replace and events:
        stop("--replace tells nobody; leave out --events.")
    settings = settings_of(**given)
    catalog = catalog_of(settings)
    wanted = (api, version, resource)
    try:
        count = asyncio.run(_load(settings, catalog, wanted, file, replace, events, create))
    except LoadError as error:
        for line, what in error.faults[:50]:
            say(f"{file}:{line}: {what}")
        stop(f"{len(error.faults)} records are not fit to be loaded; nothing was loaded.")
    except Duplicate as error:
        stop(f"{error} is in the store already (use --replace); nothing was loaded.")
    except (StoreError, RegistryError) as error:
        stop(str(error))
    say(f"Loaded {count} records.")


async def _load(
    settings: Settings,
    catalog: Catalog,
    wanted: tuple[str, str, str],
    file: Path,
    replace: bool,
    events: bool,
    create: bool,
) -> int:
    store = open_store(settings.store)
    service = _find(services(catalog.apis, store, settings), *wanted)
    lines: list[Line] = read_lines(file.read_bytes())
    quiet = not console.is_terminal
    shown = track(lines, "Checking", console=console, transient=True, disable=quiet)
    batch = drafts(service, shown)
    async with opened(store, settings, catalog, make=create):
        raised = await events_of_creation(service, batch, settings.origin) if events else []
        return await store.load(service.collection, batch, Scope(), replace=replace, events=raised)


def _find(served: list[Service], api: str, version: str, resource: str) -> Service:
    wanted = (api.upper(), version.lower(), resource)
    found = [s for s in served if (s.api.number.upper(), s.api.major, s.spec.name) == wanted]
    for service in found:
        if len(service.spec.segments) == 1:
            return service
    if found:
        above = found[0].spec.segments[0]
        stop(f"{resource} stands within {above}; load that, or post to its own path.")
    stop(f"No {resource} in {api} {version} is served; `tmf-apis specs` lists what is.")
