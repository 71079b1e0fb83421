"""Which resources a job is about, and to which one a record of a file belongs."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from handlers.service import Service
from handlers.tasks.task import Failed

Json = dict[str, Any]


def subjects(job: Service, path: object) -> dict[str, Service]:
    """The services of the resources that a job is about, by name: all entities, or the one that
    `path` names, by its name or by its URL path. Raises `Failed`.
    """
    entities = {
        name: service
        for name, service in job.siblings.items()
        if not service.rules.task and service.create_validator is not None
    }
    if not path:
        return entities
    name = urlsplit(str(path)).path.rstrip("/").rpartition("/")[2]
    if name not in entities:
        known = ", ".join(entities)
        raise Failed(f"path: {path} is no resource of this API; use {known}")
    return {name: entities[name]}


def subject_of(record: Json, among: Mapping[str, Service]) -> Service | None:
    """The service of a record: the only one, or what its `href` or its class says."""
    if len(among) == 1:
        return next(iter(among.values()))
    href = record.get("href")
    if isinstance(href, str):
        segments = urlsplit(href).path.split("/")
        for name, service in among.items():
            if name in segments[-2:-1]:
                return service
    kinds = (record.get("@type"), record.get("@baseType"))
    return next((s for s in among.values() if s.type_name in kinds), None)
