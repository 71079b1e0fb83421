"""What a plain value passes on its way: new words, and what must fit the other version (V-16)."""

from collections.abc import Callable
from typing import Any

from tmf_apis.faces.classes import Schema
from tmf_apis.faces.fitting import Guard, filled, within
from tmf_apis.faces.plan import OUT, Change


def guards(
    here: Schema,
    there: Schema,
    change: Change | None,
    guard: Callable[..., Guard],
    *,
    lax: bool,
    required: bool,
    demanded: bool,
) -> Change | None:
    """What a value passes; None where it crosses as it is, whatever it is.

    `here` and `there` are what binds it on either side, `change` gives it other words, and `guard`
    makes what lets pass a value that fits. It is `lax` where nothing here binds it, `demanded`
    where it must be here, and `required` where it must be there.
    """
    fits = within(_changed(here, change), there) and not (lax and there)
    may_be_blank = not required or there.get("type", "string") != "string"
    may_be_blank = may_be_blank or "enum" in there or (demanded and not lax)
    steps = [change] if change else []
    if not fits:
        steps.append(guard(blank=may_be_blank))
    elif not may_be_blank:
        steps.append(filled)
    if not steps:
        return None
    return steps[0] if len(steps) == 1 else _both(*steps)


def _changed(bounds: Schema, change: Change | None) -> Schema:
    """What binds a value after a change of words: its list of words, if it has one."""
    if change is None or "enum" not in bounds:
        return bounds if change is None else {"type": bounds.get("type")}
    return {
        **bounds,
        "enum": [word for value in bounds["enum"] if (word := change(value)) is not OUT],
    }


def _both(first: Change, second: Change) -> Change:
    def change(value: Any) -> Any:
        made = first(value)
        return made if made is OUT else second(made)

    return change
