"""Which reads are worth a trial among short ones: those that are likely to be short themselves."""

from collections import OrderedDict
from time import monotonic

#: Seconds for which a read that was long is believed to be long again.
LONG = 10.0
#: Beside 0 for what was short: what was held up once, and may have been short but for that.
_DOUBTED = -1.0
#: Seconds without a trial of what is not known, after one that failed: trials that fail take so
#: at most a twentieth of an event loop's time.
REST = 0.06
#: Reads that something is known of.
_KNOWN = 2_000


class Trials:
    """What became of trials, by the shape of a read. Every empty shape is worth one."""

    def __init__(self) -> None:
        #: Until when a shape is believed to be long; 0 for those that were short.
        self._long: OrderedDict[int, float] = OrderedDict()
        self._resting = 0.0

    def is_worth(self, shape: str) -> bool:
        """Whether a read is to be tried."""
        if not shape:
            return True
        until = self._long.get(hash(shape))
        if until is None:
            return monotonic() >= self._resting
        return until <= 0 or monotonic() >= until

    def note(self, shape: str, *, short: bool) -> None:
        """What a read was."""
        (self.went_well if short else self.failed)(shape)

    def went_well(self, shape: str) -> None:
        """A read was short."""
        if shape and self._long.get(hash(shape)) != 0.0:
            self._note(shape, 0.0)

    def held_up(self, shape: str) -> None:
        """A read was stopped that had hardly worked: the machine had no time for it, or the disk.

        Twice running it is held to be long.
        """
        if not shape or self._long.get(hash(shape)) == _DOUBTED:
            self.failed(shape)
        else:
            self._resting = monotonic() + REST
            self._note(shape, _DOUBTED)

    def failed(self, shape: str) -> None:
        """A read was stopped, or long."""
        now = monotonic()
        self._resting = now + REST
        if shape:
            self._note(shape, now + LONG)

    def _note(self, shape: str, until: float) -> None:
        self._long[hash(shape)] = until
        if len(self._long) > _KNOWN:
            self._long.popitem(last=False)
