"""The subscriptions of all APIs, and what the settings let their callbacks be."""

from collections.abc import Sequence

from handlers.notifications.subscription import Subscription, read
from persistence.store import Collection, Scope, Store
from tmf_apis.settings import Settings
from tmf_apis.tmf630.callbacks import CallbackRules
from tmf_apis.tmf630.query import Query

#: The registry of an API: its base path, and the collection of its subscriptions.
Registry = tuple[str, Collection]


async def subscriptions(store: Store, registries: Sequence[Registry]) -> list[Subscription]:
    """Every subscription there is."""
    return [
        read(base_path, collection, record)
        for base_path, collection in registries
        for record in (await store.find(collection, Query(), Scope())).records
    ]


def callback_rules(settings: Settings) -> CallbackRules:
    """What the settings say about callbacks."""
    return CallbackRules(
        settings.callback_schemes,
        settings.callback_hosts,
        settings.callback_networks,
        settings.development,
    )
