"""What the flags and the environment of a command come to: settings, a catalogue, a store."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from handlers.app import collections_of
from persistence.errors import Unusable
from persistence.store import Store
from persistence.urls import without_password
from tmf_apis.catalog import Catalog, choose
from tmf_apis.cli.telling import stop
from tmf_apis.settings import Settings, SettingsError, read_settings
from tmf_apis.spec.loading import SpecError


def settings_of(**given: Any) -> Settings:
    """The settings; the command ends where they cannot be used."""
    for several in ("specs", "jobs_folders"):
        given[several] = given.get(several) or None
    try:
        return read_settings(os.environ, **given)
    except SettingsError as error:
        stop(str(error))


def catalog_of(settings: Settings) -> Catalog:
    """The APIs that are served; the command ends where a file cannot be used."""
    try:
        return choose(settings.specs)
    except SpecError as error:
        stop(str(error))


@asynccontextmanager
async def opened(
    store: Store, settings: Settings, catalog: Catalog, *, make: bool = False
) -> AsyncIterator[None]:
    """Have a store open as long as the block lasts; one that is not there is made only with
    `make`. Raises `StoreError` and `RegistryError`.
    """
    if not make:
        await demand(store, settings.store)
    await store.open(collections_of(catalog, settings, store))
    try:
        yield
    finally:
        await store.close()


async def demand(store: Store, url: str) -> None:
    """Raise `Unusable` unless there is a store at a URL."""
    if not await store.exists():
        raise Unusable(
            f"There is no store at {without_password(url)}; `tmf-apis serve` makes one,"
            " and so does `tmf-apis load --create`."
        )
