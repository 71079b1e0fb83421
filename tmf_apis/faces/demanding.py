"""What the other version demands of an object that may lack it (V-16, section 10 of the map)."""

from collections.abc import Collection
from typing import Any

from tmf_apis.faces.classes import Schema
from tmf_apis.faces.compiler import Compiler, Declared
from tmf_apis.faces.pairs import Pair
from tmf_apis.faces.plan import Demand, Plan
from tmf_apis.faces.rows import Computed
from tmf_apis.faces.supplies import Circumstances, supply
from tmf_apis.faces.table import OLDER


def demand(
    plan: Plan,
    to: int,
    pair: Pair,
    compiler: Compiler,
    required: Collection[str],
    target: Declared,
) -> None:
    """Give a plan what its side demands, and what stands in for it.

    `required` are the attributes that its class demands, `target` those it declares.
    """
    entry = compiler.entry(pair)
    supplies = entry.demands[to]
    here = Circumstances(
        pair.key, compiler.table.parties, compiler.table.media, compiler.base_paths[to]
    )
    flat = pair.part is not None and pair.part.inside != to
    wanted: dict[str, Any] = {}
    for name in sorted(set(required) - ({"@type"} if entry.kind != "data" else set())):
        if flat and (name not in supplies or name not in target):
            continue
        wanted[name] = supply(supplies[name], here) if name in supplies else None
    for name in supplies:
        if supplies[name] == "@whole":
            wanted[name] = supply(supplies[name], here)
    if flat:
        plan.strict = False
    for name, made in wanted.items():
        declared: Schema = target.get(name, {})
        filled = declared.get("minItems", 0) > 0
        placeholder = supplies.get(name) == "@featureCharacteristic"
        plan.demands.append(Demand(name, made, filled, placeholder))
    if entry.kind == "medium" and to == OLDER and not flat:
        written = supply("@mediumType", here)
        rule = Computed(
            "@type", ["@type"], ["mediumType"],
            lambda new, old, other: {"mediumType": written({}, {}, "")},
        )  # fmt: skip
        plan.groups.append((frozenset({"@type"}), rule))
