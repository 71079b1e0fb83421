"""The category tree the offerings hang on; its records are made in `catalogs`."""

from __future__ import annotations

from typing import NamedTuple

from .shapes import Ref


class Category(NamedTuple):
    id: str
    name: str
    text: str
    parent: str | None = None


CATEGORIES = {
    row.id: row
    for row in (
        Category("cat-mobile", "Mobile", "Lines, data and roaming."),
        Category("cat-mobile-plans", "Mobile plans", "Lines by the month.", "cat-mobile"),
        Category("cat-mobile-addons", "Mobile add-ons", "Extras for a line.", "cat-mobile"),
        Category("cat-home", "Home", "Everything that comes through the wall."),
        Category("cat-fibre", "Fibre", "Internet over fibre.", "cat-home"),
        Category("cat-tv", "Television", "Channels and recordings.", "cat-home"),
        Category("cat-bundles", "Bundles", "Home and mobile together.", "cat-home"),
        Category("cat-business", "Business", "Fibre and addresses for companies."),
        Category("cat-devices", "Devices", "Telephones and routers."),
    )
}


def category_ref(id: str) -> Ref:
    return Ref("Category", id, CATEGORIES[id].name, "1.0")
