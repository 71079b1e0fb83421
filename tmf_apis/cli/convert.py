"""`tmf-apis convert`: what resources of one version are in the other, without any server."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson

from handlers.reading import Line, LoadError, read_lines
from tmf_apis.catalog import built_in, neighbours
from tmf_apis.cli.flags import FILE_OR_DASH
from tmf_apis.cli.given_text import readable
from tmf_apis.cli.telling import stop
from tmf_apis.faces.converter import Faces, faces_of
from tmf_apis.faces.reading import built_in as tables
from tmf_apis.rules.lookup import open_enumerations
from tmf_apis.schema.normalise import opened
from tmf_apis.schema.nulls import without_nulls
from tmf_apis.schema.validator import Validator
from tmf_apis.settings import Settings
from tmf_apis.spec.model import ApiSpec
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.limits import parse_json

#: Bytes of one resource, as the server takes them.
_LARGEST = Settings().max_body
#: What is the server's to set, so that what lacks it may be converted too.
_ASSUMED = {"id": "0", "href": "/"}


@click.command()
@click.option("--api", required=True, help="Number of the API, for instance TMF622.")
@click.option("--from", "before", required=True, help="Version of the resources: v4 or v5.")
@click.option("--to", "after", required=True, help="Version that is wanted: v5 or v4.")
@click.option("--resource", help="Name of the resource, where neither @type nor href tells.")
@click.argument("file", type=FILE_OR_DASH)
def convert(api: str, before: str, after: str, resource: str | None, file: Path) -> None:
    """Print what the resources in FILE are in another version of their API.

    FILE is one resource, a JSON array or JSON lines, or - for standard input. What the other
    version cannot hold is left out. Nothing is printed of an array when one of it is wrong.
    """
    pair = _pair(api, before, after)
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    try:
        with readable(file) as source:
            shape = _shape(source)
            _print(shape, (pair.converted(each, resource, at) for each in shape.lines(source)))
    except LoadError as error:
        line, what = error.faults[0]
        stop(f"{file}:{line}: {what}")
    except OSError as error:
        stop(str(error))


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two versions of an API, the older one first, and which of them is given."""

    apis: tuple[ApiSpec, ApiSpec]
    faces: Mapping[str, Faces]
    side: int
    #: By name of the resource in the given version.
    validators: Mapping[str, Validator]

    def converted(self, line: Line, resource: str | None, at: str) -> dict[str, Any]:
        """A resource in the other version. Raises `LoadError`."""
        try:
            document = parse_json(line.raw)
        except TmfError as error:
            raise LoadError([(line.number, error.message)]) from error
        if not isinstance(document, dict):
            raise LoadError([(line.number, "not a JSON object")])
        faces = self._faces(document, resource, line.number)
        spec = self.apis[self.side].resource(faces.names[self.side])
        document = without_nulls(document, spec.attributes)
        if fault := self.validators[spec.name].fault(document):
            raise LoadError([(line.number, f"no {spec.name} of {self._named()}: {fault}")])
        other, _ = faces.made(self.side, document, at)
        if "href" in other:
            path = f"{self.apis[1 - self.side].base_path}/{faces.names[1 - self.side]}"
            other["href"] = f"{path}/{document.get('id', '')}"
        return other

    def _faces(self, document: dict[str, Any], resource: str | None, line: int) -> Faces:
        """Those of the resource that was named, or that a document says it is."""
        names = {faces.names[self.side]: faces for faces in self.faces.values()}
        said = resource or _named(document, names)
        if said not in names:
            listed = ", ".join(names)
            what = f"{said} is no resource of" if resource else "which resource is this of"
            ask = "" if resource else "? Name it with --resource"
            raise LoadError([(line, f"{what} {self._named()}{ask}: {listed}")])
        return names[said]

    def _named(self) -> str:
        return f"{self.apis[self.side].number} {self.apis[self.side].major}"


def _named(document: dict[str, Any], names: Mapping[str, Faces]) -> str:
    """What a document says it is, by its class or its address; else the only thing it can be."""
    kind, href = document.get("@type"), document.get("href")
    said = [kind[:1].lower() + kind[1:]] if isinstance(kind, str) else []
    said += href.rstrip("/").split("/")[-2:-1] if isinstance(href, str) else []
    return next(
        (name for name in said if name in names), next(iter(names)) if len(names) == 1 else ""
    )


def _pair(api: str, before: str, after: str) -> _Pair:
    table = tables().get(api.upper())
    if table is None:
        stop(f"There is no table for {api}; there are {', '.join(tables())}.")
    versions = (before.lower(), after.lower())
    if set(versions) != set(table.versions):
        stop(f"--from and --to are one of {' and '.join(table.versions)} each.")
    found = {spec.major: spec for spec in (*built_in(), *neighbours()) if spec.number == table.api}
    apis = found[table.versions[0]], found[table.versions[1]]
    side, faces = table.versions.index(versions[0]), faces_of(*apis, table)
    schemas = opened(apis[side].schemas, open_enumerations(apis[side]))
    validators = {
        spec.name: Validator(spec.schema, schemas, spec.attributes, assumed=_ASSUMED)
        for spec in apis[side].resources
    }
    return _Pair(apis, faces, side, validators)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How resources stand in a file: alone, as an array, or one a line."""

    array: bool
    alone: bool

    def lines(self, file: BinaryIO) -> Iterator[Line]:
        """The resources as they are written. Raises `LoadError`."""
        if not self.alone:
            return read_lines(file, _LARGEST)
        file.seek(0)
        raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise LoadError([(1, f"larger than {_LARGEST} bytes")])
        return iter([Line(1, raw)])


def _shape(file: BinaryIO) -> _Shape:
    """Whether a file begins as an array, or with a line that is a resource by itself."""
    file.seek(0)
    first = next((line for line in iter(lambda: file.readline(_LARGEST), b"") if line.strip()), b"")
    sign = first.lstrip(b"\xef\xbb\xbf \t")[:1]
    return _Shape(array=sign == b"[", alone=sign == b"{" and not _is_json(first))


def _is_json(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _print(shape: _Shape, converted: Iterator[dict[str, Any]]) -> None:
    """Print resources in the shape in which they were given."""
    if shape.array:
        click.echo(orjson.dumps(list(converted), option=orjson.OPT_INDENT_2))
        return
    for each in converted:
        click.echo(orjson.dumps(each, option=orjson.OPT_INDENT_2 if shape.alone else 0))
