"""The flow of a server, put together once at start."""

from collections.abc import Iterable
from functools import partial

from handlers.flow.activation import Activation
from handlers.flow.amending import Amending, of_service_orders
from handlers.flow.charging import Charging
from handlers.flow.deeds import Deeds
from handlers.flow.placing import check_places
from handlers.flow.reach import reach_of
from handlers.flow.replacing import steps_of
from handlers.flow.returning import patient
from handlers.flow.running import Flow
from handlers.flow.supplementing import Supplementing
from handlers.service import Service
from handlers.tasks import amending, billing, progressing
from handlers.tasks.performers import Work
from tmf_apis.flow.mapping import MappingError, read_mapping
from tmf_apis.flow.timeouts import timeouts
from tmf_apis.settings import Settings


def flow_of(settings: Settings, served: Iterable[Service]) -> Flow | None:
    """The flow, where it is on. Raises `MappingError`, `ReplacementError` and `NeighboursError`."""
    if not settings.flow:
        return None
    reach = reach_of(served)
    if reach is None:
        raise MappingError("TMF_FLOW: a flow needs the eight APIs and their neighbours")
    check_places(reach)
    activation = Activation(settings.flow_activation, settings.callback_secret)
    deeds = Deeds(activation, steps_of(settings.flow_steps))
    rules, longest = read_mapping(settings.flow_mapping), timeouts(settings.flow_timeouts)
    return Flow(reach, rules, deeds, longest)


def works_of(flow: Flow | None) -> dict[str, Work]:
    """The work that takes the place of the usual one, by collection."""
    if flow is None:
        return {}
    orders, services = flow.reach.orders, flow.reach.service_orders
    charging, bills = Charging(flow.reach), flow.reach.rates.siblings["customerBillOnDemand"]
    following = Amending(flow).following
    performing = Supplementing(flow, following).perform
    works = {
        orders.collection.name: Work(patient(performing), flow.waiting, flow.due, progressing.admit)
    }
    billed = partial(billing.perform, raise_due=charging.charge_account)
    works[bills.collection.name] = Work(patient(billed))
    for service, name, asked in (
        (orders, "amendProductOrder", following),
        (services, "amendServiceOrder", of_service_orders(services.store)),
    ):
        if name in service.siblings:
            works[service.siblings[name].collection.name] = Work(
                patient(amending.performer(asked)), due=amending.due, admit=amending.admit
            )
    return works
