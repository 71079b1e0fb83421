"""The subscriptions of all APIs, and what the settings let their callbacks be."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from handlers.notifications.subscription import Subscription, read
from persistence.store import Collection, Scope, Store
from tmf_apis.settings import Settings
from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.callbacks import CallbackRules
from tmf_apis.tmf630.query import Query


class Registry(NamedTuple):
    """The registry of an API: its base path, the type of its events, where subscriptions are."""

    base_path: str
    event: Attribute
    collection: Collection


async def subscriptions(
    store: Store,
    registries: Sequence[Registry],
    known: Callable[[str], Subscription | None] = lambda _: None,
) -> list[Subscription]:
    """Every subscription there is; one that is `known` as it is kept is not read anew."""
    found = []
    for registry in registries:
        for record in (await store.find(registry.collection, Query(), Scope())).records:
            seen = known(record.id)
            is_known = seen is not None and seen.record.revision == record.revision
            found.append(seen if seen and is_known else read(*registry, record))
    return found


def callback_rules(settings: Settings) -> CallbackRules:
    """What the settings say about callbacks."""
    return CallbackRules(
        settings.callback_schemes,
        settings.callback_hosts,
        settings.callback_networks,
        settings.development,
    )
