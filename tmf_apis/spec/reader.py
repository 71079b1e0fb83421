"""From an OpenAPI 3.0 document to the values the server works with."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tmf_apis.spec.attributes import attributes_of, referred
from tmf_apis.spec.extending import ADDITION, extended
from tmf_apis.spec.loading import Document, SpecError, load_document
from tmf_apis.spec.model import ApiSpec, HubSpec, ResourceSpec
from tmf_apis.spec.slips import repair

_VERSIONED_PATH = re.compile(r"/v(\d+)$")
_NUMBER = re.compile(r"TMF[ _-]?(\d{3})", re.IGNORECASE)
#: The number of a version, whatever stands around it.
_DIGITS = re.compile(r"\d+(?:\.[\w+-]+)*")
#: What a path can be mounted at: segments without signs that mean something to a router.
_MOUNTABLE = re.compile(r"(?:/[\w.~@:,;=+-]+)+", re.ASCII)
_PARAMETER = re.compile(r"\{[^}]+\}")
#: Attributes no resource lets a client change, whatever its file says (R-810).
NEVER_PATCHABLE = frozenset({"id", "href", "@type", "@baseType", "@schemaLocation"})


def read(path: Path, extension: Mapping[str, Any] | None = None) -> ApiSpec:
    """The API a specification file describes, slips mended (R-721), with what an extension adds.

    Takes Swagger 2.0 and OpenAPI 3.0, JSON and YAML. Raises `SpecError`.
    """
    document = load_document(path)
    if extension is not None:
        document = extended(document, extension)
    repair(document)
    info = document.get("info", {})
    number = _DIGITS.search(str(info.get("version", "")))
    version = number[0] if number else "1"
    if not document.get("paths"):
        raise SpecError(f"{path}: the file has no paths")
    return ApiSpec(
        number=_number(path, info),
        title=str(info.get("title", path.stem)).strip(),
        version=version,
        base_path=_base_path(document, version),
        document=document,
        source=path,
        resources=tuple(_resources(document)),
        hub=_hub(document),
        listeners=dict(_listeners(document)),
    )


def _number(path: Path, info: Mapping[str, Any]) -> str:
    """The number of the API, from the file's name or its own words; its stem if it has none."""
    for text in (
        path.stem,
        str(info.get("title", "")),
        str(info.get("description", "")),
    ):
        if match := _NUMBER.search(text):
            return f"TMF{match[1]}"
    return path.stem


def _base_path(document: Document, version: str) -> str:
    """Where the API is mounted: its first server URL if that ends in its version, else its
    title (D9).
    """
    major = version.partition(".")[0]
    for server in document.get("servers", [])[:1]:
        url = str(server.get("url", ""))
        for name, variable in server.get("variables", {}).items():
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        path = urlsplit(url).path.rstrip("/")
        match = _VERSIONED_PATH.search(path)
        if match and match[1] == major and _MOUNTABLE.fullmatch(path):
            return path
    words = re.findall(r"[A-Za-z0-9]+", str(document.get("info", {}).get("title", "")))
    name = "".join(word[:1].upper() + word[1:] for word in words) or "Api"
    return f"/tmf-api/{name[:1].lower()}{name[1:]}/v{major}"


@dataclass(slots=True)
class _Collection:
    """The operations of one collection and of its items, gathered from the paths."""

    segments: tuple[str, ...]
    collection: Mapping[str, Any]
    item: Mapping[str, Any]


def _resources(document: Document) -> Iterator[ResourceSpec]:
    for gathered in _collections(document):
        resource = _resource(document, gathered)
        if resource is not None:
            yield resource


def _collections(document: Document) -> Iterator[_Collection]:
    """Collections in the order of the file; their paths end in a name, items in a parameter."""
    paths: Mapping[str, Any] = document["paths"]
    by_segments = {
        tuple(part for part in path.split("/") if part): item for path, item in paths.items()
    }
    seen = set()
    for segments in by_segments:
        if not segments or segments[0] in ("hub", "listener"):
            continue
        names = segments[:-1] if _PARAMETER.fullmatch(segments[-1]) else segments
        shape = _shape(names)
        if not names or shape in seen:
            continue
        seen.add(shape)
        item: Mapping[str, Any] = next(
            (
                found
                for candidate, found in by_segments.items()
                if _shape(candidate) == (*shape, "{}")
            ),
            {},
        )
        yield _Collection(names, by_segments.get(names, {}), item)


def _shape(segments: tuple[str, ...]) -> tuple[str, ...]:
    """Segments with every parameter alike."""
    return tuple("{}" if _PARAMETER.fullmatch(part) else part for part in segments)


def _resource(document: Document, gathered: _Collection) -> ResourceSpec | None:
    collection, item = gathered.collection, gathered.item
    schemas = document.get("components", {}).get("schemas", {})
    create = _body_schema(document, collection.get("post", {}))
    update = _body_schema(document, item.get("patch", {}))
    schema = (
        _answer_schema(document, item.get("get", {}), "200")
        or _answer_schema(document, collection.get("post", {}), "201")
        or _answer_schema(document, item.get("patch", {}), "200")
        or _answer_schema(document, collection.get("get", {}), "200")
        or create
    )
    if schema is None:
        return None
    attributes = attributes_of(schema, schemas)
    creatable = _declared(create, schemas)
    updatable = _declared(update, schemas)
    return ResourceSpec(
        name=gathered.segments[-1],
        segments=gathered.segments,
        schema=schema,
        create_schema=create,
        update_schema=update,
        collection_methods=_methods(collection),
        item_methods=_methods(item),
        attributes=attributes,
        creatable=creatable,
        mandatory=tuple(sorted(_required(create, schemas) - {"id", "href"})) if create else (),
        not_patchable=NEVER_PATCHABLE
        | (frozenset(attributes.children) - updatable if updatable else frozenset()),
        typed="@type" in _required(schema, schemas),
        cursors=any(_name(document, p) == "after" for p in _list_parameters(collection)),
    )


def _methods(item: Mapping[str, Any]) -> frozenset[str]:
    known = ("get", "post", "patch", "delete")
    return frozenset(method.upper() for method in known if method in item)


def _list_parameters(collection: Mapping[str, Any]) -> list[Any]:
    parameters: list[Any] = collection.get("get", {}).get("parameters", [])
    return parameters


def _name(document: Document, parameter: Mapping[str, Any]) -> str:
    return str(_resolved(document, parameter, "parameters").get("name", ""))


def _resolved(document: Document, node: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    """A component that may stand behind a reference."""
    name = referred(dict(node))
    components = document.get("components", {}).get(section, {})
    found: Mapping[str, Any] = components.get(name, {}) if name else node
    return found


def _json_schema(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of the JSON variant of a body."""
    for media, body in content.items():
        if media.partition(";")[0] == "application/json":
            schema: Mapping[str, Any] = body.get("schema", {})
            return schema
    return next((body.get("schema", {}) for body in content.values()), {})


def _body_schema(document: Document, operation: Mapping[str, Any]) -> str | None:
    body = _resolved(document, operation.get("requestBody", {}), "requestBodies")
    return referred(dict(_json_schema(body.get("content", {})))) or None


def _answer_schema(document: Document, operation: Mapping[str, Any], status: str) -> str | None:
    response = _resolved(document, operation.get("responses", {}).get(status, {}), "responses")
    schema = _json_schema(response.get("content", {}))
    if schema.get("type") == "array":
        schema = schema.get("items", {})
    return referred(dict(schema)) or None


def _declared(name: str | None, schemas: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(attributes_of(name, schemas).children) if name else frozenset()


def _required(name: str | None, schemas: Mapping[str, Any]) -> frozenset[str]:
    """What a schema requires, its bases included."""
    found: set[str] = set()
    waiting, seen = [name or ""], set[str]()
    while waiting:
        schema = schemas.get(each := waiting.pop(), {})
        if each not in seen:
            seen.add(each)
            for part in (schema, *schema.get("allOf", ())):
                waiting.append(referred(part))
                found.update(part.get("required", ()))
    return frozenset(found)


def _hub(document: Document) -> HubSpec | None:
    paths = document["paths"]
    registry = paths.get("/hub")
    if registry is None:
        return None
    body = _body_schema(document, registry.get("post", {}))
    schemas = document.get("components", {}).get("schemas", {})
    item: Mapping[str, Any] = next((paths[path] for path in paths if path.startswith("/hub/")), {})
    readable = "get" in item and ADDITION not in item["get"]
    return HubSpec(typed="@type" in _required(body, schemas), readable=readable)


def _listeners(document: Document) -> Iterator[tuple[str, str]]:
    for path, item in document["paths"].items():
        if path.startswith("/listener/"):
            schema = _body_schema(document, item.get("post", {}))
            if schema:
                yield path.rpartition("/")[2], schema
