"""What the class of an element adds to its base is kept (R-1106)."""

from collections.abc import Iterator
from typing import Any

from conformance.check import check
from conformance.likeness import unlike
from conformance.outcomes import applies, demand
from conformance.trial import Trial

Json = dict[str, Any]

#: So many positions of a resource are tried.
_TRIED = 6


@check("R-1106", title="An element keeps what its class adds to the base",
       needs=("create", "retrieve"))  # fmt: skip
async def classes_keep_their_own(trial: Trial) -> None:
    tried = 0
    for name, listed, element in _elements(trial):
        if tried == _TRIED:
            break
        answer = await trial.post(await trial.minimal(**{name: [element] if listed else element}))
        if answer.status != 201:
            continue  # What a class needs beside is not for this check to know.
        tried += 1
        seen = (await trial.look(str(answer.entity.get("id")))).get(name)
        kept = seen[0] if isinstance(seen, list) and seen else seen
        wrong = unlike(element, kept)
        demand(not wrong, f"{name} {element}", wrong or kept)
    applies(tried, "the file selects no class of its elements, or none was taken")


def _elements(trial: Trial) -> Iterator[tuple[str, bool, Json]]:
    """Each attribute that may be of several classes, with an element of each that adds a text."""
    schemas = trial.api.schemas
    form = schemas.get(str(trial.spec.create_schema), {})
    for name, declared in sorted(_properties(form, schemas).items()):
        listed = declared.get("type") == "array"
        base = _named(declared.get("items", declared) if listed else declared)
        schema = schemas.get(base, {})
        own = _properties(schema, schemas)
        for kind, target in sorted(schema.get("discriminator", {}).get("mapping", {}).items()):
            subclass = target.rpartition("/")[2]
            added = _properties(schemas.get(subclass, {}), schemas)
            texts = [n for n, s in added.items() if n not in own and s.get("type") == "string"]
            plain = [n for n in texts if not added[n].keys() & {"format", "enum"} and n[0] != "@"]
            # Where the base declares nothing the choice is between a reference and a value.
            if plain and own and name in trial.spec.settable - trial.moving:
                yield name, listed, {"@type": kind} | dict.fromkeys(plain, "kit")


def _named(schema: Json) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _properties(schema: Json, schemas: Any) -> dict[str, Json]:
    """The attributes a schema declares, with those of what it is made of."""
    found: dict[str, Json] = {}
    for part in schema.get("allOf", ()):
        found |= _properties(part, schemas)
    if "$ref" in schema:
        found |= _properties(schemas.get(_named(schema), {}), schemas)
    own: dict[str, Json] = schema.get("properties", {})
    return found | own
