"""Bodies for one API: built from its specification, with the fixtures laid over them."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from uuid import uuid4

from conformance.fixtures import Fixture, fixture_of
from conformance.outcomes import Skipped
from conformance.payloads import Synthesis
from conformance.scalars import START
from conformance.shapes import Fault, Shapes
from tmf_apis.spec.model import ApiSpec, ResourceSpec

Json = dict[str, Any]


#: A forged date-time: one that the kit sends nowhere else.
FORGED = "2019-08-07T06:05:04.000Z"


class Unbuildable(Skipped):
    """A body that cannot be built from the file: what it needs from fixtures, and why."""


class Bodies:
    """What to send to create each resource of one API."""

    def __init__(self, api: ApiSpec, given: Mapping[str, Mapping[str, Any]]) -> None:
        self._api = api
        self._given = given
        self._synthesis = Synthesis(api.schemas)
        self._strict = Shapes(api, strict=True)
        self._built: dict[tuple[str, str], Json] = {}

    def fixture(self, resource: ResourceSpec) -> Fixture:
        """What is known of a resource beyond its specification."""
        return fixture_of(self._api.number, self._api.major, resource.name, self._given)

    def minimal(self, resource: ResourceSpec) -> Json:
        """A new body with what a create requires; raises `Unbuildable`."""
        return self._body(resource, "minimal")

    def full(self, resource: ResourceSpec) -> Json:
        """A new body with all that a client may set; raises `Unbuildable`."""
        return self._body(resource, "full")

    def value(self, resource: ResourceSpec, attribute: str) -> Any:
        """A valid value for one attribute of a resource."""
        schema = resource.create_schema or resource.update_schema or resource.schema
        return self._synthesis.attribute(schema, attribute)

    def forged(self, resource: ResourceSpec, attribute: str) -> Any:
        """A valid value that the server would hardly choose: the last of an enumeration."""
        schema = self._synthesis.merged({"$ref": f"#/components/schemas/{resource.schema}"})
        declared = self._synthesis.merged(schema["properties"][attribute])
        if "enum" in declared:
            return declared["enum"][-1]
        value = self._synthesis.attribute(resource.schema, attribute)
        if isinstance(value, str) and value.startswith("kit "):
            return "kit forged"
        return FORGED if value == START else value

    def reference(self, resource: ResourceSpec, attribute: str, target: str) -> Any:
        """A value for an attribute that refers to an existing record."""
        value = self.value(resource, attribute)
        many = isinstance(value, list)
        whole = value[0] if many else value
        kept = {name: whole[name] for name in ("@type", "@referredType") if name in whole}
        pointed = {**kept, "id": target}
        return [pointed] if many else pointed

    def _body(self, resource: ResourceSpec, form: str) -> Json:
        if (resource.name, form) not in self._built:
            schema = resource.create_schema or resource.schema
            fixture = self.fixture(resource)
            if form == "full":
                settable = resource.settable - {"id", "href", *fixture.omit}
                built = self._synthesis.full(schema, settable)
            else:
                built = self._synthesis.minimal(schema)
            whole = built | dict(fixture.attributes)
            if form == "full":
                whole = self._without_options(resource, schema, whole)
            self._check(resource, schema, whole, fixture)
            self._built[resource.name, form] = whole
        filled: Json = _filled(deepcopy(self._built[resource.name, form]), uuid4().hex[:12])
        return filled

    def _without_options(self, resource: ResourceSpec, schema: str, body: Json) -> Json:
        """A body without those attributes of which no value could be built, and which may be left
        out.
        """
        faulty = {fault.attribute for fault in self._faults(schema, body)}
        return {n: v for n, v in body.items() if n in resource.mandatory or n not in faulty}

    def _check(self, resource: ResourceSpec, schema: str, body: Json, fixture: Fixture) -> None:
        """Raise `Unbuildable` for what does not fit the file, but for what fixtures say."""
        found = [f for f in self._faults(schema, body) if f.attribute not in fixture.attributes]
        if found:
            needed = ", ".join(dict.fromkeys(f.attribute or "all of it" for f in found))
            raise Unbuildable(
                f"a body of {resource.name} that the kit cannot build: give {needed} in the "
                f"fixtures (attributes); {found[0]}"
            )

    def _faults(self, schema: str, body: Json) -> list[Fault]:
        try:
            return self._strict.faults(schema, body)
        except ValueError:
            return []  # A pattern that the validator cannot read: the server is to judge.


def _filled(value: Any, unique: str) -> Any:
    """A body with `{unique}` replaced in its texts."""
    if isinstance(value, dict):
        return {name: _filled(inner, unique) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, unique) for inner in value]
    return value.replace("{unique}", unique) if isinstance(value, str) else value
