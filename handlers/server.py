"""Run the application: prepare the store once, then serve with one worker or several."""

import asyncio
import gc
import os
import resource
import socket
from collections.abc import Sequence
from functools import partial

from handlers.app import collections_of, create_app
from handlers.flow.building import flow_of
from handlers.identity.building import gate_of, prepare_keys
from handlers.loading import Progress, load_sample_data
from handlers.notifications.access import read_access
from handlers.opening import open_for
from handlers.permission.permissions import Permissions
from handlers.privacy.retaining import Retaining
from handlers.service import Service
from handlers.services import services
from handlers.tenancy.hosted import Application, Hosted
from handlers.tenancy.house import House
from handlers.tenancy.newcomers import Newcomers
from handlers.tls import check_tls
from handlers.worker import work
from handlers.workers import Workers
from persistence.opening import open_store
from persistence.store import Scope, Store
from tmf_apis.catalog import Catalog, choose, specs_folder
from tmf_apis.settings import Settings, read_settings
from tmf_apis.tenants import Tenant, tenant_of, tenants_of
from tmf_apis.tmf630.query import Query

#: Files and connections that a process may have open, where the system lets it; the usual 1,024 are
#: too few for a crowd.
FILES = 65_536


def application() -> Application:
    """The application as the environment describes it: what each worker runs."""
    settings = read_settings(os.environ)
    return application_of(settings, choose(settings.specs, amendments=settings.amends))


def application_of(settings: Settings, catalog: Catalog) -> Application:
    """The application that settings describe. Raises `TenantsError`."""
    if settings.tenants and not settings.tenant:
        return _house(settings, catalog)
    return _alone(tenant_of(settings), catalog).app


def _alone(settings: Settings, catalog: Catalog) -> Hosted:
    store = open_store(settings.store)
    return Hosted(create_app(settings, catalog, store), store)


def _house(settings: Settings, catalog: Catalog) -> House:
    """One application for each tenant, and one before them all."""
    return House(
        partial(tenants_of, settings),
        lambda tenant: _alone(tenant.settings, catalog),
        # Of several processes, the one above them prepares.
        lambda tenant: _prepared(tenant, catalog) if settings.workers == 1 else None,
        claim=settings.tenant_claim,
        asking=settings.authentication,
    )


def _prepared(tenant: Tenant, catalog: Catalog) -> None:
    asyncio.run(_prepare(tenant.settings, catalog, lambda _: None))


async def prepare(settings: Settings, catalog: Catalog, progress: Progress) -> int:
    """Make the store ready before any worker uses it; how many sample records were loaded.

    Sample data goes into an empty store only. Raises `Unusable` for a store that cannot serve,
    `AccessError` for a file of tokens that cannot be used, `KeysError` for keys, `TlsError` for
    certificates, `PolicyError` for a policy, `RetentionError` for rules of retention,
    `TenantsError` for tenants, `NeighboursError` for neighbours, `MappingError` for a flow.
    """
    if settings.tenants and not settings.tenant:
        each = tenants_of(settings).values()
        return sum([await _prepare(tenant.settings, catalog, progress) for tenant in each])
    return await _prepare(tenant_of(settings), catalog, progress)


async def _prepare(settings: Settings, catalog: Catalog, progress: Progress) -> int:
    read_access(settings.callback_access)
    check_tls(settings)
    prepare_keys(settings)
    gate_of(settings)
    store = open_store(settings.store)
    known = services(catalog.apis, store, settings)
    flow_of(settings, known)
    served = [service for service in known if service.elsewhere is None]
    if settings.authentication:
        Permissions(settings.policy, catalog.apis, known)
    if settings.retention is not None:
        Retaining(store, settings.retention, served)
    await open_for(store, collections_of(catalog, settings, store))
    try:
        if settings.sample_data and await _is_empty(store, served):
            return await load_sample_data(store, served, specs_folder() / "sample-data", progress)
        return 0
    finally:
        await store.close()


async def _is_empty(store: Store, served: Sequence[Service]) -> bool:
    one = Query(limit=1)
    pages = [await store.find(service.collection, one, Scope()) for service in served]
    return not any(page.total for page in pages)


def run(settings: Settings, catalog: Catalog, sockets: Sequence[socket.socket]) -> None:
    """Serve on sockets until told to stop; requests in progress are finished first."""
    _allow_files()
    if settings.workers == 1:
        work(sockets)
    else:
        # What preparing left stays to the end, which must not be spent on looking through it.
        gc.freeze()
        asked = settings.authentication or settings.tenants
        passing = Newcomers(settings, partial(_prepared, catalog=catalog)) if asked else None
        Workers(settings.workers, sockets, work, passing=passing).run()


def _allow_files() -> None:
    """Have more files open than the system lets a process that does not ask."""
    some, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if some != resource.RLIM_INFINITY and some < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def run_prepared(settings: Settings, catalog: Catalog, progress: Progress) -> int:
    """Prepare the store, outside any running loop."""
    return asyncio.run(prepare(settings, catalog, progress))
