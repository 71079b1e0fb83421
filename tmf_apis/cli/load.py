"""`tmf-apis load`: full representations from a file into the store."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from getpass import getuser
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import click

from handlers.acyclic import refuse_circle
from handlers.audit.recording import note_load
from handlers.audit.witness import act_as
from handlers.loading import Batch
from handlers.reading import Line, LoadError, read_lines
from handlers.service import Service
from handlers.services import services
from persistence.errors import Duplicate
from persistence.opening import open_store
from persistence.store import Scope
from tmf_apis.catalog import Catalog
from tmf_apis.cli.flags import FILE_OR_DASH, setting
from tmf_apis.cli.given import UNUSABLE, catalog_of, demand, opened, refuse, settings_of_tenant
from tmf_apis.cli.given_text import readable
from tmf_apis.cli.telling import progress, say, stop
from tmf_apis.nearness import meant
from tmf_apis.settings import Settings
from tmf_apis.tmf630.errors import TmfError

#: Faults that are shown, of all that are found, and of those that are alike.
_SHOWN, _ALIKE = 50, 3
#: Records between two steps of the bar.
_STEP = 100


@click.command()
@click.option("--api", required=True, help="Number of the API, for instance TMF678.")
@click.option("--version", required=True, help="Major version: v4 or v5.")
@click.option("--resource", required=True, help="Name of the resource, for instance customerBill.")
@click.option("--replace", is_flag=True, help="Put records in the place of existing ones.")
@click.option("--events", is_flag=True, help="Raise the events of creation.")
@click.option("--create", is_flag=True, help="Make the store where there is none.")
@setting("store", "specs", "base_url", "audit")
@click.argument("file", type=FILE_OR_DASH)
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
    """Load full representations from FILE, a JSON array or JSON lines; all or none.

    FILE may be - for standard input.
    """
    if replace and events:
        stop("--replace tells nobody; leave out --events.")
    settings = settings_of_tenant(**given)
    catalog = catalog_of(settings)
    wanted = (api, version, resource)
    act_as(f"{getuser()} by tmf-apis load")
    try:
        with readable(file) as source:
            work = _load(settings, catalog, wanted, source, replace, events, create)
            count = asyncio.run(work)
    except LoadError as error:
        for line, what in islice(_told(error.faults), _SHOWN):
            say(f"{file}:{line}: {what}")
        found = f"{len(error.faults)} records are" if error.all else "The file is"
        stop(f"{found} not fit to be loaded; nothing was loaded.")
    except TmfError as error:
        stop(f"{error.message} Nothing was loaded.")
    except Duplicate as error:
        stop(f"{error} is in the store already (use --replace); nothing was loaded.")
    except (OSError, *UNUSABLE) as error:
        refuse(error)
    say(f"Loaded {count} records.")


async def _load(
    settings: Settings,
    catalog: Catalog,
    wanted: tuple[str, str, str],
    file: BinaryIO,
    replace: bool,
    events: bool,
    create: bool,
) -> int:
    store = open_store(settings.store)
    if not create:
        await demand(store, settings.store)
    service = _find(services(catalog.apis, store, settings), *wanted)
    with progress() as bar:
        task = bar.add_task("Checking", total=2 * file.seek(0, 2))

        def lines() -> Iterator[Line]:
            place = 0
            for count, line in enumerate(read_lines(file, settings.max_body)):
                if count % _STEP == 0:
                    bar.advance(task, file.tell() - place)
                    place = file.tell()
                yield line

        batch = Batch(service, lines)
        bar.update(task, description="Loading")
        raising = batch.raising(settings.origin, events=events)
        async with opened(store, settings, catalog, make=True):
            await refuse_circle(service, batch.parts)
            if replace and settings.audit:
                await note_load(store, service, len(batch))
            return await store.load(
                service.collection, batch, Scope(), replace=replace, raising=raising
            )


def _told(faults: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The first faults: of those that are alike a few, and how many more there are."""
    alike = Counter(what for _, what in faults)
    shown = Counter[str]()
    for line, what in faults:
        shown[what] += 1
        if shown[what] <= _ALIKE:
            yield line, what
        elif shown[what] == _ALIKE + 1:
            yield line, f"the same here and in {alike[what] - _ALIKE - 1} more"


def _find(served: list[Service], api: str, version: str, resource: str) -> Service:
    wanted = (api.upper(), version.lower(), resource)
    found = [s for s in served if (s.api.number.upper(), s.api.major, s.spec.name) == wanted]
    for service in found:
        if len(service.spec.segments) == 1:
            return service
    if found:
        above = found[0].spec.segments[0]
        stop(f"{resource} stands within {above}; load that, or post to its own path.")
    known = [s.spec.name for s in served if (s.api.number.upper(), s.api.major) == wanted[:2]]
    near = meant(resource, known)
    stop(f"No {resource} in {api} {version} is served{near}; `tmf-apis specs` lists what is.")
