"""All checks: one topic a module, found by themselves.

A new topic is a new module of this folder with functions that `conformance.check.check`
decorates; nothing else is to be told of it.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from conformance.check import REGISTRY, Check

for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")

#: Every check by name.
CHECKS: Mapping[str, Check] = REGISTRY
