"""The neighbours of a server, put together once at start."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from handlers.neighbours.client import Client
from handlers.neighbours.neighbour import Neighbour
from handlers.notifications.access import access_for, read_access
from handlers.service import Service
from tmf_apis.neighbours import NeighboursError, by_api
from tmf_apis.settings import Settings
from tmf_apis.spec.model import ApiSpec


def clients_of(settings: Settings, apis: Iterable[ApiSpec]) -> Mapping[str, Client]:
    """Who asks for the APIs that other servers keep, by number.

    Raises `NeighboursError` for one that is none of `apis`, and `AccessError`.
    """
    if not settings.neighbours:
        return {}
    addresses = by_api(settings.neighbours)
    if strange := addresses.keys() - {api.number for api in apis}:
        raise NeighboursError(f"TMF_NEIGHBOURS: there is no API {', '.join(sorted(strange))} here")
    entries = read_access(settings.neighbour_access, "neighbour")
    return {
        api: Client(address, access_for(address.url, entries)) for api, address in addresses.items()
    }


def neighbour_of(service: Service, clients: Mapping[str, Client]) -> Neighbour | None:
    """What another server keeps of a resource, if one does; in another version it is not judged."""
    client = clients.get(service.api.number)
    if client is None:
        return None
    if service.api.major != client.address.major:
        return Neighbour(client, service.spec.name)
    return Neighbour(client, service.spec.name, service.stored_validator.fault, service.owned)


@asynccontextmanager
async def closing(served: Iterable[Service]) -> AsyncIterator[None]:
    """Have the connections to neighbours be closed when the block is over."""
    try:
        yield
    finally:
        await close(served)


async def close(served: Iterable[Service]) -> None:
    """Close the connections to the neighbours of a server."""
    for client in {one.elsewhere.client for one in served if one.elsewhere is not None}:
        await client.close()
