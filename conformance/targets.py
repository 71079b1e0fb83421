"""Which API a run is about, as its flags say it.

An API is built in, or read from an official file. A folder of files holds several, of which number
and version choose; an exact version is never taken for another one.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conformance.check import TWO_VERSIONS
from conformance.flag_types import Mistake
from tmf_apis.catalog import built_in, neighbours
from tmf_apis.spec.loading import SpecError
from tmf_apis.spec.model import ApiSpec
from tmf_apis.spec.reader import read

#: The versions that are built in.
OLDER, NEWEST = "v4", "v5"


def chosen_api(given: dict[str, Any]) -> ApiSpec:
    """The API that is judged: that of the file, or the built-in one of a number and version."""
    spec, number = given["spec"], (given["api"] or "").upper()
    if spec and not spec.is_dir():
        try:
            return _at_home(read(spec))
        except SpecError as error:
            raise Mistake(str(error)) from error
    version = given["version"] or (NEWEST if given.get("profile") == TWO_VERSIONS else "")
    if not number or not version:
        raise Mistake("Name the API by --api and --version, or give its file by --spec.")
    return _at_home(_among(spec, number, version)) if spec else _built_in(number, version)


def offered_apis(url: str, given: dict[str, Any]) -> tuple[ApiSpec, ...]:
    """Every API that is built in, for a server that may have any of them at its origin."""
    if urlsplit(url).path.strip("/"):
        raise Mistake("--all looks for every API below the origin of a server: give that by --url.")
    for name in ("api", "spec", "resource", "sign", "other_url"):
        if given[name]:
            raise Mistake(f"--all judges every API: it goes without --{name.replace('_', '-')}.")
    newest = given["profile"] == TWO_VERSIONS
    return tuple(
        api
        for api in built_in()
        if _is(api, given["version"] or "") and (not newest or api.major == NEWEST)
    )


def other_api(api: ApiSpec, given: dict[str, Any]) -> ApiSpec | None:
    """The other version of the API, where both are judged together."""
    if given["profile"] != TWO_VERSIONS:
        return None
    if given["other_spec"]:
        return chosen_api({**given, "spec": given["other_spec"]})
    return _built_in(api.number, OLDER if api.major == NEWEST else NEWEST, "--other-spec")


def _built_in(number: str, version: str, flag: str = "--spec") -> ApiSpec:
    others = [a for a in (*built_in(), *neighbours()) if a.number == number]
    if found := [api for api in others if _is(api, version)]:
        return found[0]
    known = ", ".join(api.version for api in others)
    beside = f" ({number} is in {known})" if known else ""
    raise Mistake(f"{number} {version} is not built in{beside}; give its file by {flag}.")


def _among(folder: Path, number: str, version: str) -> ApiSpec:
    """The API of a number and version among the files of a folder: the latest of several."""
    files = {path: api for path, api in _files(folder) if api.number == number}
    found = {path: api for path, api in files.items() if _is(api, version)}
    if not found:
        there = ", ".join(sorted({api.version for api in files.values()})) or "no version"
        raise Mistake(f"{folder} has {there} of {number}, and not {version}.")
    latest = max(_parts(api.version) for api in found.values())
    named = [path for path, api in found.items() if _parts(api.version) == latest]
    if len(named) > 1:
        both = " and ".join(path.name for path in named)
        raise Mistake(f"{both} are the same version of {number}: give one of them by --spec.")
    return found[named[0]]


def _files(folder: Path) -> Iterator[tuple[Path, ApiSpec]]:
    """The specifications in a folder; what else is there is passed over."""
    for path in sorted(folder.iterdir()):
        if path.suffix in (".json", ".yaml", ".yml"):
            with suppress(SpecError):
                yield path, read(path)


def _is(api: ApiSpec, version: str) -> bool:
    """Whether an API is of a version, as exactly as that was said: v4 is any of 4."""
    asked = version.lower().lstrip("v").split(".")
    wanted = [int(part) if part.isdecimal() else -1 for part in asked if part]
    return list(_parts(api.version))[: len(wanted)] == wanted


def _parts(version: str) -> tuple[int, ...]:
    """A version as numbers, three at least: 4.0 is 4.0.0."""
    numbers = [int(part) for part in version.split(".") if part.isdecimal()]
    return tuple([*numbers, 0, 0, 0][: max(3, len(numbers))])


def _at_home(api: ApiSpec) -> ApiSpec:
    """The API at its canonical path: some official files name another one (R-120 to R-127)."""
    for known in (*built_in(), *neighbours()):
        if (known.number, known.major) == (api.number, api.major):
            return replace(api, base_path=known.base_path)
    return api
