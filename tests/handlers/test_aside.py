"""Large documents are worked on beside the event loop, and only so many wait for it."""

import asyncio
import sys
from threading import Event, get_ident

import pytest

from handlers.aside import LARGE, PLACES, SHARE, aside, behind
from persistence.errors import Busy


def test_small_documents_are_worked_on_at_once() -> None:
    assert asyncio.run(aside(LARGE - 1, get_ident)) == get_ident()


def test_large_ones_are_worked_on_elsewhere_and_fail_as_small_ones_do() -> None:
    assert asyncio.run(aside(LARGE, get_ident)) != get_ident()
    with pytest.raises(ZeroDivisionError):
        asyncio.run(aside(LARGE, lambda: 1 // 0))


def test_others_go_on_meanwhile_and_who_finds_no_place_is_told_at_once() -> None:
    async def crowded() -> list[object]:
        ready = Event()
        waiting = [asyncio.create_task(aside(LARGE, ready.wait)) for _ in range(PLACES)]
        await asyncio.sleep(0.01)
        with pytest.raises(Busy):
            await aside(LARGE, get_ident)
        assert await aside(0, get_ident) == get_ident()
        ready.set()
        return list(await asyncio.gather(*waiting))

    assert asyncio.run(crowded()) == [True] * PLACES
    assert asyncio.run(aside(LARGE, get_ident))


def test_what_the_server_does_by_itself_waits_as_long_as_it_takes() -> None:
    async def crowded() -> list[object]:
        ready = Event()
        waiting = [asyncio.create_task(behind(LARGE, ready.wait)) for _ in range(3 * PLACES)]
        await asyncio.sleep(0.01)
        assert await behind(LARGE - 1, get_ident) == get_ident()
        assert await aside(LARGE, get_ident) != get_ident()
        ready.set()
        return list(await asyncio.gather(*waiting))

    assert asyncio.run(crowded()) == [True] * 3 * PLACES


def test_the_interpreter_is_shared_in_smaller_parts_meanwhile() -> None:
    async def both() -> list[float]:
        usual, first = sys.getswitchinterval(), Event()
        waiting = asyncio.create_task(aside(LARGE, first.wait))
        during = [await behind(LARGE, sys.getswitchinterval)]
        during.append(await aside(LARGE - 1, sys.getswitchinterval))
        first.set()
        await waiting
        assert sys.getswitchinterval() == usual > SHARE
        with pytest.raises(ZeroDivisionError):
            await aside(LARGE, lambda: 1 // 0)
        assert sys.getswitchinterval() == usual
        return during

    assert asyncio.run(both()) == [SHARE, SHARE]
