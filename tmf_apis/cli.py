"""The command line: the one place that puts all packages together (D8)."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table

from conformance.cli import conformance
from handlers import server
from handlers.app import collections_of, registries_of
from handlers.loading import Line, LoadError, drafts, events_of_creation, read_lines
from handlers.notifications import administration
from handlers.notifications.access import AccessError
from handlers.notifications.dead import letters as dead_letters
from handlers.service import Service, services
from persistence import copying
from persistence.administration import Administered, IndexState, ShardState
from persistence.copying import Copied, size
from persistence.errors import Duplicate, Missing, StoreError
from persistence.opening import open_store
from persistence.store import Scope
from tmf_apis import __version__
from tmf_apis.authoring.compare import compare_folder, render
from tmf_apis.catalog import Catalog, choose, specs_folder
from tmf_apis.schema.registry import RegistryError
from tmf_apis.settings import STRICT_WORDS, Settings, SettingsError, read_settings
from tmf_apis.spec.loading import SpecError

Command = TypeVar("Command", bound=Callable[..., Any])
Outcome = TypeVar("Outcome")
State = TypeVar("State", IndexState, ShardState)

console = Console(stderr=True, highlight=False)
_PATH = click.Path(path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

#: The flag of each setting, and what it says of itself.
_FLAGS: dict[str, dict[str, Any]] = {
    "host": {"help": "Address to listen on."},
    "port": {"type": int, "help": "Port to listen on; 0 takes a free one."},
    "store": {"help": "URL of the store that keeps the records."},
    "base_url": {"help": "External URL that every href begins with."},
    "specs": {
        "flag": "--spec",
        "type": _PATH,
        "multiple": True,
        "help": "A specification file or folder to serve as well; repeatable.",
    },
    "schemas": {
        "type": _FOLDER,
        "help": "Folder of JSON Schemas that @schemaLocation may name.",
    },
    "default_limit": {"type": int, "help": "Page size when a client names none; 0 means all."},
    "max_limit": {"type": int, "help": "Largest page a client may ask for."},
    "max_body": {"type": int, "help": "Largest body in bytes."},
    "strict": {"help": f"What to be strict about: {', '.join(STRICT_WORDS)}; 1 for all."},
    "development": {"is_flag": True, "help": "Allow loopback and private callbacks."},
    "workers": {"type": int, "help": "Processes that serve."},
    "sample_data": {
        "flag": "--no-sample-data",
        "flag_value": False,
        "help": "Leave an empty store empty.",
    },
    "events": {
        "flag": "--no-events",
        "flag_value": False,
        "help": "Raise no events, so that no listener is told of anything.",
    },
    "callback_schemes": {"help": "Schemes a callback may have, by commas."},
    "callback_hosts": {"help": "Hosts callbacks may name, by commas; *.name for all below."},
    "callback_networks": {"help": "Private networks callbacks may reach, by commas: 10.1.0.0/16."},
    "callback_secret": {"help": "Sign deliveries with this secret (HMAC-SHA256)."},
    "callback_access": {"type": _FILE, "help": "YAML file of the tokens that listeners ask for."},
    "delivery_timeout": {"type": int, "help": "Seconds a listener has to take an event."},
    "delivery_attempts": {"type": int, "help": "Attempts before an event becomes a dead letter."},
    "delivery_at_once": {"type": int, "help": "Deliveries to one listener at the same time."},
    "pause_after": {"type": int, "help": "Seconds of failure until a subscription is paused."},
    "keep_events": {"type": int, "help": "Seconds that delivered events are kept."},
}


def _setting(*names: str) -> Callable[[Command], Command]:
    """Give a command the flags of some settings; what is not given stays None."""

    def decorate(command: Command) -> Command:
        for name in reversed(names):
            options = dict(_FLAGS[name])
            flag = options.pop("flag", f"--{name.replace('_', '-')}")
            options["help"] += f"  [TMF_{name.upper()}]"
            command = click.option(flag, name, default=None, **options)(command)
        return command

    return decorate


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """TM Forum Open APIs, served from their specification files."""


main.add_command(conformance)


@main.command()
@_setting(*_FLAGS)
def serve(**given: Any) -> None:
    """Serve all APIs until stopped."""
    settings = _settings(**given)
    catalog = _catalog(settings)
    for note in catalog.notes:
        _say(note)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Loading sample data", total=None)
        try:
            loaded = server.run_prepared(settings, catalog, lambda n: bar.advance(task, n))
        except (StoreError, RegistryError, AccessError) as error:
            _stop(str(error))
    if loaded:
        _say(f"Loaded {loaded} sample records into {settings.store}")
    _say(f"Serving {len(catalog.apis)} APIs on http://{settings.host}:{settings.port}/")
    os.environ.update(_environment(settings))
    server.run(settings)


@main.command()
@click.option("--api", required=True, help="Number of the API, for instance TMF678.")
@click.option("--version", required=True, help="Major version: v4 or v5.")
@click.option("--resource", required=True, help="Name of the resource, for instance customerBill.")
@click.option("--replace", is_flag=True, help="Put records in the place of existing ones.")
@click.option("--events", is_flag=True, help="Raise the events of creation.")
@_setting("store", "specs", "base_url")
@click.argument("file", type=_FILE)
def load(
    api: str, version: str, resource: str, replace: bool, events: bool, file: Path, **given: Any
) -> None:
    """Load full representations from FILE, a JSON array or JSON lines; all or none."""
    if replace and events:
        _stop("--replace tells nobody; leave out --events.")
    settings = _settings(**given)
    catalog = _catalog(settings)
    wanted = (api, version, resource)
    try:
        count = asyncio.run(_load(settings, catalog, wanted, file, replace, events))
    except LoadError as error:
        for line, what in error.faults[:50]:
            _say(f"{file}:{line}: {what}")
        _stop(f"{len(error.faults)} records are not fit to be loaded; nothing was loaded.")
    except Duplicate as error:
        _stop(f"{error} is in the store already (use --replace); nothing was loaded.")
    except (StoreError, RegistryError) as error:
        _stop(str(error))
    _say(f"Loaded {count} records.")


async def _load(
    settings: Settings,
    catalog: Catalog,
    wanted: tuple[str, str, str],
    file: Path,
    replace: bool,
    events: bool,
) -> int:
    store = open_store(settings.store)
    service = _find(services(catalog.apis, store, settings), *wanted)
    lines: list[Line] = read_lines(file.read_bytes())
    quiet = not console.is_terminal
    shown = track(lines, "Checking", console=console, transient=True, disable=quiet)
    batch = drafts(service, shown)
    await store.open(collections_of(catalog, settings, store))
    origin = settings.base_url or f"http://{settings.host}:{settings.port}"
    try:
        raised = await events_of_creation(service, batch, origin) if events else []
        return await store.load(service.collection, batch, Scope(), replace=replace, events=raised)
    finally:
        await store.close()


@main.command()
@click.option("--from", "source", required=True, help="URL of the store to copy.")
@click.option("--to", "target", required=True, help="URL of the store to copy into.")
@_setting("specs")
def copy(source: str, target: str, **given: Any) -> None:
    """Copy all records and events to another store, and compare both.

    Stop the servers of the source before. A copy that was cut short goes on where it was.
    """
    settings = _settings(**given)
    try:
        outcome = asyncio.run(_copy(settings, _catalog(settings), source, target))
    except Duplicate as error:
        _stop(f"{target} holds other records than {source}, for instance {error}.")
    except (StoreError, RegistryError) as error:
        _stop(str(error))
    table = Table("Collection", "Records", "Checksum", box=None, pad_edge=False)
    for copied in outcome:
        table.add_row(
            copied.collection,
            str(copied.target[0]),
            copied.target[1] if copied.equal else f"differs from {copied.source}",
        )
    Console(width=200 if not sys.stdout.isatty() else None).print(table)
    if not all(copied.equal for copied in outcome):
        _stop(f"{target} differs from {source}.")


async def _copy(settings: Settings, catalog: Catalog, source: str, target: str) -> list[Copied]:
    old, new = open_store(source), open_store(target)
    kept = collections_of(catalog, settings, old)
    async with AsyncExitStack() as opened:
        for store in (old, new):
            await store.open(kept)
            opened.push_async_callback(store.close)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("Copying and comparing", total=await size(old, kept) or None)
            return await copying.copy(old, new, kept, lambda count: bar.advance(task, count))


@main.command()
@click.option("--apply", is_flag=True, help="Build what is missing, drop what is not wanted.")
@_setting("store", "specs")
def indexes(apply: bool, **given: Any) -> None:
    """List the indexes of a MongoDB store: wanted against present."""
    states = _administered(lambda store: store.indexes(apply=apply), **given)
    _print(Table("Collection", "Index", "Fields", "State", box=None, pad_edge=False), states)
    sys.exit(1 if any(state.state in ("missing", "not wanted") for state in states) else 0)


@main.command()
@click.option("--apply", is_flag=True, help="Tell the server; it must be a sharded cluster.")
@_setting("store", "specs")
def shard(apply: bool, **given: Any) -> None:
    """List the shard keys of a MongoDB store."""
    states = _administered(lambda store: store.shard(apply=apply), **given)
    _print(Table("Collection", "Shard key", "State", box=None, pad_edge=False), states)


def _administered(
    work: Callable[[Administered], Awaitable[list[State]]], **given: Any
) -> list[State]:
    """What a store that operators look after answers."""
    settings = _settings(**given)
    catalog = _catalog(settings)

    async def asked() -> list[State]:
        store = open_store(settings.store)
        if not isinstance(store, Administered):
            _stop(f"{settings.store} looks after itself; this is for mongodb:// stores.")
        await store.open(collections_of(catalog, settings, store))
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        return asyncio.run(asked())
    except (StoreError, RegistryError) as error:
        _stop(str(error))


def _print(table: Table, rows: Sequence[tuple[str, ...]]) -> None:
    for row in rows:
        table.add_row(*row)
    Console(width=200 if not sys.stdout.isatty() else None).print(table)


@main.group()
def events() -> None:
    """Look after the delivery of events: subscriptions and dead letters."""


@events.command("list")
@_setting("store", "specs")
def list_events(**given: Any) -> None:
    """List all subscriptions and how their delivery stands."""
    rows = _on_events(given, administration.overview)
    table = Table("Subscription", "API", "State", "Since", "Behind", "Callback", "Query", "Error")
    for row in rows:
        shown = (row.state, row.since, str(row.behind), row.callback, row.query, row.error)
        table.add_row(row.id, row.base_path, *shown)
    Console(width=250 if not sys.stdout.isatty() else None).print(table)


@events.command()
@_setting("store", "specs")
def dead(**given: Any) -> None:
    """List the events that listeners did not take in all attempts."""
    letters = _on_events(given, lambda store, _: dead_letters(store, limit=1000))
    table = Table("Subscription", "Event", "Resource", "Attempts", "At", "Error")
    for letter in letters:
        names = ("subscription", "type", "resource", "attempts", "at", "error")
        table.add_row(*(str(letter.about[name]) for name in names))
    Console(width=250 if not sys.stdout.isatty() else None).print(table)


@events.command()
@click.argument("subscription", default="")
@_setting("store", "specs")
def replay(subscription: str, **given: Any) -> None:
    """Deliver dead letters once more: all, or those of a SUBSCRIPTION."""
    count = _on_events(given, lambda store, _: administration.replay(store, subscription))
    _say(f"{count} dead letters are delivered once more.")


@events.command()
@click.argument("subscription", default="")
@_setting("store", "specs")
def purge(subscription: str, **given: Any) -> None:
    """Drop dead letters: all, or those of a SUBSCRIPTION."""
    count = _on_events(given, lambda store, _: administration.purge(store, subscription))
    _say(f"{count} dead letters dropped.")


@events.command()
@click.argument("subscription")
@_setting("store", "specs")
def pause(subscription: str, **given: Any) -> None:
    """Deliver nothing to a SUBSCRIPTION until it is resumed."""
    _on_events(given, lambda store, hubs: administration.pause(store, hubs, subscription))
    _say(f"{subscription} is paused.")


@events.command()
@click.argument("subscription")
@_setting("store", "specs")
def resume(subscription: str, **given: Any) -> None:
    """Go on with a paused SUBSCRIPTION, from where it was."""
    _on_events(given, lambda store, hubs: administration.resume(store, hubs, subscription))
    _say(f"{subscription} is served again.")


def _on_events(given: dict[str, Any], work: Callable[..., Awaitable[Outcome]]) -> Outcome:
    """What some work on the store and its registries gives."""
    settings = _settings(**given)
    catalog = _catalog(settings)

    async def done() -> Outcome:
        store = open_store(settings.store)
        await store.open(collections_of(catalog, settings, store))
        try:
            return await work(store, registries_of(catalog, store, settings))
        finally:
            await store.close()

    try:
        return asyncio.run(done())
    except Missing as error:
        _stop(f"There is no subscription {error}; `tmf-apis events list` shows them.")
    except StoreError as error:
        _stop(str(error))


def _find(served: list[Service], api: str, version: str, resource: str) -> Service:
    for service in served:
        found = (service.api.number.upper(), service.api.major, service.spec.name)
        if found == (api.upper(), version.lower(), resource):
            return service
    _stop(f"No {resource} in {api} {version} is served; `tmf-apis specs` lists what is.")


@main.command()
@_setting("specs")
@click.option("--compare", type=_FOLDER, help="Compare our files with reference files instead.")
def specs(compare: Path | None, **given: Any) -> None:
    """List the APIs that are served, or compare their files with reference files."""
    if compare is not None:
        try:
            comparison = compare_folder(specs_folder(), compare)
        except SpecError as error:
            _stop(str(error))
        click.echo(render(comparison))
        sys.exit(1 if comparison.differences else 0)
    table = Table("API", "Version", "Base path", "Aliases", "Resources", box=None, pad_edge=False)
    for api in _catalog(_settings(**given)).apis:
        names = ", ".join(resource.name for resource in api.resources)
        table.add_row(api.number, api.version, api.base_path, "\n".join(api.aliases), names)
    Console(width=200 if not sys.stdout.isatty() else None).print(table)


def _settings(**given: Any) -> Settings:
    given["specs"] = given.get("specs") or None
    try:
        return read_settings(os.environ, **given)
    except SettingsError as error:
        _stop(str(error))


def _catalog(settings: Settings) -> Catalog:
    try:
        return choose(settings.specs)
    except SpecError as error:
        _stop(str(error))


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as the environment of worker processes."""
    values = asdict(settings) | {
        "specs": os.pathsep.join(map(str, settings.specs)),
        "schemas": settings.schemas or "",
        "strict": ",".join(sorted(settings.strict)),
        "callback_schemes": ",".join(settings.callback_schemes),
        "callback_hosts": ",".join(settings.callback_hosts),
        "callback_networks": ",".join(settings.callback_networks),
        "callback_access": settings.callback_access or "",
    }
    return {f"TMF_{name.upper()}": str(value) for name, value in values.items()}


def _stop(message: str) -> NoReturn:
    _say(message, style="red")
    sys.exit(2)


def _say(message: str, style: str | None = None) -> None:
    """One message on one line, however long, so that scripts can read it."""
    console.print(message, style=style, markup=False, soft_wrap=True)
