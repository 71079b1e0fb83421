"""What goes together in a resource: a bundle and what it bundles, for instance (R-620-05)."""

from collections.abc import Iterable, Mapping
from typing import Any

from tmf_apis.rules.base import Conditional


def conditional_fault(
    document: Mapping[str, Any], conditionals: Iterable[Conditional]
) -> str | None:
    """What is missing or too much, given the flags of a resource, or None when nothing is."""
    for rule in conditionals:
        if (document.get(rule.flag) is True) is not rule.when:
            continue
        said = f"while {rule.flag} is {str(rule.when).lower()}"
        if rule.needs and not document.get(rule.needs):
            return f"/{rule.needs}: this attribute is needed {said}."
        if rule.forbids and document.get(rule.forbids):
            return f"/{rule.forbids}: this attribute has no place {said}."
    return None
