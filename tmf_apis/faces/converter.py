"""A record's other face: the entrance of this package.

faces = faces_of(older, newer, table)["productOrder"]
other, memory = faces.made(OLDER, document, at)
other, memory = faces.changed(NEWER, new, old, other, memory, at)
"""

from collections.abc import Mapping
from typing import Any

from tmf_apis.faces.choice import Choice
from tmf_apis.faces.compiling import Compiler
from tmf_apis.faces.plan import Json, Memory
from tmf_apis.faces.table import NEWER, OLDER, Table
from tmf_apis.rules.lookup import open_enumerations
from tmf_apis.schema.normalise import opened
from tmf_apis.spec.model import ApiSpec, ResourceSpec
from tmf_apis.spec.references import plain_name


class Faces:
    """How the two faces of a resource follow from each other.

    `names` are those of the resource on the older and the newer side. Documents are not changed,
    and share parts with what is made of them.
    """

    def __init__(self, names: tuple[str, str], towards: tuple[Choice, Choice]) -> None:
        self.names = names
        self._towards = towards

    def made(self, side: int, document: Json, at: str) -> tuple[Json, Memory]:
        """The other face of a record that was created with one on `side` at a time (RFC 3339),
        and what is to be remembered.
        """
        made: tuple[Any, Memory] = self._towards[1 - side].fresh(document, at)
        return made

    def changed(
        self, side: int, new: Json, old: Json, other: Json, memory: Memory, at: str
    ) -> tuple[Json, Memory]:
        """The other face of a record whose face on `side` was `old` and is `new`, whose other
        face was `other` and of which `memory` was remembered; and what is to be from now on.
        """
        made: tuple[Any, Memory] = self._towards[1 - side].change(new, old, other, memory, at)
        return made


def faces_of(older: ApiSpec, newer: ApiSpec, table: Table) -> Mapping[str, Faces]:
    """The faces of each resource that both versions have, by its newer name."""
    return compiled(older, newer, table)[0]


def compiled(older: ApiSpec, newer: ApiSpec, table: Table) -> tuple[Mapping[str, Faces], Compiler]:
    """The same with the compiler that made them, which knows every pair of classes in them.

    What neither version has is not served: an extension would add it.
    """
    schemas = tuple(opened(api.schemas, open_enumerations(api)) for api in (older, newer))
    paths = (older.base_path, newer.base_path)
    compiler = Compiler(table, (schemas[OLDER], schemas[NEWER]), paths)
    found = {}
    known = {resource.name for api in (older, newer) for resource in api.resources}
    for one, other in table.resources.items():
        if known.isdisjoint((one, other)):
            continue
        before, now = _class(older.resource(one)), _class(newer.resource(other))
        to_older, to_newer = (compiler.choice(to, before, now, root=True) for to in (OLDER, NEWER))
        found[other] = Faces((one, other), (to_older, to_newer))
    return found, compiler


def _class(resource: ResourceSpec) -> str:
    return plain_name(resource.schema)
