"""The resources that both versions of an API have, with what converts and what checks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from tmf_apis.catalog import built_in, neighbours, specs_folder
from tmf_apis.faces.converter import Faces, faces_of
from tmf_apis.faces.reading import VERSIONS
from tmf_apis.faces.reading import built_in as tables
from tmf_apis.rules.lookup import open_enumerations
from tmf_apis.schema.normalise import opened
from tmf_apis.schema.validator import Validator
from tmf_apis.spec.model import ApiSpec, ResourceSpec

Json = dict[str, Any]
AT = "2026-03-04T05:06:07Z"
SIDES = (0, 1)


@dataclass(frozen=True)
class Pair:
    """A resource in both versions; tuples are by side, the older one first."""

    api: str
    faces: Faces
    apis: tuple[ApiSpec, ApiSpec]
    specs: tuple[ResourceSpec, ResourceSpec]
    validators: tuple[Validator, Validator]

    def __str__(self) -> str:
        return f"{self.api}-{self.faces.names[1]}"

    def fault(self, side: int, document: Json) -> str | None:
        """What is wrong with a face, or None."""
        return self.validators[side].fault(document)

    def unwritable(self, side: int, document: Json) -> bool:
        """Whether no client of a version could have made it, for it lacks what a create needs."""
        lacks = any(not document.get(name) for name in self.specs[side].mandatory)
        return lacks or self.fault(side, document) is not None

    def samples(self, side: int) -> list[Json]:
        """The sample data of one version."""
        folder = specs_folder() / "sample-data" / f"{self.api}-{VERSIONS[side]}"
        file = folder / f"{self.faces.names[side]}.json"
        found: list[Json] = orjson.loads(file.read_bytes()) if file.is_file() else []
        return found


@cache
def pairs() -> tuple[Pair, ...]:
    """All of them, in the order of the tables."""
    known = (*built_in(), *neighbours())
    apis: Mapping[tuple[str, str], ApiSpec] = {(api.number, api.major): api for api in known}
    found = []
    for number, table in tables().items():
        both = apis[number, VERSIONS[0]], apis[number, VERSIONS[1]]
        for faces in faces_of(*both, table).values():
            specs = both[0].resource(faces.names[0]), both[1].resource(faces.names[1])
            validators = _validator(both[0], specs[0]), _validator(both[1], specs[1])
            found.append(Pair(number, faces, both, specs, validators))
    return tuple(found)


def in_front() -> tuple[Pair, ...]:
    """Those of the eight APIs; what takes long is tried with the others by `make prove`."""
    numbers = {api.number for api in built_in()}
    return tuple(pair for pair in pairs() if pair.api in numbers)


def pair(api: str, newer: str) -> Pair:
    """The one of an API whose resource has that name in v5."""
    return next(each for each in pairs() if (each.api, each.faces.names[1]) == (api, newer))


def _validator(api: ApiSpec, spec: ResourceSpec) -> Validator:
    schemas = opened(api.schemas, open_enumerations(api))
    return Validator(spec.schema, schemas, spec.attributes, assumed={"href": "/"})
