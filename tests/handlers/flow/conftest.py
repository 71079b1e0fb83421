"""A server whose orders are carried out by its flow, with the sample catalogue."""

from collections.abc import Iterator

import orjson
import pytest

from tests.handlers.facts import SAMPLES, Case
from tests.handlers.flow.ordering import Flowing
from tests.handlers.flow.refusing import Network, network
from tests.handlers.serving import Server, running
from tmf_apis.catalog import choose

#: What a flow reads, and the inventory of addresses.
NEEDED = {
    "TMF620-v5": ("productOffering", "productOfferingPrice", "productSpecification"),
    "TMF633-v4": ("serviceSpecification",),
    "TMF629-v5": ("customer",),
    "TMF637-v5": ("product",),
    "TMF638-v5": ("service",),
    "TMF639-v5": ("resource",),
}


def fill(server: Server) -> None:
    """Load what a flow reads."""
    for api in server.catalog.apis:
        for name in NEEDED.get(f"{api.number}-{api.major}", ()):
            case = Case(api, api.resource(name))
            file = SAMPLES / f"{api.number}-{api.major}" / f"{name}.json"
            server.load_all(case, orjson.loads(file.read_bytes()))


@pytest.fixture(scope="package")
def flowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flowing]:
    folder = tmp_path_factory.mktemp("flow")
    with running(
        folder, choose(amendments=True), tasks=True, flow=True, development=True
    ) as server:
        fill(server)
        yield Flowing(server)


@pytest.fixture(scope="package")
def refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Flowing, Network]]:
    """A server whose activation asks a network that may refuse."""
    with network() as asked:
        folder = tmp_path_factory.mktemp("failing")
        settings = {"tasks": True, "flow": True, "development": True}
        with running(
            folder, choose(amendments=True), flow_activation=asked.url, **settings
        ) as server:
            fill(server)
            yield Flowing(server), asked
