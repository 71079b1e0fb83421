"""The worker is woken by what waits for it, and by nothing else."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from handlers.bell import Bell


def rung(bell: Bell) -> frozenset[str]:
    heard: Coroutine[Any, Any, frozenset[str]] = bell.rung(0.01)
    return asyncio.run(heard)


def test_it_says_what_it_was_rung_for_once() -> None:
    bell = Bell()
    for collection in ("a", "b", "c"):
        bell.listen_to(collection, ["waiting"])
    bell.ring("a", "waiting")
    bell.ring("b", "waiting")
    bell.ring("a", "waiting")
    assert rung(bell) == {"a", "b"}
    assert rung(bell) == frozenset()


def test_a_ring_that_nobody_listens_to_is_not_heard() -> None:
    bell = Bell()
    bell.ring("a", "waiting")
    bell.listen_to("b", ["waiting"])
    bell.ring("a", "waiting")
    assert rung(bell) == frozenset()


def test_what_waits_for_nobody_wakes_nobody() -> None:
    bell = Bell()
    bell.listen_to("a", ["waiting"])
    bell.ring("a", "completed")
    bell.ring("a", None)
    assert rung(bell) == frozenset()


def test_several_kinds_of_work_may_wait_in_one_collection() -> None:
    bell = Bell()
    bell.listen_to("a", ["waiting"])
    bell.listen_to("a", ["cancelled"])
    bell.ring("a", "waiting")
    assert rung(bell) == {"a"}


def test_what_waits_again_is_looked_for_from_the_start_once() -> None:
    bell = Bell()
    bell.listen_to("a", ["waiting"])
    bell.ring("a", "waiting")
    assert not bell.again()
    bell.ring_again("a", "waiting")
    assert rung(bell) == {"a"}
    assert (bell.again(), bell.again()) == (True, False)
