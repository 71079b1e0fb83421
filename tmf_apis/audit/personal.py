"""Which attributes tell of a person: the table `specs/access/personal.yaml`."""

from collections.abc import Mapping
from functools import cache

from tmf_apis.catalog import specs_folder
from tmf_apis.given_files import read_file

Table = Mapping[str, Mapping[str, list[str]]]


def personal_attributes(number: str, resource: str) -> frozenset[str]:
    """The attributes of the first level of a resource of an API that tell of a person."""
    return frozenset(personal_table().get(number, {}).get(resource, ()))


@cache
def personal_table() -> Table:
    """The attributes by API and resource, in whatever version."""
    table: Table = read_file(specs_folder() / "access" / "personal.yaml")
    return table
