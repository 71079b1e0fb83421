"""The catalogues, their category tree and the jobs that carry them about (TMF620)."""

from __future__ import annotations

from typing import Literal, NamedTuple

from .categories import CATEGORIES, Category, category_ref
from .company import OPERATOR
from .dates import at, period
from .offerings import LATEST, offering_ref
from .records import Record
from .shapes import Either

LAST_UPDATE = at("2025-11-25")
FILES = "https://files.example.com/catalogue"


class Catalog(NamedTuple):
    id: str
    name: str
    text: str
    roots: tuple[str, ...]


class Job(NamedTuple):
    id: str
    file: str
    status: Literal["Not Started", "Running", "Succeeded", "Failed"]
    created: str
    completed: str | None = None
    query: str | None = None
    error: str | None = None


CATALOGS = (
    Catalog(
        "catalog-households",
        "Tarnwick at Home",
        "What households can buy.",
        ("cat-mobile", "cat-home", "cat-devices"),
    ),
    Catalog(
        "catalog-companies",
        "Tarnwick at Work",
        "What companies can buy.",
        ("cat-mobile", "cat-business", "cat-devices"),
    ),
)

IMPORTS = (
    Job(
        "import-9001",
        "winter.json",
        "Succeeded",
        at("2025-11-24"),
        at("2025-11-24", "09:02:10"),
    ),
    Job(
        "import-9002",
        "spring.json",
        "Failed",
        at("2026-02-20"),
        at("2026-02-20", "09:00:41"),
        error="Line 14: the offering has no name.",
    ),
    Job("import-9003", "spring-2.json", "Not Started", at("2026-03-31", "18:00:00")),
)

EXPORTS = (
    Job(
        "export-9101",
        "launched.json",
        "Succeeded",
        at("2026-03-02", "06:00:00"),
        at("2026-03-02", "06:00:09"),
        "lifecycleStatus=Launched",
    ),
    Job("export-9102", "all.json", "Running", at("2026-03-31", "23:00:00")),
)


def _category(row: Category) -> Record:
    children = [child.id for child in CATEGORIES.values() if child.parent == row.id]
    offerings = [offering.id for offering in LATEST.values() if offering.category == row.id]
    return Record(
        row.id,
        {
            "name": row.name,
            "description": row.text,
            "version": "1.0",
            "isRoot": row.parent is None,
            "parentId": Either(v4=row.parent),
            "parent": Either(v5=row.parent and category_ref(row.parent)),
            "lifecycleStatus": "Launched",
            "lastUpdate": LAST_UPDATE,
            "validFor": period("2025-01-01"),
            "subCategory": [category_ref(child) for child in children],
            "productOffering": [offering_ref(offering) for offering in offerings],
        },
    )


def _job(row: Job) -> Record:
    return Record(
        row.id,
        {
            "url": f"{FILES}/{row.file}",
            "contentType": "application/json",
            "path": "productOffering",
            "query": row.query,
            "status": row.status,
            "creationDate": row.created,
            "completionDate": row.completed,
            "errorLog": row.error,
        },
    )


def catalog_records() -> list[Record]:
    """Every catalogue."""
    return [
        Record(
            row.id,
            {
                "name": row.name,
                "description": row.text,
                "catalogType": "ProductCatalog",
                "version": "1.0",
                "lifecycleStatus": "Launched",
                "lastUpdate": LAST_UPDATE,
                "validFor": period("2025-01-01"),
                "category": [category_ref(root) for root in row.roots],
                "relatedParty": [OPERATOR],
            },
        )
        for row in CATALOGS
    ]


def category_records() -> list[Record]:
    """Every category, with its children and its offerings."""
    return [_category(row) for row in CATEGORIES.values()]


def import_job_records() -> list[Record]:
    """Every job that read offerings from a file."""
    return [_job(row) for row in IMPORTS]


def export_job_records() -> list[Record]:
    """Every job that wrote offerings to a file."""
    return [_job(row) for row in EXPORTS]
