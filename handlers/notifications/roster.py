"""The subscriptions that one process knows, found by the events they ask for."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handlers.notifications.notice import Notice
from handlers.notifications.subscription import Subscription
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.event_types import confined
from tmf_apis.tmf630.subscriptions import Interest, interest

logger = logging.getLogger(__name__)

#: Where subscriptions stand: the base path of their API, and a kind of event or None for any.
_Place = tuple[str, str | None]


@dataclass(slots=True)
class Entry:
    """A subscription as it was last seen, and what its query means."""

    subscription: Subscription
    interest: Interest

    def is_behind(self, notice: Notice) -> bool:
        """Whether an event concerns it that it did not get yet."""
        subscription = self.subscription
        if notice.sequence <= subscription.delivery.position:
            return False
        return notice.concerns(subscription.base_path, self.interest)

    @property
    def is_free(self) -> bool:
        """Whether it is to be served, and nobody does, as far as is known."""
        return not (self.subscription.delivery.lease or self.subscription.delivery.paused)

    @property
    def places(self) -> list[_Place]:
        """Where it stands."""
        kinds = confined(self.interest.where)
        return [(self.subscription.base_path, kind) for kind in (kinds or (None,))]


class Roster:
    """Subscriptions by API and kind of event; the APIs are those at some base paths."""

    def __init__(self, base_paths: Iterable[str]) -> None:
        self._base_paths = tuple(base_paths)
        self._bases: dict[str, tuple[str, ...]] = {}
        self._entries: dict[str, Entry] = {}
        self._places: dict[_Place, dict[str, Entry]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, id: str) -> Subscription | None:
        """The subscription of an id."""
        entry = self._entries.get(id)
        return entry.subscription if entry is not None else None

    def renew(self, found: Iterable[Subscription]) -> list[Subscription]:
        """Hold what was found and nothing else; those that are new or were written to."""
        known = {subscription.id: subscription for subscription in found}
        for id in self._entries.keys() - known.keys():
            self.remove(id)
        return [each for each in known.values() if self._put(each)]

    def remove(self, id: str) -> None:
        """Forget a subscription."""
        entry = self._entries.pop(id)
        for place in entry.places:
            del self._places[place][id]

    def candidates(self, notice: Notice) -> Iterator[Entry]:
        """The subscriptions that an event may concern, by its API and its kind."""
        for base_path in self._bases_of(notice.logged.collection):
            for kind in (notice.logged.type, None):
                yield from self._places.get((base_path, kind), {}).values()

    def _bases_of(self, collection: str) -> tuple[str, ...]:
        """The APIs that a collection belongs to: one, unless a path of one begins another's."""
        if collection not in self._bases:
            found = (base for base in self._base_paths if collection.startswith(f"{base}/"))
            self._bases[collection] = tuple(found)
        return self._bases[collection]

    def _put(self, subscription: Subscription) -> bool:
        known = self._entries.get(subscription.id)
        if known is not None:
            is_news = known.subscription.record.revision != subscription.record.revision
            known.subscription = subscription
            return is_news
        try:
            entry = Entry(subscription, interest(subscription.query, subscription.event))
        except TmfError as error:
            logger.warning("subscription %s is not served: %s", subscription.id, error)
            return False
        self._entries[subscription.id] = entry
        for place in entry.places:
            self._places.setdefault(place, {})[subscription.id] = entry
        return True
