"""Where the states and moves of a machine stand on a drawing. Pure: a machine in, places out.

States stand in columns, by how many moves they are from a beginning; those that are final in the
last one. A move is a curve from the edge of one state to that of another.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tmf_apis.lifecycles.machine import By, Machine

#: Sizes in units of the drawing.
WIDTH, HEIGHT, APART, BELOW, MARGIN = 168, 34, 96, 22, 24


@dataclass(frozen=True, slots=True)
class Box:
    """A state: its upper left corner, and whether resources begin or end there."""

    state: str
    x: int
    y: int
    begins: bool
    final: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """A move: the path of its curve in SVG's words, and who makes it."""

    before: str
    after: str
    by: By
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole drawing and its size."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def drawing(machine: Machine) -> Drawing:
    """The drawing of a machine."""
    columns = _columns(machine)
    tallest = max(map(len, columns))
    boxes: dict[str, Box] = {}
    for number, states in enumerate(columns):
        x = MARGIN + number * (WIDTH + APART)
        above = (tallest - len(states)) * (HEIGHT + BELOW) // 2
        for row, state in enumerate(states):
            y = MARGIN + above + row * (HEIGHT + BELOW)
            boxes[state] = Box(state, x, y, state in machine.begins, state in machine.final)
    arrows = tuple(
        Arrow(before, after, by, _curve(boxes[before], boxes[after]))
        for before, targets in machine.moves.items()
        for after, by in targets.items()
    )
    return Drawing(
        width=2 * MARGIN + len(columns) * (WIDTH + APART) - APART,
        height=2 * MARGIN + tallest * (HEIGHT + BELOW) - BELOW,
        boxes=tuple(boxes.values()),
        arrows=arrows,
    )


def _columns(machine: Machine) -> list[list[str]]:
    """The states by column, none empty."""
    rank = dict.fromkeys(machine.begins or list(machine.moves)[:1], 0)
    waiting = list(rank)
    for state in waiting:
        for target in machine.moves[state]:
            if target not in rank:
                rank[target] = rank[state] + 1
                waiting.append(target)
    last = 1 + max(rank.values())
    ranks = [last if s in machine.final else rank.get(s, 0) for s in machine.states]
    columns = [
        [state for state, own in zip(machine.states, ranks, strict=True) if own == number]
        for number in range(last + 1)
    ]
    return [states for states in columns if states]


def _curve(one: Box, other: Box) -> str:
    """The curve from a box to another, to the right, back to the left, or within a column."""
    middle = HEIGHT // 2
    if other.x > one.x:
        start, end = (one.x + WIDTH, one.y + middle), (other.x, other.y + middle)
        bend = max(APART // 2, (end[0] - start[0]) // 2)
        # Over the columns between them, not through.
        over = (HEIGHT + BELOW) * (bend // (WIDTH + APART // 2))
        up, down = (start[0] + bend, start[1] - over), (end[0] - bend, end[1] - over)
        return _path(start, up, down, end)
    if other.x == one.x:
        start, end = (one.x + WIDTH, one.y + middle), (other.x + WIDTH, other.y + middle)
        bend = APART // 2
        return _path(start, (start[0] + bend, start[1]), (end[0] + bend, end[1]), end)
    start, end = (one.x, one.y + middle + 6), (other.x + WIDTH, other.y + middle + 6)
    bend = max(APART // 2, (start[0] - end[0]) // 2)
    under = (HEIGHT + BELOW) * (bend // (WIDTH + APART // 2))
    up, down = (start[0] - bend, start[1] + under), (end[0] + bend, end[1] + under)
    return _path(start, up, down, end)


def _path(*points: tuple[int, int]) -> str:
    (sx, sy), *rest = points
    return f"M{sx} {sy} C" + " ".join(_each(rest))


def _each(points: list[tuple[int, int]]) -> Iterator[str]:
    return (f"{x} {y}" for x, y in points)
