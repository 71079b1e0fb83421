"""Short ways to ask: does a JSONPath find something in a resource, and how is it refused?"""

from typing import Any
from urllib.parse import quote

from tests.tmf630.asking import keeps, refusal

Resource = dict[str, Any]


def found(path: str, resource: Resource) -> bool:
    """Whether a `filter` keeps a resource."""
    return keeps(f"filter={quote(path)}", resource)


def refused(path: str) -> int:
    """The status a `filter` is refused with."""
    return refusal(f"filter={quote(path)}")[0]
