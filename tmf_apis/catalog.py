"""Which APIs are served: the project's own specifications, and those a user adds."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from tmf_apis.given_files import one_line, read_file
from tmf_apis.spec.loading import SpecError, load_document
from tmf_apis.spec.model import ApiSpec
from tmf_apis.spec.reader import read

#: Other spellings of base paths found in official files and samples; all answer alike.
ALIASES: dict[str, tuple[str, ...]] = {
    "/tmf-api/productOrderingManagement/v5": ("/tmf-api/productOrdering/v5",),
    "/tmf-api/customerManagement/v5": ("/tmf-api/customer/v5",),
    "/tmf-api/serviceInventory/v4": ("/tmf-api/serviceInventoryManagement/v4",),
    "/tmf-api/serviceInventory/v5": ("/tmf-api/serviceInventoryManagement/v5",),
    "/tmf-api/resourceInventoryManagement/v5": ("/tmf-api/resourceInventory/v5",),
    "/tmf-api/alarm/v4": ("/tmf-api/alarmManagement/v4",),
    "/tmf-api/customerBillManagement/v5": ("/tmf-api/customerBill/v5",),
    "/tmf-api/party/v4": ("/tmf-api/partyManagement/v4",),
    "/tmf-api/productInventory/v4": ("/tmf-api/productInventoryManagement/v4",),
    "/tmf-api/productInventory/v5": ("/tmf-api/productInventoryManagement/v5",),
}
_SUFFIXES = (".json", ".yaml", ".yml")


def specs_folder() -> Path:
    """Where the project's own specifications are: beside the package, or inside a wheel."""
    package = Path(__file__).parent
    inside = package / "specs"
    return inside if inside.is_dir() else package.parent / "specs"


@cache
def built_in() -> tuple[ApiSpec, ...]:
    """The project's own APIs, by number and version; their files are read once."""
    return _in(specs_folder())


@cache
def extended() -> tuple[ApiSpec, ...]:
    """The project's own APIs with what is ours alone: requests to amend orders (0026)."""
    folder = specs_folder() / "extensions"
    known = {path.stem: read_file(path) for path in sorted(folder.glob("TMF*.yaml"))}
    return tuple(
        _with_aliases(read(api.source, known[api.number][api.major]))
        if api.number in known
        else api
        for api in built_in()
    )


@cache
def neighbours() -> tuple[ApiSpec, ...]:
    """The APIs to which those point, by number and version: parties, accounts and the like."""
    return _in(specs_folder() / "neighbours")


def is_own(api: ApiSpec) -> bool:
    """Whether an API is one of the project's, and not of a file that somebody gave."""
    return api.source.is_relative_to(specs_folder())


def is_neighbour(api: ApiSpec) -> bool:
    """Whether an API stands beside the project's own ones."""
    return is_own(api) and api.source.parent != specs_folder()


def _in(folder: Path) -> tuple[ApiSpec, ...]:
    return tuple(_with_aliases(read(path)) for path in sorted(folder.glob("TMF*.json")))


@dataclass(frozen=True, slots=True)
class Catalog:
    """The APIs to serve, and what a user should know of how they were chosen."""

    apis: tuple[ApiSpec, ...]
    notes: tuple[str, ...] = ()


def choose(
    added: Iterable[Path] = (),
    *,
    own: Sequence[ApiSpec] | None = None,
    amendments: bool = False,
) -> Catalog:
    """All APIs to serve: the project's own and their neighbours, and the files or folders added.

    With `amendments` the project's own have requests to amend orders as well.

    An added file that lands on the path of another API, or on one of its aliases, takes that
    one's place and its paths (D9); of two added files on one path the higher version stays.
    Raises `SpecError` for a file that cannot be served, and for a folder that has none that can;
    in another folder such files are passed over.
    """
    ours = [*(extended() if amendments else built_in()), *neighbours()] if own is None else own
    served = {api.base_path: api for api in ours}
    notes: list[str] = []
    for path in _files(added, notes):
        api = _read(path)
        home = next((b for b, o in served.items() if api.base_path in (b, *o.aliases)), None)
        if home is not None:
            rival = served[home]
            if not is_own(rival) and _rank(rival) > _rank(api):
                notes.append(f"{path} is not served: {rival.source} has {home} and is newer")
                continue
            notes.append(f"{path} replaces {rival.source.name} at {home}")
            api = replace(api, base_path=home, aliases=rival.aliases)
        served[api.base_path] = api
    return Catalog(tuple(served.values()), tuple(notes))


def _read(path: Path) -> ApiSpec:
    """The API of a file that somebody gave; whatever its reader stumbles over is a `SpecError`."""
    try:
        return read(path)
    except SpecError:
        raise
    except Exception as error:
        raise SpecError(f"{path}: cannot be read as OpenAPI: {one_line(error)}") from error


def _rank(api: ApiSpec) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", api.version)]


def _files(added: Iterable[Path], notes: list[str]) -> Iterable[Path]:
    for path in added:
        if not path.is_dir():
            yield path
            continue
        files, faults = [], []
        for file in sorted(p for p in path.rglob("*") if p.suffix in _SUFFIXES):
            try:
                load_document(file)
            except SpecError as error:
                faults.append(str(error))
            else:
                files.append(file)
        if not files:
            raise SpecError(f"{path}: no file in this folder can be served: {_why(faults)}")
        notes += [f"passed over: {fault}" for fault in faults]
        yield from files


def _why(faults: Sequence[str]) -> str:
    """Why a folder has nothing to serve: by its first file that looked as if it could be."""
    if not faults:
        return f"none ends in {', '.join(_SUFFIXES[:-1])} or {_SUFFIXES[-1]}"
    return faults[0] + (f"; {len(faults) - 1} more" if len(faults) > 1 else "")


def _with_aliases(api: ApiSpec) -> ApiSpec:
    return replace(api, aliases=ALIASES.get(api.base_path, ()))
