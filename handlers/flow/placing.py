"""Which of the resources that a flow reaches may be elsewhere (0028)."""

from handlers.flow.reach import Reach
from handlers.neighbours.neighbour import Neighbour
from handlers.service import Service
from tmf_apis.neighbours import NeighboursError


def check_places(reach: Reach) -> None:
    """Raise `NeighboursError` for a neighbour that a flow cannot have: it runs where its orders
    are and charges where its bills are, and it speaks one version of each API.
    """
    for service in reach.reached():
        if service.elsewhere is None:
            continue
        if service in (reach.orders, reach.rates):
            why = f"a flow is where {service.api.number} is, which cannot be elsewhere"
            raise NeighboursError(f"TMF_NEIGHBOURS: {why}")
        _check_version(service, service.elsewhere)


def _check_version(service: Service, neighbour: Neighbour) -> None:
    spoken, there = service.api.major, neighbour.address
    if there.major != spoken:
        why = f"a flow speaks {spoken} with {there.api}, and {there.url} is another version"
        raise NeighboursError(f"TMF_NEIGHBOURS: {why}")
