"""Which services show two faces of the same records (docs/decisions/0017), found once at start."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from handlers.service import Service
from handlers.turning import turned
from tmf_apis.catalog import is_own
from tmf_apis.faces.converter import Faces, faces_of
from tmf_apis.faces.reading import VERSIONS, built_in, table_of
from tmf_apis.faces.table import NEWER, OLDER, Table
from tmf_apis.settings import Settings
from tmf_apis.spec.model import ApiSpec


def faced(made: Sequence[Service], settings: Settings) -> list[Service]:
    """The services, of which those that show the same records of two versions know each other.

    A file that a user gave is apart (V-715), unless a table was given for its API as well.
    """
    if settings.faces == "apart":
        return list(made)
    pairs = _pairs(made, settings)
    words = {
        service.collection.name: _words(service, pairs[service.collection.name][0])
        for service in made
        if pairs.get(service.collection.name, ("", OLDER))[1] == NEWER
    }
    known: dict[str, Service] = {}
    found = []
    for service in made:
        pair = pairs.get(service.collection.name)
        if pair is None:
            found.append(service)
            continue
        faces, side, twin = pair
        whole = replace(service, faces=faces, side=side, faced=known, words=words.get(twin, {}))
        collection = replace(service.collection, twin=twin, turned=turned(whole))
        whole = replace(whole, collection=collection)
        if service.siblings.get(service.spec.name) is service:
            service.siblings[service.spec.name] = whole
        if service.peers.get(collection.name) is service:
            service.peers[collection.name] = whole
        if service.homes.get(collection.name) is service:
            service.homes[collection.name] = whole
        if not whole.rules.view_of:
            known[collection.name] = whole
        found.append(whole)
    return found


def _pairs(made: Sequence[Service], settings: Settings) -> Mapping[str, tuple[Faces, int, str]]:
    """By collection: how its two faces follow from each other, its side, and the other one."""
    apis: dict[str, dict[str, ApiSpec]] = {}
    for service in made:
        apis.setdefault(service.api.number, {})[service.api.major] = service.api
    homes = {
        (service.api.base_path, service.spec.name): service.collection.name
        for service in made
        if not service.rules.view_of
    }
    given = {path.stem: table_of(path) for path in settings.maps}
    found: dict[str, tuple[Faces, int, str]] = {}
    for number, majors in apis.items():
        if not all(major in majors for major in VERSIONS):
            continue
        sides = (majors[VERSIONS[OLDER]], majors[VERSIONS[NEWER]])
        table = _table(number, sides, given)
        for faces in _faces(*sides, table).values() if table is not None else ():
            names = [
                homes[api.base_path, name] for api, name in zip(sides, faces.names, strict=True)
            ]
            found[names[OLDER]] = (faces, OLDER, names[NEWER])
            found[names[NEWER]] = (faces, NEWER, names[OLDER])
    return found


#: What was compiled, with what it was compiled of, so that nothing else gets its identity.
_compiled: dict[tuple[int, int, int], tuple[tuple[ApiSpec, ApiSpec, Table], Mapping[str, Faces]]]
_compiled = {}
_MOST_COMPILED = 64


def _faces(older: ApiSpec, newer: ApiSpec, table: Table) -> Mapping[str, Faces]:
    """The faces of two versions of an API: compiled once, for services are put together often."""
    key = id(older), id(newer), id(table)
    if key not in _compiled:
        if len(_compiled) >= _MOST_COMPILED:
            _compiled.clear()
        _compiled[key] = (older, newer, table), faces_of(older, newer, table)
    return _compiled[key][1]


def _table(number: str, sides: tuple[ApiSpec, ApiSpec], given: Mapping[str, Table]) -> Table | None:
    """The table of two versions of an API, unless they are kept apart."""
    if number in given:
        return given[number]
    ours = all(is_own(api) for api in sides)
    return built_in().get(number) if ours else None


def _words(newer: Service, faces: Faces) -> Mapping[str, str]:
    """How the older face spells the states of the newer one, where it spells them otherwise."""
    machines = newer.behaviour.machines if newer.behaviour else ()
    found: dict[str, str] = {}
    for machine in machines:
        name = machine.path[0]
        for state in machine.states if len(machine.path) == 1 else ():
            older, _ = faces.made(NEWER, {"id": "0", name: state}, newer.now())
            if older.get(name) not in (state, None):
                found[state] = older[name]
    return found
