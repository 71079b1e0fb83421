"""Slips in what a file demands: too much of a request, or too little of a reference (R-721)."""

from collections.abc import Callable, Iterator

from tmf_apis.spec.repairs import Node, Repair, bodies_of, parts_of, schemas_of

#: What a server sets or generates itself; no request is refused for leaving it out.
SERVER_SET = frozenset({"id", "href", "lastUpdate", "lifecycleStatus"})


def _lighten(
    name: str, schema: Node, unneeded: Callable[[str], bool], why: str
) -> Iterator[Repair]:
    for part in parts_of(schema):
        required = part.get("required", [])
        kept = [entry for entry in required if not unneeded(entry)]
        if kept != required:
            part["required"] = kept
            if not kept:
                del part["required"]
            yield Repair(f"schemas/{name}/required", required, kept, why)


def required_of_the_server(document: Node) -> Iterator[Repair]:
    """A create body need not carry what the server sets."""
    for name in bodies_of(document, "post"):
        schema = schemas_of(document).get(name, {})
        yield from _lighten(
            name,
            schema,
            SERVER_SET.__contains__,
            "the server sets it when it is absent",
        )


def required_of_the_owner(document: Node) -> Iterator[Repair]:
    """An order cannot know when the service it asks for will be created (R-641-02, R-638-03)."""
    for name, schema in schemas_of(document).items():
        if name.endswith(("_FVO", "_Create")):
            yield from _lighten(
                name,
                schema,
                "serviceDate".__eq__,
                "the inventory sets it when it creates one",
            )


def _and_its_bases(document: Node, name: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """A schema and the schemas it extends that serve the same kind of request."""
    yield name
    for part in schemas_of(document).get(name, {}).get("allOf", []):
        base = part.get("$ref", "").rpartition("/")[2]
        if base.endswith(suffixes):
            yield from _and_its_bases(document, base, suffixes)


def required_in_a_partial_update(document: Node) -> Iterator[Repair]:
    """A patch names what changes and nothing else."""
    bodies = [
        name
        for body in bodies_of(document, "patch")
        for name in _and_its_bases(document, body, ("_MVO", "_Update"))
    ]
    for name in dict.fromkeys(bodies):
        schema = schemas_of(document).get(name, {})
        if schema.get("type") == "array" or name.startswith(("JsonPatch", "Extensible")):
            continue
        yield from _lighten(
            name,
            schema,
            lambda entry: entry != "@type",
            "a partial update need not repeat it",
        )


def required_but_undeclared(document: Node) -> Iterator[Repair]:
    """`ServiceOrder` beside the declared `serviceOrder` is a misspelling, not an attribute."""
    for name, schema in schemas_of(document).items():
        declared = {p for part in parts_of(schema) for p in part.get("properties", {})}
        lower = {p.lower() for p in declared}
        yield from _lighten(
            name,
            schema,
            lambda entry, d=declared, low=lower: entry not in d and entry.lower() in low,  # type: ignore[misc]
            "a second spelling of a declared attribute",
        )


def references_without_id(document: Node) -> Iterator[Repair]:
    """A reference in a create body needs the id that it needs in an answer (R-1107)."""
    schemas = schemas_of(document)
    for name, schema in schemas.items():
        of = name.removesuffix("_FVO")
        if of == name or not of.endswith("Ref"):
            continue
        if "id" in _demanded(schemas.get(of, {})) - _demanded(schema):
            *_, part = parts_of(schema)
            was = part.get("required", [])
            part["required"] = [*was, "id"]
            place = f"schemas/{name}/required"
            yield Repair(place, was, part["required"], "an id makes a reference")


def _demanded(schema: Node) -> set[str]:
    """What a schema itself demands, its bases apart."""
    return {entry for part in parts_of(schema) for entry in part.get("required", [])}
