"""The rules of any resource: its API's table, or what its specification alone suggests."""

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from tmf_apis.rules.base import ResourceRules, Rules
from tmf_apis.rules.customary import CHANGED, STATES, customary, is_time
from tmf_apis.spec.model import ApiSpec, ResourceSpec


def rules_of(api: ApiSpec, resource: ResourceSpec) -> ResourceRules:
    """The table's rules for a resource, confined to attributes its specification declares."""
    declared = resource.attributes.children
    rules = _table(api).get(resource.name) or ResourceRules(
        state=next((name for name in STATES if name in declared), None)
    )
    changed = tuple(name for name in CHANGED if is_time(declared.get(name)))
    return replace(
        rules,
        state=rules.state if rules.state in declared else None,
        stamped=tuple(name for name in rules.stamped if name in declared),
        filled=tuple(name for name in rules.filled if name in declared),
        touched=tuple(n for n in dict.fromkeys((*rules.touched, *changed)) if n in declared),
        defaults={name: value for name, value in rules.defaults.items() if name in declared},
    )


def served_rules(api: ApiSpec, resource: ResourceSpec) -> ResourceRules:
    """The same for a server, which sets by custom what no table says (R-705)."""
    rules = rules_of(api, resource)
    return rules if resource.name in _table(api) else customary(rules, resource)


def open_enumerations(api: ApiSpec) -> frozenset[str]:
    """The component schemas whose enumeration is a recommendation (R-711)."""
    names: frozenset[str] = getattr(_module(api), "OPEN_ENUMERATIONS", frozenset())
    return names


def _table(api: ApiSpec) -> Rules:
    tables: dict[str, Rules] = getattr(_module(api), "RULES", {})
    return tables.get(api.major, {})


def _module(api: ApiSpec) -> ModuleType | None:
    """The module with an API's tables, found by its number; None when there is none."""
    name = f"tmf_apis.rules.{api.number.lower()}"
    known = api.number.isalnum() and find_spec(name) is not None
    return import_module(name) if known else None
