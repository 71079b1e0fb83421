"""Events do not pile up beside their resources, though nobody has subscribed."""

import asyncio

from handlers.notifications.dead import LETTERS
from handlers.notifications.dispatcher import Dispatcher
from handlers.notifications.feed import Feed
from persistence.opening import open_store
from persistence.store import Collection, Draft, Event, Scope, Store
from tests.persistence.mongo_server import fresh_database
from tmf_apis.settings import Settings

THINGS = Collection("/api/thing")
#: Seconds until it has to have happened.
PATIENCE = 10.0


def test_events_that_nobody_waits_for_are_moved_into_the_log() -> None:
    with fresh_database() as url:
        asyncio.run(_moved(url))


async def _moved(url: str) -> None:
    store = open_store(url)
    await store.open([THINGS, LETTERS])
    dispatcher = Dispatcher(store, Feed(store), Settings(), [], [])
    running = asyncio.create_task(dispatcher.run())
    try:
        thing = Draft("1", {"id": "1"}, b'{"id":"1"}')
        await store.create(THINGS, thing, Scope(), [Event("ThingCreateEvent", b"null\n{}")])
        async with asyncio.timeout(PATIENCE):
            await _logged(store)
        assert await store.settle() == 0
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await store.close()


async def _logged(store: Store) -> None:
    while await store.last_event() == 0:
        await asyncio.sleep(0.05)
