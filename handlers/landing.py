"""What the landing page shows: the APIs by number, and queries to try. Plain values, no web."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from tmf_apis.spec.model import ApiSpec

MAX_ABOUT = 190
_SENTENCE = re.compile(r"[^#*\n]+?\.(?:\s+|$)")
_NUMBER = re.compile(r"TMF\d+\s*[-:]?\s*")


@dataclass(frozen=True, slots=True)
class Link:
    """A name, and where it leads: empty for something that cannot be opened."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of an API. `base` is relative to the landing page, so a prefix does no harm."""

    major: str
    version: str
    base: str
    aliases: tuple[str, ...]
    resources: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One API in all its versions."""

    number: str
    name: str
    about: str
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A query to try: what it shows, and its parameters as a person would write them."""

    title: str
    about: str
    path: str
    parameters: tuple[str, ...]

    @property
    def url(self) -> str:
        """The link, relative to the landing page."""
        return self.path.lstrip("/") + "?" + "&".join(map(_encoded, self.parameters))


QUERIES = (
    Query(
        "Filter",
        "Alarms that are critical or major, and still raised. A comma is an or.",
        "/tmf-api/alarmManagement/v5/alarm",
        ("perceivedSeverity=critical,major", "state=raised"),
    ),
    Query(
        "Compare",
        "Alarms raised since March that customers notice.",
        "/tmf-api/alarmManagement/v5/alarm",
        ("alarmRaisedTime.gte=2026-03-01T00:00:00Z", "serviceAffecting=true"),
    ),
    Query(
        "Sort and select",
        "What is on sale, latest change first, with two attributes of each.",
        "/tmf-api/productCatalogManagement/v5/productOffering",
        ("isSellable=true", "sort=-lastUpdate", "fields=name,lastUpdate"),
    ),
    Query(
        "Page",
        "The second five bills. The headers count and link the pages.",
        "/tmf-api/customerBillManagement/v5/customerBill",
        ("offset=5", "limit=5"),
    ),
    Query(
        "Look inside, the short form",
        "Services that hang on one radio cell, by a characteristic.",
        "/tmf-api/serviceInventory/v5/service",
        ("serviceCharacteristic[name=servingCell].value=res-cell-011",),
    ),
    Query(
        "Look inside, in JSONPath",
        "Customers whose segment is student.",
        "/tmf-api/customerManagement/v5/customer",
        ("filter=$[?(@.characteristic[?(@.name=='segment' && @.value=='student')])]",),
    ),
)


def cards(apis: Iterable[ApiSpec]) -> list[Card]:
    """A card for each API, its versions in order."""
    by_number: dict[str, list[ApiSpec]] = {}
    for api in apis:
        by_number.setdefault(api.number, []).append(api)
    return [_card(editions) for _, editions in sorted(by_number.items())]


def queries(apis: Iterable[ApiSpec]) -> list[Query]:
    """The queries whose resource is served."""
    served = {f"{api.base_path}/{r.name}" for api in apis for r in api.resources}
    return [query for query in QUERIES if query.path in served]


def name_of(api: ApiSpec) -> str:
    """The title of an API without its number, which is shown beside it."""
    return _NUMBER.sub("", api.title, count=1).strip() or api.title


def _card(apis: list[ApiSpec]) -> Card:
    apis = sorted(apis, key=lambda api: (int(api.major[1:]), api.base_path))
    latest = apis[-1]
    return Card(latest.number, name_of(latest), _about(latest), tuple(map(_edition, apis)))


def _edition(api: ApiSpec) -> Edition:
    return Edition(
        api.major, api.version, api.base_path.lstrip("/"), api.aliases, tuple(_resources(api))
    )


def _resources(api: ApiSpec) -> Iterable[Link]:
    """Entities first, then tasks, each in the order of the file."""
    for resource in sorted(api.resources, key=lambda resource: resource.is_task):
        nested = len(resource.segments) > 1
        open_ = "GET" in resource.collection_methods and not nested
        url = "/".join((api.base_path.lstrip("/"), *resource.segments))
        yield Link(resource.name, f"{url}?limit=5" if open_ else "")


def _about(api: ApiSpec) -> str:
    """The first sentences of the description, as many as fit on a card."""
    text = str(api.document["info"].get("description", "")).strip()
    end = 0
    while match := _SENTENCE.match(text, end):
        if match.end() > MAX_ABOUT:
            break
        end = match.end()
    return text[:end].strip()


def _encoded(parameter: str) -> str:
    """A parameter fit for a link; what the server reads raw stays as it is."""
    name, sign, value = parameter.partition("=")
    return quote(name, safe="[]=.") + sign + quote(value, safe=",:$?()@.[]=")
