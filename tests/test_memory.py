"""What is kept of what clients send: worked out once, within some bytes, the oldest going first."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tmf_apis.memory import Memory, of_texts, remembering


class Asked:
    """A function that notes what it is asked."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def __call__(self, key: str) -> str:
        self.keys.append(key)
        if key == "bad":
            raise ValueError(key)
        return key.upper()


def test_what_is_kept_is_worked_out_once() -> None:
    asked = Asked()
    memory = of_texts(asked, 10_000)
    assert [memory["a"], memory["b"], memory["a"]] == ["A", "B", "A"]
    assert asked.keys == ["a", "b"]


def test_what_cannot_be_worked_out_is_asked_again() -> None:
    asked = Asked()
    memory = of_texts(asked, 10_000)
    for _ in range(2):
        with pytest.raises(ValueError, match="bad"):
            memory["bad"]
    assert asked.keys == ["bad", "bad"]


@pytest.mark.parametrize(("length", "kept"), [(1, 39), (700, 10), (1000, 8)])
def test_bytes_are_bounded_and_the_oldest_go_first(length: int, kept: int) -> None:
    memory = of_texts(str.upper, 10_000)
    keys = [str(number).rjust(length, "x") for number in range(10, 99)]
    keys = [key[-max(length, 2) :] for key in keys]
    for key in keys:
        memory[key]
    assert list(memory) == keys[-kept:]
    assert memory.taken <= 10_000


@pytest.mark.parametrize("key", ["x" * 2000, "é" * 500, ("x" * 1000, 1, ("y" * 1000,))])
def test_what_is_too_large_is_worked_out_and_not_kept(key: object) -> None:
    memory = of_texts(repr, 10_000)
    memory["small"]
    assert memory[key] == repr(key)
    assert list(memory) == ["small"]


def test_the_size_of_the_value_counts() -> None:
    memory = Memory(lambda key: "x" * key, lambda _, value: len(value), 10_000)
    for length in (500, 501, 502, 5_000):
        assert len(memory[length]) == length
    assert list(memory) == [500, 501, 502]
    assert 1503 < memory.taken < 3_000


def test_nothing_is_taken_once_it_is_cleared() -> None:
    memory = of_texts(str.upper, 10_000)
    memory["a"]
    memory.clear()
    assert (memory.taken, list(memory)) == (0, [])


def test_several_threads_may_ask_at_once() -> None:
    memory = of_texts(str.upper, 5_000)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda n: memory[f"a{n % 50}"], range(5_000)))
    assert found == [f"A{n % 50}" for n in range(5_000)]
    assert memory.taken <= 5_000
    assert memory.keys() <= {f"a{n}" for n in range(50)}


def test_a_function_keeps_what_it_gives() -> None:
    asked = Asked()
    function = remembering(10_000)(asked)
    assert [function("a"), function("a"), function("x" * 2000)] == ["A", "A", "X" * 2000]
    assert asked.keys == ["a", "x" * 2000]
