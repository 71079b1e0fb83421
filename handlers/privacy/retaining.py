"""Records that are over go: once a day, by rules that were only counted by on their first day."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Any

import orjson

from handlers import raising
from handlers.audit.entries import entry, with_change
from handlers.audit.witness import doer
from handlers.echoing import echo
from handlers.service import Service
from handlers.walking import walk
from persistence.errors import Duplicate, Missing, Stale, StoreError
from persistence.store import Collection, Draft, Record, Scope, Store
from tmf_apis.privacy.retention import DAY, RetentionError, Rule, digest, read_retention
from tmf_apis.tmf630.query import ALWAYS, Comparison, Kind, Operator, Predicate, Shape, Step

Json = dict[str, Any]

#: By which rules records went, and when they did last.
RULES = Collection("privacy/retention")
#: Seconds between two looks at whether it is time.
LOOK = 600.0
#: Records that are read at once.
_READ = 100

logger = logging.getLogger(__name__)


class Retaining:
    """Has records go by the rules of a file. Raises `RetentionError`."""

    def __init__(
        self,
        store: Store,
        file: Path,
        served: Sequence[Service],
        now: Callable[[], int] = lambda: int(time() * 1_000_000),
    ) -> None:
        self._store = store
        self._rules = [(rule, _service(file, rule, served)) for rule in read_retention(file)]
        self._digest = digest([rule for rule, _ in self._rules])
        self._now = now

    async def run(self) -> None:
        """Have them go as long as the server runs."""
        while True:
            with suppress(StoreError):
                await self.look()
            await asyncio.sleep(LOOK)

    async def look(self) -> Mapping[str, int]:
        """Have records go if that was not done for a day, by whichever process; how many by each
        rule. By new rules they are counted, and told of, a day before. Raises `StoreError`.
        """
        now = self._now()
        try:
            seen = await self._store.get(RULES, self._digest, Scope())
        except Missing:
            with suppress(Duplicate):
                await self._store.create(RULES, self._draft(now), Scope())
                for rule, count in (await self.count()).items():
                    logger.warning("%s: %d would go; they do from tomorrow on", rule, count)
            return {}
        if orjson.loads(seen.body)["last"] + DAY > now:
            return {}
        try:
            await self._store.replace(RULES, seen, self._draft(now), Scope())
        except Stale:
            return {}  # Another process does it.
        gone = await self.apply()
        for rule, count in gone.items():
            logger.info("%s: %d are gone", rule, count)
        return gone

    async def count(self) -> Mapping[str, int]:
        """How many records are over by each rule."""
        return {
            str(rule): sum([1 async for _ in self._over(rule, service)])
            for rule, service in self._rules
        }

    async def apply(self) -> Mapping[str, int]:
        """Have the records go that are over; how many by each rule."""
        gone = {}
        for rule, service in self._rules:
            over = self._over(rule, service)
            gone[str(rule)] = sum([await self._remove(service, record) async for record in over])
        return gone

    async def _over(self, rule: Rule, service: Service) -> AsyncIterator[Record]:
        now = self._now()
        async for records in walk(self._store, service.collection, _where(rule, service), _READ):
            for record in records:
                if rule.is_over(orjson.loads(record.body), record.modified, now):
                    yield record

    async def _remove(self, service: Service, record: Record) -> int:
        """Remove a record as it was seen, with its events; 1, or 0 where it was changed since. What
        it was is told by nothing that stays.
        """
        collection, scope = service.collection, Scope()
        version = record.version if service.rules.versioned else None
        try:
            seen = await self._store.get(
                collection, record.id, scope, version, twin=service.has_twin
            )
            if seen.modified != record.modified:
                return 0
            if service.rules.mirrored:
                await echo(service, orjson.loads(seen.body), {})
            events = raising.of_removal(service, service.settings.origin + collection.name, [seen])
            if service.settings.audit:
                events.append(with_change(_entry(service, seen)))
            await self._store.delete(collection, [seen], scope, events)
        except (Missing, Stale):
            return 0
        return 1

    def _draft(self, now: int) -> Draft:
        document = {"id": self._digest, "last": now}
        return Draft(self._digest, document, orjson.dumps(document))


def _entry(service: Service, record: Record) -> bytes:
    said = {"operation": "delete", "resourcePath": service.collection.name}
    return entry(
        "retention",
        doer() | said | {"resourceId": record.id, "resourceVersion": record.version},
    )


def _where(rule: Rule, service: Service) -> Predicate:
    if not rule.states:
        return ALWAYS
    path = (Step(str(service.rules.state), Shape.ONE),)
    return Comparison(path, Operator.EQ, rule.states, Kind.TEXT)


def _service(file: Path, rule: Rule, served: Sequence[Service]) -> Service:
    """What a rule is about, in the face that leads. Raises `RetentionError`."""
    found = [
        service
        for service in served
        if (service.api.number, service.spec.name) == (rule.api, rule.resource)
        and service.lead is service
    ]
    if not found:
        raise RetentionError(f"{file}: there is no {rule.resource} of {rule.api} here")
    service = max(found, key=lambda one: one.api.major)
    if service.rules.view_of or service.embedded:
        raise RetentionError(f"{file}: {rule.resource} is part of another resource")
    if rule.states and not service.rules.state:
        raise RetentionError(f"{file}: {rule.resource} of {rule.api} has no states")
    if rule.since and rule.since not in service.spec.attributes.children:
        raise RetentionError(f"{file}: {rule.resource} has no attribute {rule.since}")
    return service
