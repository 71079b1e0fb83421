"""Which resource of one version of an API is which of the other."""

from collections.abc import Mapping
from functools import cache

import yaml

from tmf_apis.catalog import specs_folder
from tmf_apis.rules.lookup import rules_of
from tmf_apis.spec.model import ApiSpec, ResourceSpec


def counterpart(api: ApiSpec, spec: ResourceSpec, other: ApiSpec) -> ResourceSpec | None:
    """The resource of another version that holds the same records; None where there is none.

    The tables of `specs/faces` say how it is called there, else it is called the same. A view
    holds no records of its own.
    """
    if rules_of(api, spec).view_of:
        return None
    name = _names(api.number).get(spec.name, spec.name)
    return next((found for found in other.resources if found.name == name), None)


@cache
def _names(number: str) -> Mapping[str, str]:
    """The names of an API's resources in the other version, by either name."""
    table = specs_folder() / "faces" / f"{number}.yaml"
    if not table.is_file():
        return {}
    newer: dict[str, str] = yaml.load(table.read_bytes(), yaml.CSafeLoader)["resources"]
    return newer | {new: old for old, new in newer.items()}
