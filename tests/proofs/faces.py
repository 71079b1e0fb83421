"""A record through one version and the other: the laws of V-7, for whatever a version allows.

Every official example, all sample data, and 20,000 resources a version that are invented from
the schemas. Each is converted, written back, and changed and changed back through both faces.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from random import Random
from time import process_time
from typing import Any

import orjson

from tests.faces.examples import wholes
from tests.faces.invented import classes_of, invented
from tests.faces.laws import broken, turned
from tests.faces.pairs import AT, SIDES, Json, Pair, in_front, pair
from tests.official.examples import MISSING, reference_folder

INVENTED = 20_000
#: A change of one resource is tried at so many places; invented ones have hundreds.
MOST_SHOWN = 20
MOST_MICROSECONDS = 60


def prove() -> dict[str, Any]:
    """How many were tried, and which broke a law."""
    if reference_folder() is None:
        return {"holds": False, "summary": MISSING}
    shares = [(index, side) for index in range(len(in_front())) for side in SIDES]
    counts: Counter[str] = Counter()
    faults: list[str] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for found, told in pool.map(_judged, shares):
            counts += found
            faults += told
    cost = _cost()
    enough = all(counts[f"invented v{4 + side}"] >= INVENTED for side in SIDES)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    return {
        "holds": not faults and enough and cost["made"] <= MOST_MICROSECONDS,
        "summary": f"{told}; {len(faults)} laws broken; an order of 3 kB takes"
        f" {cost['made']:.0f} µs, a change of it {cost['changed']:.0f} µs",
        "counts": dict(counts),
        "faults": faults[:MOST_SHOWN],
        "microseconds": cost,
    }


def _judged(share: tuple[int, int]) -> tuple[Counter[str], list[str]]:
    """What was tried of one resource in one version, and the laws that broke."""
    index, side = share
    of = in_front()[index]
    counts: Counter[str] = Counter()
    faults = []
    for kind, document in _documents(of, side):
        counts[f"{kind} v{4 + side}"] += 1
        told = broken(of, side, document) + turned(of, side, document, edits=3)
        faults += [f"{of} v{4 + side}: {fault}" for fault in told]
    return counts, faults


def _documents(of: Pair, side: int) -> Iterator[tuple[str, Json]]:
    for sample in of.samples(side):
        yield "samples", sample
    for example in wholes(of):
        face = example if side else of.faces.made(1, example, AT)[0]
        if not of.unwritable(side, face):
            yield "examples", face
    classes, wanted, seed = classes_of(of, side), -(-INVENTED // len(in_front())), 0
    while wanted:
        document = invented(of, side, classes, Random(f"{of} {side} {seed}"))
        seed += 1
        if not of.unwritable(side, document):
            wanted -= 1
            yield "invented", document


def _cost() -> dict[str, float]:
    """What the conversion and a change of an order of about 3 kB cost, of processor time."""
    orders = pair("TMF622", "productOrder")
    order = min(orders.samples(1), key=lambda each: abs(len(orjson.dumps(each)) - 3000))
    other, memory = orders.faces.made(1, order, AT)
    new = orjson.loads(orjson.dumps(order)) | {"description": "changed"}
    made, changed = [], []
    for _ in range(30):
        started = process_time()
        for _ in range(200):
            orders.faces.made(1, order, AT)
        between = process_time()
        for _ in range(200):
            orders.faces.changed(1, new, order, other, memory, AT)
        made.append((between - started) / 200)
        changed.append((process_time() - between) / 200)
    return {"made": min(made) * 1e6, "changed": min(changed) * 1e6}
