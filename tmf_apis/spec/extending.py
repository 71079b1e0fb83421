"""A specification with what an extension file adds to it: a resource shaped like another, and
attributes more. Pure.

An extension names no path and no schema of its own: it says which words stand for which, and
everything of the file whose name has the first of them is there a second time, in the other words.
So the second resource keeps the shape of the first in every version. Then come attributes, by
schema, which its own sentences describe.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from tmf_apis.spec.loading import Document

#: A pair of words: what the file has, and what stands there in its place.
Words = list[tuple[str, str]]

#: Marks an operation of ours that the published file lacks: this server offers it, and no other
#: server has to (D4).
ADDITION = "x-tmf-addition"
#: The components of which there are some by the name of a resource.
_NAMED = ("schemas", "requestBodies", "examples")


def extended(document: Document, extension: Mapping[str, Any]) -> Document:
    """The document with what an extension adds; the one given is not changed.

    `extension` has `words`, the first pair of which names the resources; `examples` by name, in
    the place of those that are made; and `attributes`: by schema, JSON Schemas by name.
    """
    words = list(_spellings(extension["words"]))
    whole = deepcopy(document)
    whole["paths"] = _doubled(document["paths"], words)
    for path in whole["paths"].keys() - document["paths"].keys():
        for operation in whole["paths"][path].values():
            operation[ADDITION] = True
    components = whole["components"]
    for section in _NAMED:
        if section in components:
            components[section] = _doubled(components[section], words)
    for name, value in extension.get("examples", {}).items():
        components["examples"][name]["value"] = value
    for name, attributes in extension.get("attributes", {}).items():
        _properties(components["schemas"][name]).update(deepcopy(attributes))
    known = {tag["name"]: tag for tag in document.get("tags", ())}
    whole["tags"] = list(_doubled(known, words).values())
    return whole


def _spellings(pairs: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each pair as it is, and at the beginning of a name."""
    for old, new in pairs:
        yield old, new
        yield old[:1].upper() + old[1:], new[:1].upper() + new[1:]


def _doubled(parts: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Parts by name, each that is named by the words a second time, before the one it is like."""
    found: dict[str, Any] = {}
    for name, part in parts.items():
        if (other := _said(name, words)) != name:
            found[other] = _in_words(part, words)
        found[name] = part
    return found


def _in_words(value: Any, words: Words) -> Any:
    if isinstance(value, dict):
        return {_said(name, words): _in_words(part, words) for name, part in value.items()}
    if isinstance(value, list):
        return [_in_words(part, words) for part in value]
    return _said(value, words) if isinstance(value, str) else value


def _said(text: str, words: Words) -> str:
    for old, new in words:
        text = text.replace(old, new)
    return text


def _properties(schema: Document) -> Document:
    """The attributes that a schema declares itself, be it made of others or not."""
    own = [part for part in (schema, *schema.get("allOf", ())) if "properties" in part]
    found: Document = own[-1]["properties"]
    return found
