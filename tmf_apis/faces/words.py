"""Words of one version that are others in the other (section 4)."""

from collections.abc import Callable
from typing import Any

from tmf_apis.faces.plan import OUT
from tmf_apis.faces.table import Values, loosely


def mapped(values: Values, to: int) -> Callable[[Any], Any]:
    """A function that gives what a word is on a side, or OUT where that side has none for it."""
    words, only = values.words[to], values.only[to]
    if not values.loose:
        return lambda value: words.get(value, value) if value.__class__ is str else OUT
    known = {loosely(word): word for word in only}
    known |= {loosely(word): meant for word, meant in words.items()}

    def loose(value: Any) -> Any:
        if value.__class__ is not str:
            return OUT
        return known.get(loosely(value), OUT if only else value)

    return loose
