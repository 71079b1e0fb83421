"""`tmf-apis serve`: all APIs until stopped."""

import os
from typing import Any

import click

from handlers import server
from handlers.exposure import Exposed, is_exposed, refuse_exposed
from handlers.listening import CannotListen, listening
from persistence.urls import without_password
from tmf_apis.catalog import Catalog
from tmf_apis.cli.flags import FLAGS, setting
from tmf_apis.cli.given import UNUSABLE, catalog_of, refuse, settings_of
from tmf_apis.cli.telling import progress, say, stop
from tmf_apis.settings import SECRETS, Settings, environment_of, file_variable

#: Said at every start of a server that anybody reaches.
INSECURE = "Insecure: other machines reach this server, and nobody is asked who they are."


@click.command()
@setting(*FLAGS)
def serve(**given: Any) -> None:
    """Serve all APIs until stopped."""
    settings = settings_of(**given)
    catalog = catalog_of(settings, amendments=settings.amends)
    for note in catalog.notes:
        say(note)
    try:
        refuse_exposed(settings)
        with listening(settings.host, settings.port) as sockets:
            _prepare(settings, catalog)
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            port = sockets[0].getsockname()[1]
            say(f"Serving {len(catalog.apis)} APIs on {settings.scheme}://{host}:{port}/")
            if is_exposed(settings):
                say(INSECURE, style="yellow")
            _hand_on(settings)
            server.run(settings, catalog, sockets)
    except (CannotListen, Exposed) as error:
        stop(str(error))


def _prepare(settings: Settings, catalog: Catalog) -> None:
    with progress() as bar:
        task = bar.add_task("Loading sample data", total=None)
        try:
            loaded = server.run_prepared(settings, catalog, lambda n: bar.advance(task, n))
        except UNUSABLE as error:
            refuse(error)
    if loaded:
        say(f"Loaded {loaded} sample records into {without_password(settings.store)}")


def _hand_on(settings: Settings) -> None:
    """Let worker processes read the settings; those of files have been read."""
    for name in SECRETS:
        os.environ.pop(file_variable(name), None)
    os.environ.update(environment_of(settings))
