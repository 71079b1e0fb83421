"""The rules of any resource: its API's table, or what its specification alone suggests."""

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec

from tmf_apis.rules.base import ResourceRules, Rules
from tmf_apis.spec.model import ApiSpec, ResourceSpec

#: Attributes that hold a state or a time of change in any TM Forum API, strongest first.
_STATES = ("lifecycleStatus", "state", "status")
_TOUCHED = ("lastUpdate",)


def rules_of(api: ApiSpec, resource: ResourceSpec) -> ResourceRules:
    """The table's rules for a resource, confined to attributes its specification declares."""
    declared = resource.attributes.children
    rules = _table(api).get(resource.name) or ResourceRules(
        state=next((name for name in _STATES if name in declared), None),
        touched=_TOUCHED,
    )
    return replace(
        rules,
        state=rules.state if rules.state in declared else None,
        stamped=tuple(name for name in rules.stamped if name in declared),
        filled=tuple(name for name in rules.filled if name in declared),
        touched=tuple(name for name in rules.touched if name in declared),
        defaults={name: value for name, value in rules.defaults.items() if name in declared},
    )


def _table(api: ApiSpec) -> Rules:
    module = f"tmf_apis.rules.{api.number.lower()}"
    if not api.number.isalnum() or find_spec(module) is None:
        return {}
    tables: dict[str, Rules] = import_module(module).RULES
    return tables.get(api.major, {})
