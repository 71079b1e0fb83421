"""`tmf-apis trigger`: any event of any API, for whoever tries a listener."""

import asyncio
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import orjson

from conformance.payloads import Synthesis
from handlers.app import registries_of
from handlers.notifications.notice import Notice
from handlers.notifications.registry import subscriptions
from handlers.notifications.rehearsing import (
    Tried,
    post_to,
    post_to_one,
    rehearsable,
    rehearsed,
)
from handlers.service import Service
from handlers.services import services
from persistence.opening import open_store
from tmf_apis.catalog import Catalog, specs_folder
from tmf_apis.cli.flags import setting
from tmf_apis.cli.given import UNUSABLE, catalog_of, opened, refuse, settings_of_tenant
from tmf_apis.cli.telling import say, stop
from tmf_apis.nearness import nearest
from tmf_apis.settings import Settings
from tmf_apis.spec.model import ApiSpec, ResourceSpec
from tmf_apis.terminal import as_json, show
from tmf_apis.tmf630.errors import TmfError

Json = dict[str, Any]


@click.command()
@click.argument("event")
@click.option("--api", required=True, help="Number of the API, for instance TMF622.")
@click.option("--version", required=True, help="Major version: v4 or v5.")
@click.option("--callback", help="Post it there, and to nobody who is registered.")
@setting(
    "store",
    "tenants",
    "tenant",
    "specs",
    "base_url",
    "development",
    "callback_schemes",
    "callback_hosts",
)
@setting("callback_networks", "callback_secret", "callback_access", "delivery_timeout")
@as_json
def trigger(
    event: str, api: str, version: str, callback: str | None, as_json: bool, **given: Any
) -> None:
    """Post an EVENT that did not happen to the listeners of an API, or to one callback.

    Nothing is stored, and nobody is tried twice. Exits with 1 where one did not take it.
    """
    settings = settings_of_tenant(**given)
    catalog = catalog_of(settings)
    chosen = _api(catalog, api, version)
    notice = notice_of(catalog, settings, chosen, event)
    try:
        tried = asyncio.run(_tried(catalog, settings, chosen, notice, callback))
    except TmfError as error:
        stop(error.message)
    except UNUSABLE as error:
        refuse(error)
    show(("Callback", "Outcome"), ((t.callback, t.outcome) for t in tried), as_json=as_json)
    if not tried:
        say(f"Nobody who is registered at {chosen.base_path}/hub asks for it.")
    sys.exit(1 if not tried or any(one.fault for one in tried) else 0)


def _api(catalog: Catalog, number: str, version: str) -> ApiSpec:
    for api in catalog.apis:
        if (api.number.upper(), api.major) == (number.upper(), version.lower()):
            return api
    stop(f"No {number} in {version} is served; `tmf-apis specs` lists what is.")


def notice_of(catalog: Catalog, settings: Settings, api: ApiSpec, name: str) -> Notice:
    """The event of a name, as listeners would get it; the command ends where there is none."""
    store = open_store(settings.store)
    served = {s.spec.name: s for s in services(catalog.apis, store, settings) if s.api is api}
    known = rehearsable(api, served)
    found = known.get(f"{name[:1].upper()}{name[1:]}")
    if found is None:
        there = ", ".join(sorted(known)) or "none"
        told = "".join(f" Did you mean {near}?" for near in nearest(name, known))
        stop(f"{api.number} {api.major} has no event {name}.{told} There are: {there}.")
    resource, event = found
    service = served[resource.name]
    synthesis = Synthesis(api.schemas)

    def filler(attribute: str) -> Any:
        return synthesis.attribute(resource.schema, attribute)

    return rehearsed(service, event, _samples(service, resource, synthesis), filler)


def _samples(service: Service, resource: ResourceSpec, synthesis: Synthesis) -> list[Json]:
    """Resources to speak of: of the sample data, else one made from the specification."""
    home = service.rules.view_of or resource.name
    folder = specs_folder() / "sample-data" / f"{service.api.number}-{service.api.major}"
    found = _content(folder / f"{home}.json")
    if service.rules.view_of:
        found = [each for each in found if each.get("@type") == service.type_name]
    if found:
        return found
    made = synthesis.full(resource.schema, resource.attributes.children.keys() - {"href"})
    return [made | {"id": str(uuid4())}]


def _content(file: Path) -> list[Json]:
    return orjson.loads(file.read_bytes()) if file.is_file() else []


async def _tried(
    catalog: Catalog, settings: Settings, api: ApiSpec, notice: Notice, callback: str | None
) -> list[Tried]:
    if callback is not None:
        return [await post_to(callback, notice, settings)]
    store = open_store(settings.store)
    async with opened(store, settings, catalog):
        registries = registries_of(catalog, store, settings)
        mine = [one for one in registries if one.base_path == api.base_path]
        found = await subscriptions(store, mine)
        posted = await asyncio.gather(*(post_to_one(one, notice, settings) for one in found))
    return [one for one in posted if one is not None]
