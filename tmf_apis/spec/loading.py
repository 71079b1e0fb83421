"""Read any specification file into one OpenAPI 3.0 document."""

from pathlib import Path
from typing import Any

import orjson
import yaml

from tmf_apis.spec import swagger2

Document = dict[str, Any]


class SpecError(ValueError):
    """A file that is no OpenAPI document this project can serve; the text says why."""


class _DatesStayText(yaml.CSafeLoader):
    """The C loader without the timestamp resolver: an unquoted date in a file is text."""


_DatesStayText.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def load_document(path: Path) -> Document:
    """The OpenAPI 3.0 document in a JSON or YAML file; Swagger 2.0 is converted.

    Raises `SpecError` when the file cannot be read, is malformed, or is another dialect.
    """
    document = _parse(path)
    if not isinstance(document, dict):
        raise SpecError(f"{path}: an OpenAPI document is an object")
    if str(document.get("swagger", "")).startswith("2."):
        return swagger2.convert(document)
    if str(document.get("openapi", "")).startswith("3.0"):
        return document
    raise SpecError(f"{path}: neither Swagger 2.0 nor OpenAPI 3.0")


def _parse(path: Path) -> Any:
    try:
        raw = path.read_bytes()
        if raw.lstrip()[:1] == b"{":
            return orjson.loads(raw)
        return yaml.load(raw, _DatesStayText)
    except OSError as error:
        raise SpecError(f"{path}: {error.strerror}") from error
    except (orjson.JSONDecodeError, yaml.YAMLError) as error:
        raise SpecError(f"{path}: {error}") from error
