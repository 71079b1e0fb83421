"""Puts our sentences into a document of facts, from the tables in `specs/wording/`."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from tmf_apis.comparing.tables import table

Node = dict[str, Any]

_SUFFIX = re.compile(r"_(FVO|MVO|Create|Update|RES)$")


def _lower_camel(name: str) -> str:
    """`ProductOffering` as the resource is called in paths, `productOffering` (R-101)."""
    return name[:1].lower() + name[1:]


class Unworded(LookupError):
    """A schema, attribute or resource for which the tables hold no sentence."""


class Wording:
    """The sentences for everything a document can hold."""

    def __init__(self, specs: Path) -> None:
        self.operations: Node = table(specs, "operations")
        self._schemas: Node = table(specs, "schemas")
        self._attributes: dict[str, str] = table(specs, "attributes")

    @cached_property
    def _patterns(self) -> list[tuple[str, str]]:
        """The `Glob.attribute` entries, the longest and so most particular first."""
        found = [(key, text) for key, text in self._attributes.items() if "*" in key]
        return sorted(found, key=lambda entry: -len(entry[0]))

    def words(self, resource: str) -> dict[str, str]:
        """What to fill into a template: the resource in the singular, the plural, with article."""
        try:
            words = self.operations["resources"][resource]
        except KeyError as missing:
            raise Unworded(f"resource {resource}") from missing
        article = "an" if words["one"][0] in "aeio" else "a"
        return {
            "one": words["one"],
            "many": words["many"],
            "a_one": f"{article} {words['one']}",
        }

    def schema(self, name: str) -> str:
        """What the schema stands for; raises `Unworded`."""
        if name in self._schemas["schemas"]:
            return str(self._schemas["schemas"][name])
        for variant in self._schemas["variants"]:
            match = re.fullmatch(variant["pattern"], name)
            if match:
                return str(variant["text"]).format(**self._fillers(match.groupdict()))
        raise Unworded(f"schema {name}")

    def _fillers(self, groups: dict[str, str]) -> dict[str, str]:
        fillers: dict[str, str] = {}
        if "type" in groups:
            fillers["type"] = groups["type"].lower()
        if "base" in groups:
            fillers["base"] = self.schema(groups["base"])
        if "resource" in groups:
            fillers |= self.words(_lower_camel(groups["resource"]))
        return fillers

    def attribute(self, schema: str, name: str) -> str:
        """What the attribute of that schema means; raises `Unworded`."""
        return next(self._meanings(_SUFFIX.sub("", schema), name))

    def _meanings(self, schema: str, name: str) -> Iterator[str]:
        """The sentences that fit, the most particular first; see the head of `attributes.yaml`."""
        key = f"{schema}.{name}"
        if key in self._attributes:
            yield self._attributes[key]
        yield from (text for pattern, text in self._patterns if fnmatchcase(key, pattern))
        kin = self._schemas["kin"].get(schema, schema.removesuffix("RefOrValue"))
        if f"{kin}.{name}" in self._attributes:
            yield self._attributes[f"{kin}.{name}"]
        yield from self._templated(self._attributes.get("{resource}." + name, ""), schema)
        if schema.endswith("Payload"):
            yield from self._templated(self._schemas["payload_attribute"], name)
        if name in self._attributes:
            yield self._attributes[name]
        raise Unworded(f"attribute {key}")

    def _templated(self, template: str, name: str) -> Iterator[str]:
        """The template filled with the words of the resource of that name, if it is one."""
        resource = _lower_camel(name)
        if template and resource in self.operations["resources"]:
            yield template.format(**self.words(resource))

    def operation(self, kind: str, resource: str) -> Node:
        """Summary and description of an operation; raises `Unworded`."""
        own = self.operations["resources"].get(resource, {}).get(kind)
        texts: Node = own or self.operations["kinds"][kind]
        fillers = self._operation_fillers(kind, resource)
        return {word: str(text).format(**fillers) for word, text in texts.items()}

    def response(self, kind: str, resource: str, status: str) -> str:
        """What an answer of an operation tells, errors apart; raises `Unworded`."""
        try:
            text = str(self.operations["responses"][kind][status])
        except KeyError as missing:
            raise Unworded(f"response {kind} {status}") from missing
        return text.format(**self._operation_fillers(kind, resource))

    def example(self, form: str, resource: str) -> str:
        """What an example body of that form shows."""
        return str(self.operations["examples"][form]).format(
            **self._operation_fillers(form, resource)
        )

    def _operation_fillers(self, kind: str, resource: str) -> dict[str, str]:
        if kind == "notify":
            return {"event": resource[:1].upper() + resource[1:]}
        return {} if resource == "hub" else self.words(resource)

    def tag(self, name: str) -> str:
        """What the operations under a tag have in common; raises `Unworded`."""
        for word, text in self.operations["tags"].items():
            if word in name:
                return str(text)
        try:
            return str(self.operations["resources"][name]["about"])
        except KeyError as missing:
            raise Unworded(f"tag {name}") from missing
