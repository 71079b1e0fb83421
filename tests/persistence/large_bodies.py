"""Resources of the greatest size and of many shapes, and their life in a store.

A shape follows from its number alone. What a store answered in a life is a list of plain values,
which two stores can be compared by.
"""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from random import Random
from typing import Any

import orjson

from persistence.store import Draft, Event, Once, Record
from tests.persistence.driver import Driver, one
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Predicate, Query

#: The greatest body that the server takes unless told otherwise.
MOST = 4 * 1024 * 1024
#: Flags of a server of the tests that has room for some of them.
ROOMY = ("--cache-size", "4G", "--oplog-max-entries", "100")
#: What is left of it for the rest of a resource.
_REST = 2_000
#: Bytes of ids and characteristics.
INDEXED = 100_000
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "äß€漢字😀",
    'quotes " and \\ and \n', ".$%,:[]{}", " ,.", "0",
)  # fmt: skip

Fill = Callable[[Random, int], dict[str, Any]]


def text(chance: Random, length: int) -> str:
    return "".join(chance.choices(chance.choice(_ALPHABETS), k=length))


def size(value: Any) -> int:
    return len(orjson.dumps(value))


def until(room: int, values: Iterator[Any]) -> list[Any]:
    """So many values as there is room for."""
    some: list[Any] = []
    for value in values:
        room -= size(value) + 1
        if room < 0:
            break
        some.append(value)
    return some


def forever(make: Callable[[], Any]) -> Iterator[Any]:
    while True:
        yield make()


def long_text(name: str) -> Fill:
    def fill(chance: Random, room: int) -> dict[str, Any]:
        written = text(chance, 1_000)
        return {name: written * (room // (size(written) - 1))}

    return fill


def random_text(chance: Random, room: int) -> dict[str, Any]:
    """One that no compression makes much shorter."""
    return {"note": "".join(chance.choices(_ALPHABETS[0], k=room - 20))}


def numbers(chance: Random, room: int) -> dict[str, Any]:
    digits = chance.choice((1, 3, 9, 18))
    return {"n": until(room, forever(lambda: chance.randrange(10**digits)))}


def mixture(chance: Random, room: int) -> dict[str, Any]:
    values = (None, True, False, 0, -1.5, "", [], {}, "2024-01-01T00:00:00Z", [[]], {"": {}})
    return {"mixed": until(room, forever(lambda: chance.choice(values)))}


def members(chance: Random, room: int) -> dict[str, Any]:
    """One object with very many members, or many with few."""
    most = chance.choice((1, 10, 100_000))
    length = chance.choice((1, 6, 200))

    def some() -> dict[str, Any]:
        written = text(chance, length)
        entries = ((f"{written}{n}", n) for n in range(chance.randint(1, most)))
        return dict(until(room // 2, entries))

    return {"objects": until(room, forever(some))}


def deep(chance: Random, room: int) -> dict[str, Any]:
    levels = chance.choice((2, 10, 55))

    def nest() -> Any:
        value: Any = chance.randrange(100)
        for _ in range(levels):
            value = [value] if chance.random() < 0.3 else {"d": value}
        return value

    return {"deep": until(room, forever(nest))}


def references(chance: Random, room: int) -> dict[str, Any]:
    length = chance.choice((3, 36, 1_000))
    return {"party": until(_some(room), forever(lambda: {"id": text(chance, length)}))}


def characteristics(chance: Random, room: int) -> dict[str, Any]:
    values: list[Callable[[], Any]] = [
        lambda: chance.randrange(10**6),
        lambda: text(chance, 5),
        lambda: [chance.randrange(100) for _ in range(20)],
    ]

    def pair() -> dict[str, Any]:
        return {"name": text(chance, 4), "value": chance.choice(values)()}

    return {"characteristic": until(_some(room), forever(pair))}


def many_values(chance: Random, room: int) -> dict[str, Any]:
    """One characteristic with very many values."""
    return {"characteristic": [{"name": "c", "value": until(_some(room), iter(range(10**7)))}]}


def _some(room: int) -> int:
    """What is indexed is limited: the server of the tests takes a minute for half a million."""
    return min(room, INDEXED)


FILLS: tuple[Fill, ...] = (
    long_text("note"), long_text("name"), long_text("description"), random_text, numbers, mixture,
    members, deep, references, characteristics, many_values,
)  # fmt: skip


def resource(number: int, most: int = MOST) -> dict[str, Any]:
    """The resource of a number, whose body is nearly as large as it may be.

    The first ones have one fill each, all others up to three.
    """
    chance = Random(number)
    fills = [FILLS[number]] if number < len(FILLS) else chance.sample(FILLS, chance.randint(1, 3))
    made: dict[str, Any] = {"id": f"r{number}", "state": f"s{number}", "mark": f"m{number}"}
    for fill in fills:
        made = {**fill(chance, (most - _REST) // len(fills)), **made}
    rest = most - _REST - size(made)
    return {**made, "rest": "r" * rest} if rest > 0 else made


def drafted(document: dict[str, Any]) -> Draft:
    return Draft(document["id"], document, orjson.dumps(document))


def life(shop: Driver, number: int) -> tuple[list[Any], bool]:
    """What a store answers in the life of a resource: made with a key, asked for, changed twice
    while its events wait, replayed, listed, removed. And whether it is found by what is mirrored
    nowhere.
    """
    document = resource(number)
    first = drafted(document)
    assert 0.9 * MOST < len(first.body) <= MOST
    once = Once(f"key {number}", "digest")
    answers: list[Any] = []

    made = shop.create(first, events=[Event("Made", first.body)], once=once)
    answers += [_told(made.record), made.replayed, _told(shop.get(first.id))]
    for change in range(2):
        changed = drafted({**document, "state": f"s{number}", "changed": change})
        shop.replace(shop.get(first.id), changed, events=[Event("Changed", changed.body)])
        answers.append(_told(shop.get(first.id)))
    again = shop.create(drafted({"id": "other"}), once=once)
    answers += [_told(again.record), again.replayed]

    for path, value in (("state", f"s{number}"), ("id", first.id), ("state", "none")):
        found = shop.find(Query(_equal(path, value), limit=5))
        answers.append(([_told(record) for record in found.records], found.total))
    copied = shop.ids(Query(_equal("mark", f"m{number}"))) == [first.id]

    shop.delete(shop.get(first.id), events=[Event("Gone", first.body)])
    answers += [(kind, id, _digest(body)) for kind, id, body in shop.events()]
    answers.append(shop.find().total)
    return answers, copied


def _equal(name: str, value: str) -> Predicate:
    return Comparison(one(name), Operator.EQ, (value,), Kind.TEXT)


def _told(record: Record) -> tuple[str, str]:
    return record.id, _digest(record.body)


def _digest(body: bytes) -> str:
    return blake2b(body, digest_size=8).hexdigest()
