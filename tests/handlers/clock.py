"""A clock that only goes when it is told to."""


class Clock:
    """Tells `now`, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
