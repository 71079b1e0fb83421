"""What the flags and the environment of a command come to: settings, a catalogue, a store."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NoReturn, TypeVar

from handlers.app import collections_of
from handlers.flow.replacing import ReplacementError
from handlers.identity.keys import KeysError
from handlers.notifications.access import AccessError
from handlers.opening import open_for
from handlers.tls import TlsError
from persistence.errors import StoreError, Unusable
from persistence.opening import open_store
from persistence.store import Store
from persistence.urls import without_password
from tmf_apis.behaviour.reference_policy import ReferencesError
from tmf_apis.catalog import Catalog, choose, is_own
from tmf_apis.cli.telling import say, stop
from tmf_apis.flow.mapping import MappingError
from tmf_apis.lifecycles.reading import LifecycleError
from tmf_apis.neighbours import NeighboursError
from tmf_apis.policy.lined import PolicyError
from tmf_apis.privacy.retention import RetentionError
from tmf_apis.schema.registry import RegistryError
from tmf_apis.schema.trial import try_schemas
from tmf_apis.settings import Settings, SettingsError, read_settings
from tmf_apis.spec.loading import SpecError
from tmf_apis.strange_variables import strange_variables
from tmf_apis.tenants import TenantsError, tenant_of

Outcome = TypeVar("Outcome")

#: Files and stores that cannot be used: their texts say why, in one line.
UNUSABLE = (
    StoreError,
    RegistryError,
    AccessError,
    LifecycleError,
    MappingError,
    ReplacementError,
    NeighboursError,
    ReferencesError,
    KeysError,
    TlsError,
    PolicyError,
    TenantsError,
    RetentionError,
)


def settings_of(**given: Any) -> Settings:
    """The settings, with a word on variables that are none; the command ends where they cannot be
    used.
    """
    for sentence in strange_variables(os.environ):
        say(sentence, style="yellow")
    for several in ("specs", "jobs_folders"):
        given[several] = given.get(several) or None
    try:
        return read_settings(os.environ, **given)
    except SettingsError as error:
        stop(str(error))


def settings_of_tenant(**given: Any) -> Settings:
    """The same of the tenant that they name, of a server that has tenants."""
    settings = settings_of(**given)
    if settings.tenants and not settings.tenant:
        stop("TMF_TENANT: say which of the tenants is meant")
    try:
        return tenant_of(settings)
    except TenantsError as error:
        stop(str(error))


def catalog_of(settings: Settings, *, amendments: bool = True) -> Catalog:
    """The APIs that are served; the command ends where a file cannot be used.

    What a store may hold counts, whether the server that kept it served amendments or not.
    """
    try:
        catalog = choose(settings.specs, amendments=amendments)
        for api in catalog.apis:
            if not is_own(api):  # Ours are tried by the tests.
                try_schemas(api)
        return catalog
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
    await open_for(store, collections_of(catalog, settings, store))
    try:
        yield
    finally:
        await store.close()


def on_store(settings: Settings, work: Callable[[Store, Catalog], Awaitable[Outcome]]) -> Outcome:
    """What some work on a store that is there gives. Raises what the work raises, `StoreError` and
    `RegistryError`.
    """
    catalog = catalog_of(settings)

    async def done() -> Outcome:
        store = open_store(settings.store)
        async with opened(store, settings, catalog):
            return await work(store, catalog)

    return asyncio.run(done())


async def demand(store: Store, url: str) -> None:
    """Raise `Unusable` unless there is a store at a URL."""
    if not await store.exists():
        raise Unusable(
            f"{without_password(url)} is no store yet; `tmf-apis serve` makes one, and so does"
            " `tmf-apis load --create`"
        )


def refuse(error: Exception) -> NoReturn:
    """End the command with why something that is `UNUSABLE` is; of its store with the setting."""
    why = str(error) or type(error).__name__
    stop(f"TMF_STORE: {why}" if isinstance(error, Unusable) else why)
