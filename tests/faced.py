"""A draft as the store keeps it of a resource that two versions show."""

import orjson

from handlers.service import Service
from handlers.turning import loaded_face
from persistence.store import Draft

Json = dict[str, object]


def draft_of(service: Service, document: Json) -> Draft:
    """A draft of a resource without entity versions, with its other face if it has one."""
    twin = loaded_face(service, document) if service.has_twin else None
    return Draft(str(document["id"]), document, orjson.dumps(document), twin=twin)
