"""TMF637 Product Inventory, a neighbour: products from the order on until they are terminated."""

from tmf_apis.rules.base import ResourceRules, Rules

_PRODUCT = ResourceRules(state="status", initial="created", stamped=("creationDate",))

RULES: dict[str, Rules] = {"v4": {"product": _PRODUCT}, "v5": {"product": _PRODUCT}}
