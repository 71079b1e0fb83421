"""What is remembered of a neighbour: so many bytes, the last asked for longest."""

from handlers.neighbours.memory import Known, Memory


def test_what_is_known_is_there_until_it_is_known_otherwise() -> None:
    memory = Memory()
    memory.put("a", '"1"', b"one")
    assert (memory.get("a"), memory.get("b")) == (Known('"1"', b"one"), None)
    memory.put("a", '"2"', b"two")
    assert memory.get("a") == Known('"2"', b"two")
    memory.put("a", "", b"three")
    assert memory.get("a") is None


def test_what_nobody_asked_for_the_longest_goes_first() -> None:
    memory = Memory(room=10)
    for name in "abc":
        memory.put(name, "t", b"1234")
        memory.get("a")
    assert [name for name in "abc" if memory.get(name)] == ["a", "c"]
    memory.put("d", "t", b"12345678901")
    assert [name for name in "abcd" if memory.get(name)] == ["a", "c"]
