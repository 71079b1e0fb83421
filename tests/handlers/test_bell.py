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
    bell.listen_to(["a", "b", "c"])
    bell.ring("a")
    bell.ring("b")
    bell.ring("a")
    assert rung(bell) == {"a", "b"}
    assert rung(bell) == frozenset()


def test_a_ring_that_nobody_listens_to_is_not_heard() -> None:
    bell = Bell()
    bell.ring("a")
    bell.listen_to(["b"])
    bell.ring("a")
    assert rung(bell) == frozenset()
