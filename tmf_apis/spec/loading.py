"""Read any specification file into one OpenAPI 3.0 document."""

from pathlib import Path
from typing import Any

from tmf_apis.given_files import GivenFileError, one_line, read_file
from tmf_apis.spec import swagger2
from tmf_apis.spec.shape import misshapen

Document = dict[str, Any]

#: Where a file says which dialect it is, and so many characters of that are told.
_DIALECTS = {"openapi": "OpenAPI", "swagger": "Swagger", "asyncapi": "AsyncAPI"}
_SAID = 40


class SpecError(ValueError):
    """A file that is no OpenAPI document this project can serve; the text says why."""


def load_document(path: Path) -> Document:
    """The OpenAPI 3.0 document in a JSON or YAML file; Swagger 2.0 is converted.

    Raises `SpecError` when the file cannot be read, is malformed, or is another dialect.
    """
    try:
        document = read_file(path)
    except GivenFileError as error:
        raise SpecError(str(error)) from error
    if not isinstance(document, dict):
        raise SpecError(f"{path}: an OpenAPI document is an object")
    swagger = str(document.get("swagger", "")).startswith("2.")
    if not swagger and not str(document.get("openapi", "")).startswith("3.0"):
        raise SpecError(f"{path}: neither Swagger 2.0 nor OpenAPI 3.0{_dialect(document)}")
    if isinstance(paths := document.get("paths"), dict):
        document["paths"] = {p: item for p, item in paths.items() if not p.startswith("x-")}
    if (fault := misshapen(document, swagger=swagger)) is not None:
        raise SpecError(f"{path}: {fault}")
    return swagger2.convert(document) if swagger else document


def _dialect(document: Document) -> str:
    """What a file of another dialect says it is; nothing where it says nothing."""
    for name, kind in _DIALECTS.items():
        if name in document:
            return f", but {kind} {one_line(str(document[name])[:_SAID])}"
    return ""
