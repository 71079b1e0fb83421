"""What goes together in a resource: a bundle and what it bundles, for instance (R-620-05)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tmf_apis.rules.base import Conditional
from tmf_apis.tmf630.remarks import Remark


def parted(document: Mapping[str, Any], conditionals: Iterable[Conditional]) -> Iterator[Remark]:
    """What is missing or too much, given the flags of a resource."""
    for rule in conditionals:
        if (document.get(rule.flag) is True) is not rule.when:
            continue
        said = f"while {rule.flag} is {str(rule.when).lower()}"
        if rule.needs and not document.get(rule.needs):
            yield Remark(f"/{rule.needs}", f"This attribute is needed {said}.")
        if rule.forbids and document.get(rule.forbids):
            yield Remark(f"/{rule.forbids}", f"This attribute has no place {said}.")
