"""Every resource of every specification with an example of it: what the tests multiply by."""

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import orjson
import pytest
import yaml

from tmf_apis.catalog import built_in, is_neighbour, neighbours, specs_folder
from tmf_apis.spec.model import ApiSpec, ResourceSpec

Json = dict[str, Any]

#: With this, what multiplies by resources does so by those of the neighbours: `make prove` asks.
AMONG_NEIGHBOURS = bool(os.environ.get("TMF_TEST_NEIGHBOURS"))
APIS = [*built_in(), *(neighbours() if AMONG_NEIGHBOURS else ())]
EXAMPLES = specs_folder() / "examples"
SAMPLES = specs_folder() / "sample-data"
#: A time no server stamps, so that what the server did shows.
LONG_AGO = "2001-02-03T04:05:06Z"


@dataclass(frozen=True, eq=False)
class Case:
    """One resource of one API."""

    api: ApiSpec
    resource: ResourceSpec

    def __str__(self) -> str:
        return f"{self.api.number}-{self.api.major}/{self.resource.name}"

    @property
    def path(self) -> str:
        """The path of the collection."""
        return "/".join((self.api.base_path, *self.resource.segments))

    @property
    def aliases(self) -> list[str]:
        """The other paths of the collection."""
        return ["/".join((alias, *self.resource.segments)) for alias in self.api.aliases]

    def item(self, id: str) -> str:
        return f"{self.path}/{id}"

    @property
    def methods(self) -> list[str]:
        """The methods of the collection, as `Allow` lists them."""
        return allowed(self.resource.collection_methods)

    @property
    def item_methods(self) -> list[str]:
        return allowed(self.resource.item_methods)

    def offers(self, method: str) -> bool:
        return method in self.resource.item_methods

    @property
    def creatable(self) -> bool:
        return "POST" in self.resource.collection_methods

    @property
    def chooses_id(self) -> bool:
        """Whether a client may name the id of what it creates (R-708, D11)."""
        return self.api.major == "v4" or "id" in self.resource.creatable

    @property
    def polymorphic(self) -> bool:
        """Whether `@type` picks one of several classes, of which none has all attributes."""
        schema = self.api.schemas[self.resource.create_schema or self.resource.schema]
        return len(schema.get("discriminator", {}).get("mapping", {})) > 1

    def create_body(self, **more: Any) -> Json:
        """A valid create body; more attributes go to its end."""
        return deepcopy(_examples(self)["create"]) | more

    def patch_body(self) -> Json:
        return deepcopy(_examples(self)["patch"])

    def sample(self) -> Json:
        """A whole representation, of what no client can create."""
        folder = SAMPLES / f"{self.api.number}-{self.api.major}"
        found: Json = orjson.loads((folder / f"{self.resource.name}.json").read_bytes())[0]
        return found


def allowed(methods: frozenset[str]) -> list[str]:
    """What `Allow` says for the methods a file defines: HEAD wherever there is GET, OPTIONS."""
    known = ("GET", "HEAD", "POST", "PATCH", "DELETE")
    return [m for m in known if (m if m != "HEAD" else "GET") in methods] + ["OPTIONS"]


@cache
def _all_examples(api: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(
        (EXAMPLES / f"{api}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    return found


def _examples(case: Case) -> Json:
    found: Json = _all_examples(f"{case.api.number}-{case.api.major}")[case.resource.name]
    return found


KNOWN = [Case(api, resource) for api in APIS for resource in api.resources]
ALL = [case for case in KNOWN if is_neighbour(case.api) is AMONG_NEIGHBOURS]


def case(name: str) -> Case:
    """The case that is written so: `TMF622-v5/productOrder`; of a neighbour as well."""
    beside = (Case(api, resource) for api in neighbours() for resource in api.resources)
    return next(case for case in chain(KNOWN, beside) if str(case) == name)


def each(cases: list[Case] | Callable[[Case], Any] = ALL) -> pytest.MarkDecorator:
    """The test once for each case: of a list, or those a condition holds for."""
    if callable(cases):
        cases = [case for case in ALL if cases(case)]
    return pytest.mark.parametrize("case", cases, ids=str)


def one_per_api(cases: Callable[[Case], Any]) -> list[Case]:
    """The first case of every API for which a condition holds."""
    return list({id(case.api): case for case in reversed(ALL) if cases(case)}.values())[::-1]


def creatable(case: Case) -> bool:
    return case.creatable


def patchable(case: Case) -> bool:
    return case.offers("PATCH")


def deletable(case: Case) -> bool:
    return case.offers("DELETE")


def versioned(case: Case) -> bool:
    """The five catalogue entities (D2)."""
    return case.api.number == "TMF620" and case.offers("PATCH")


def paths(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside a JSON value, with its JSON pointer."""
    yield pointer, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from paths(inner, f"{pointer}/{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from paths(inner, f"{pointer}/{place}")
