"""Parts of a pattern: how they are written one behind another, and what it costs to match them.

PCRE tries one way after another and gives up after ten million steps, which a server may take
for "not found". So what can match in too many ways from one place is refused. Before that, what
is repeated is written so that few ways are left. Only whether a pattern is found matters, so
that of a repetition the shortest will do where what follows may take the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from persistence.mongo.characters import Characters, Ranges, apart, union, within
from persistence.mongo.ways import ONE, TOO_MANY, Ways


class Repeated(NamedTuple):
    """A set of characters, and how often it follows itself; `most` is None without an end."""

    of: Characters
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a pattern.

    `starts` are the characters it may begin with, and `empty` whether it may match none.
    `ways` tells in how many ways it may match from one place. `exact` is what it is made of, where
    all it can match has one length.
    """

    text: str
    starts: Ranges = ()
    empty: bool = True
    ways: Ways = ONE
    exact: Ranges | None = ()
    #: What it is where it is a set of characters and nothing else.
    set: Repeated | None = None
    #: Of repetitions that match in one way at most, the characters that begin one more.
    again: Ranges | None = None
    #: Of repetitions, the same as seldom as may be.
    fewest: "Piece | None" = None

    @property
    def run(self) -> Repeated | None:
        """The set that it repeats, where it may do so more or less often."""
        return self.set if self.set and self.set.least != self.set.most else None


NOTHING = Piece("")


def assertion(text: str, starts: Ranges = (), *, ends: bool = False) -> Piece:
    """What matches between characters. One that `ends` lets no others follow than `starts`."""
    return Piece(text, starts, empty=not ends)


def run(of: Characters, least: int = 1, most: int | None = 1) -> Piece:
    """A set of characters, so many times."""
    if most == 0:
        return NOTHING
    varies = least != most
    return Piece(
        of.text + _sign(least, most),
        of.most,
        least == 0,
        Ways(0, 1) if most is None else Ways(most - least + 1),
        None if varies else of.most,
        Repeated(of, least, most),
        of.most if varies else None,
        run(of, least, least) if varies else None,
    )


def repeated(piece: Piece, least: int, most: int | None) -> Piece:
    """A piece, so many times."""
    if piece.set is not None and piece.set.least == piece.set.most == 1:
        return run(piece.set.of, least, most)
    if most == 0 or piece.exact == ():  # Between characters once is as good as often.
        return piece if least else NOTHING
    if least == most == 1:
        return piece
    if most is None:
        ways = Ways(0, 1) if piece.ways == ONE else TOO_MANY
    else:
        ways = piece.ways.to_the(most).times(Ways(most - least + 1))
    single = piece.ways == ONE and not piece.empty and least != most
    return Piece(
        f"(?:{piece.text}){_sign(least, most)}",
        piece.starts,
        piece.empty or least == 0,
        ways,
        piece.exact if least == most else None,
        again=piece.starts if single else None,
        fewest=None if least == most else repeated(piece, least, least),
    )


def either(branches: Sequence[Piece]) -> Piece:
    """One of some pieces."""
    if len(branches) == 1:
        return branches[0]
    told_apart = not any(piece.empty for piece in branches) and all(
        apart(piece.starts, other.starts)
        for place, piece in enumerate(branches)
        for other in branches[:place]
    )
    ways = branches[0].ways
    for piece in branches[1:]:
        ways = ways.or_more(piece.ways) if told_apart else ways.plus(piece.ways)
    return Piece(
        f"(?:{'|'.join(piece.text for piece in branches)})",
        union(*(piece.starts for piece in branches)),
        any(piece.empty for piece in branches),
        ways,
        None,
    )


def row(pieces: Sequence[Piece]) -> Piece:
    """Pieces one behind another."""
    settled = _settled(_hopped(_absorbed(pieces)))
    if len(settled) == 1:
        return settled[0]
    ways = ONE
    for piece in settled:
        ways = ways.times(piece.ways)
    exact = [piece.exact for piece in settled]
    return Piece(
        "".join(piece.text for piece in settled),
        _next(settled)[0],
        all(piece.empty for piece in settled),
        ways,
        None if None in exact else union(*(each for each in exact if each)),
    )


def trimmed(pieces: Sequence[Piece]) -> list[Piece]:
    """A whole pattern without what its ends repeat more often than they must."""
    rest = _absorbed(pieces)
    for place in (0, -1):
        while rest and (fewest := rest[place].fewest) is not None:
            rest[place] = fewest
            rest = _absorbed(rest)
    return rest


def _absorbed(pieces: Sequence[Piece]) -> list[Piece]:
    """Of two repetitions side by side, the one that the other may stand in for made short."""
    done: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        while done and _stands_in(piece.run, done[-1].run):
            done[-1:] = _short(done[-1])
        done += _short(piece) if done and _stands_in(done[-1].run, piece.run) else [piece]
    return done


def _stands_in(larger: Repeated | None, smaller: Repeated | None) -> bool:
    if larger is None or smaller is None or larger.most is not None:
        return False
    return within(smaller.of.most, larger.of.least)


def _short(piece: Piece) -> list[Piece]:
    return [piece.fewest] if piece.fewest and piece.fewest.text else []


def _hopped(pieces: Sequence[Piece]) -> list[Piece]:
    """Repetitions that are left for good at the first place where what follows them matches.

    That is right where another one follows that takes all they could have taken: from the
    first place on it reaches whatever can be reached from a later one.
    """
    places = [place for place, piece in enumerate(pieces) if piece.run is not None]
    if not places:
        return list(pieces)
    done = list(pieces[: places[0]])
    for place, following in zip(places, [*places[1:], None], strict=True):
        hop, between = pieces[place], pieces[place + 1 : following]
        later = None if following is None else pieces[following].run
        if later is not None and _leads(hop, between, later):
            text = "".join(piece.text for piece in between)
            done.append(Piece(f"(?>{hop.text}?{text})", *_next([hop, *between]), exact=None))
        else:
            done += [hop, *between]
    return done


def _leads(hop: Piece, between: Sequence[Piece], later: Repeated) -> bool:
    if hop.run is None or later.most is not None:
        return False
    taken = [hop.run.of.most, *(piece.exact for piece in between)]
    return any(piece.exact for piece in between) and all(
        each is not None and within(each, later.of.least) for each in taken
    )


def _settled(pieces: Sequence[Piece]) -> list[Piece]:
    """Repetitions that end where they must, because what follows them begins otherwise."""
    done: list[Piece] = []
    for place, piece in enumerate(pieces):
        following, open_ = _next(pieces[place + 1 :])
        if piece.again is not None and not open_ and apart(piece.again, following):
            # Only where it saves memory: PCRE reads some of the others wrongly.
            for_good = "+" if piece.set is None and piece.text[-1] in "*+" else ""
            piece = replace(piece, text=piece.text + for_good, ways=ONE, again=None)
        done.append(piece)
    return done


def _next(pieces: Sequence[Piece]) -> tuple[Ranges, bool]:
    """The characters that pieces may begin with, and whether they may match none."""
    starts: list[Ranges] = []
    for piece in pieces:
        starts.append(piece.starts)
        if not piece.empty:
            return union(*starts), False
    return union(*starts), True


def _sign(least: int, most: int | None) -> str:
    named = {(1, 1): "", (0, None): "*", (1, None): "+", (0, 1): "?"}
    if least == most:
        return named.get((least, most), f"{{{least}}}")
    return named.get((least, most), f"{{{least},{'' if most is None else most}}}")
