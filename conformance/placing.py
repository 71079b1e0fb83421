"""One value of a body, by its path: of what kind the file makes it, and the body with another."""

from copy import deepcopy
from typing import Any

from conformance.trial import Trial
from tmf_apis.spec.types import Kind

Json = dict[str, Any]


def kind_at(trial: Trial, path: str) -> Kind | None:
    """The kind that the file gives the value at a path such as `/note/0/date`; None for none."""
    names = [part for part in path.split("/")[1:] if not part.isdigit()]
    attribute = trial.spec.attributes.find(names)
    return attribute.kind if attribute else None


def with_value(body: Json, path: str, value: Any) -> Json:
    """The body with another value at a path; the body itself stays as it is."""
    changed = deepcopy(body)
    place: Any = changed
    *above, last = [int(part) if part.isdigit() else part for part in path.split("/")[1:]]
    for part in above:
        place = place[part]
    place[last] = value
    return changed
