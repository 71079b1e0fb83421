"""The application: where the APIs, the store and the web meet.

Connexion is the container: it carries a skeleton of each specification, the error handlers, and
Flask for pages. Before its chain stands `Operations`, which serves everything else itself (D7).
"""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import connexion
import flask
from connexion.exceptions import ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from connexion.options import SwaggerUIOptions
from starlette.exceptions import HTTPException

from handlers import faces_page, lifecycle_page
from handlers.administrators import Administrators
from handlers.assets import assets
from handlers.audit.desk import Desk
from handlers.audit.entries import ENTRIES
from handlers.audit.keeping import Keeping
from handlers.audit.noting import Auditor
from handlers.bell import Bell
from handlers.bookmarks import BOOKMARKS
from handlers.browsers import Browsers
from handlers.flow.building import flow_of, works_of
from handlers.flow.charging import CHARGES
from handlers.flow.console import FlowConsole
from handlers.flow.mapping_page import MappingPage
from handlers.flow.processes import Processes
from handlers.flow.records import FLOWS
from handlers.flow.running import Flow
from handlers.forwarding import Proxies
from handlers.hangup import on_hangup
from handlers.hosts import names_of
from handlers.http import Request, Response
from handlers.hubs import Hub, hub_of
from handlers.identity.building import gate_of
from handlers.jobs.asked import ASKED
from handlers.limiting.limiter import limiter_of
from handlers.neighbours.building import close
from handlers.notifications.access import read_access
from handlers.notifications.console import Console
from handlers.notifications.dead import LETTERS
from handlers.notifications.dispatcher import Dispatcher
from handlers.notifications.feed import Feed
from handlers.notifications.listener import RECEIVED, listeners_of
from handlers.notifications.presence import WORKERS
from handlers.notifications.registry import Registry
from handlers.notifications.stream import Streams
from handlers.opening import open_for
from handlers.operations import Operations
from handlers.pages import page_data, page_paths, pages
from handlers.permission.permissions import Permissions
from handlers.permission.veiling import Veil
from handlers.privacy.retaining import RULES, Retaining
from handlers.problems import respond
from handlers.roots import Reading, roots
from handlers.router import Router
from handlers.secret import SECRETS
from handlers.service import Service
from handlers.services import services
from handlers.skeleton import NeverCalled, skeleton
from handlers.tasks.claims import CLAIMS
from handlers.tasks.console import TaskConsole
from handlers.tasks.holding import HOLDINGS
from handlers.tasks.kinds import work_kinds
from handlers.tasks.plans import PLANS
from handlers.tasks.worker import Worker
from persistence.store import Collection, Store
from tmf_apis.catalog import Catalog
from tmf_apis.lifecycles.reading import machines
from tmf_apis.settings import Settings
from tmf_apis.tmf630.event_types import EventTypes

#: Connexion warns on each body with several media types, which every v5 PATCH has.
logging.getLogger("connexion.operations.openapi").setLevel(logging.ERROR)

#: New objects before a collection, and collections before older objects are looked at.
_COLLECTIONS = (50_000, 20, 50)

#: Pages that show records and what happens to them, with all that is below them.
FOR_ADMINISTRATORS = ("/events", "/tasks", "/faces", "/flow")
#: What is kept beside the resources of the APIs.
INTERNAL = (
    *(LETTERS, RECEIVED, WORKERS, HOLDINGS, CLAIMS, PLANS, ASKED, BOOKMARKS, FLOWS, CHARGES, RULES),
    *(ENTRIES, SECRETS),
)


def create_app(settings: Settings, catalog: Catalog, store: Store) -> Operations:
    """The ASGI application that serves a catalogue from a store.

    The store is opened when the application starts and closed when it stops.
    """
    bell = Bell()
    gate = gate_of(settings)
    known = machines(settings.lifecycles, strict="lifecycle" in settings.strict)
    every = services(catalog.apis, store, settings, bell)
    permissions = _permissions(settings, catalog, store, every) if gate is not None else None
    flow = flow_of(settings, every)
    # What a neighbour keeps is known here, and not served.
    served, catalog = _kept_here(every, catalog)
    registries = _registries(catalog, store, settings)
    kept = _collections(served, registries)
    administrators = Administrators(settings.admin_token, settings.development, permissions)

    names = {api.base_path: f"{api.number} {api.major}" for api in catalog.apis}

    delivered = _as_delivered(registries)
    feed = Feed(store)
    dispatcher = Dispatcher(store, feed, settings, delivered, read_access(settings.callback_access))

    kinds = work_kinds(served, works_of(flow))
    worker = Worker(store, kinds if settings.tasks else [], bell)
    keeping = Keeping(store, settings) if settings.audit else None

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        await open_for(store, kept)
        forget = None
        if gate is not None and permissions is not None:
            forget = on_hangup(partial(permissions.reload, gate.identity.forget))
        # What is there now stays, and a request leaves few cycles behind: the collector need
        # neither look through the one nor come every few requests for the other.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_COLLECTIONS)
        # What a worker holds is given back, and what it raised delivered, before the store closes.
        working = (
            dispatcher, worker, *_retaining(store, settings, served),
            *((keeping,) if keeping is not None else ()),
        )  # fmt: skip
        running = [asyncio.create_task(work.run()) for work in working]
        try:
            yield
        finally:
            if forget is not None:
                forget()
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await _close(store, keeping, every)

    app = connexion.FlaskApp("tmf_apis", lifespan=lifespan)
    for api in catalog.apis:
        app.add_api(
            skeleton(api),
            base_path=api.base_path,
            name=api.base_path,
            resolver=NeverCalled(),
            swagger_ui_options=SwaggerUIOptions(serve_spec=False, swagger_ui=False),
        )
    for kind in (ProblemException, HTTPException, Exception):
        app.add_error_handler(kind, _as_error)
    app.app.register_blueprint(
        pages(
            catalog,
            known,
            events=administrators.any,
            faces=any(service.has_twin for service in served),
            flow=flow is not None and administrators.any,
            asked=gate is not None,
        )
    )
    app.app.register_error_handler(Exception, _as_flask_error)
    paths = page_paths(catalog)
    told = roots(catalog, store, asked=gate is not None) | assets() | lifecycle_page.readings(known)
    if gate is not None:
        told |= gate.readings()
    everybody = {*told, *paths} - set(FOR_ADMINISTRATORS)
    listeners = [x for api in catalog.apis for x in listeners_of(api, store)]
    router = Router(served, registries, listeners, permissions)
    return Operations(
        app,
        router=router,
        readings=told | _confined(faces_page.readings(served), administrators, permissions),
        consoles=(
            Console(
                store,
                delivered,
                feed,
                names,
                EventTypes.of_all(hub.events.types for hub in registries),
                administrators,
                Streams(settings.max_streams),
            ),
            TaskConsole(kinds, names, administrators),
            *_flow_console(flow, administrators),
            *((_desk(store, settings, served, administrators),) if settings.audit else ()),
        ),
        pages=paths,
        page_data=page_data(catalog),
        base_url=settings.base_url,
        proxies=Proxies(settings.trusted_proxies),
        is_ours=names_of(settings),
        browsers=Browsers(settings.cors_origins, settings.base_url),
        door=gate.door(everybody, FOR_ADMINISTRATORS) if gate is not None else None,
        limiter=limiter_of(settings.rates, settings.at_once, router.paths()),
        auditor=Auditor(store, permissions, settings.tenant) if settings.audit else None,
        compression=settings.compression,
        tls=settings.tls_cert is not None,
        max_body=settings.max_body,
    )


def _kept_here(known: Sequence[Service], catalog: Catalog) -> tuple[Sequence[Service], Catalog]:
    """The services and the APIs that no neighbour keeps."""
    served = [service for service in known if service.elsewhere is None]
    if len(served) == len(known):
        return known, catalog
    bases = {service.api.base_path for service in served}
    return served, replace(catalog, apis=tuple(a for a in catalog.apis if a.base_path in bases))


async def _close(store: Store, keeping: Keeping | None, known: Sequence[Service]) -> None:
    """Let go of what an application has open, the store last."""
    if keeping is not None:
        await keeping.end()
    await close(known)
    await store.close()


def _permissions(
    settings: Settings, catalog: Catalog, store: Store, known: Sequence[Service]
) -> Permissions:
    """What callers may. Raises `PolicyError`."""
    return Permissions(settings.policy, catalog.apis, known, Veil(store))


def _retaining(store: Store, settings: Settings, served: Sequence[Service]) -> list[Retaining]:
    """What has records go, where that is asked for."""
    return [] if settings.retention is None else [Retaining(store, settings.retention, served)]


def _flow_console(flow: Flow | None, administrators: Administrators) -> list[Any]:
    """What shows the flow, where it is on."""
    if flow is None:
        return []
    return [
        FlowConsole(flow.reach, administrators),
        Processes(flow.reach, administrators),
        MappingPage(flow.rules, administrators),
    ]


def _desk(
    store: Store, settings: Settings, served: Sequence[Service], administrators: Administrators
) -> Desk:
    """Where auditors ask, by every path of every collection that is not within a resource."""
    collections = {
        "/".join((base, *service.spec.segments)): service
        for service in served
        for base in (service.api.base_path, *service.api.aliases)
    }
    return Desk(store, settings, collections, administrators.admit_auditor)


def _confined(
    readings: dict[str, Reading], administrators: Administrators, permissions: Permissions | None
) -> dict[str, Reading]:
    """What shows records to everybody where nobody is asked, and else to administrators."""
    if permissions is None:
        return readings

    def confined(reading: Reading) -> Reading:
        async def read(request: Request) -> Response | None:
            administrators.admit(request)
            return await reading(request)

        return read

    return {path: confined(reading) for path, reading in readings.items()}


def collections_of(catalog: Catalog, settings: Settings, store: Store) -> list[Collection]:
    """Every collection a catalogue needs, each once."""
    served = services(catalog.apis, store, settings)
    return _collections(served, _registries(catalog, store, settings))


def _collections(served: Sequence[Service], registries: Sequence[Hub]) -> list[Collection]:
    kept = [service.collection for service in served]
    kept += [hub.collection for hub in registries]
    kept += INTERNAL
    return list({collection.name: collection for collection in kept}.values())


def registries_of(catalog: Catalog, store: Store, settings: Settings) -> list[Registry]:
    """The registries of listeners, as those see them who deliver."""
    return _as_delivered(_registries(catalog, store, settings))


def _registries(catalog: Catalog, store: Store, settings: Settings) -> list[Hub]:
    return [hub for api in catalog.apis if (hub := hub_of(api, store, settings)) is not None]


def _as_delivered(registries: list[Hub]) -> list[Registry]:
    return [
        Registry(hub.api.base_path, hub.events.notification, hub.collection) for hub in registries
    ]


def _as_error(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    """What fails within connexion, as a TMF `Error` body."""
    answer = respond(error)
    return ConnexionResponse(
        status_code=answer.status, content_type="application/json", body=answer.body
    )


def _as_flask_error(error: Exception) -> flask.Response:
    """What fails in a page, as a TMF `Error` body."""
    answer = respond(error)
    return flask.Response(answer.body, answer.status, content_type="application/json")
