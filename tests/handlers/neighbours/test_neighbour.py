"""A neighbour is a server of ours, and what it may do wrong: all of it over sockets."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from handlers.neighbours import client as clients
from handlers.neighbours.client import Client
from handlers.neighbours.failing import Away, Declined
from handlers.neighbours.gathering import gathered
from handlers.neighbours.neighbour import Neighbour
from handlers.notifications.access import Access, Credentials
from handlers.services import services
from persistence.errors import Missing
from persistence.opening import open_store
from tests.certificates import certificate
from tests.handlers.neighbours.front import Front, before
from tests.handlers.serving import Server, running
from tmf_apis.catalog import Catalog, neighbours
from tmf_apis.neighbours import Address
from tmf_apis.settings import Settings

Json = dict[str, Any]
Found = TypeVar("Found")

BASE = "/tmf-api/productInventory/v5"
PRODUCTS = f"{BASE}/product"
INVENTORY = Catalog(tuple(api for api in neighbours() if api.number == "TMF637"))
PRODUCT = {"id": "p 1/ü", "@type": "Product", "status": "pendingActive", "name": "One"}
#: Seconds that a neighbour has: on a machine that does other things as well, and where it is late.
PATIENT, SHORT = 30.0, 0.5


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("inventory"), INVENTORY) as inventory:
        yield inventory


@pytest.fixture
def front(server: Server) -> Iterator[Front]:
    for product in server.client.get(PRODUCTS).json():
        server.client.delete(product["href"])
    with before(server.url) as standing:
        yield standing


def neighbour(front: Front, access: Access | None = None, longest: float = PATIENT) -> Neighbour:
    """What asks for products."""
    store = open_store("sqlite:///:memory:")
    known = services(INVENTORY.apis, store, Settings())
    service = next(s for s in known if s.collection.name == PRODUCTS)
    client = Client(Address("TMF637", front.url + BASE), access, longest)
    return Neighbour(client, "product", service.stored_validator.fault, service.owned)


def asked(of: Neighbour, *works: Callable[[], Awaitable[Found]]) -> list[Found]:
    """What some works give, one after the other."""

    async def done() -> list[Found]:
        try:
            return [await work() for work in works]
        finally:
            await of.client.close()

    return asyncio.run(done())


def ended(product: Json) -> Json | None:
    """The change that has a product be active, with a characteristic and without its name."""
    if product["status"] == "active":
        return None
    return {n: v for n, v in product.items() if n != "name"} | {"status": "active"}


def test_a_document_is_made_read_changed_and_removed(front: Front, server: Server) -> None:
    one, id = neighbour(front), PRODUCT["id"]
    found = asked(
        one,
        lambda: one.read(id),
        lambda: one.put(PRODUCT),
        lambda: one.read(id),
        lambda: one.change(id, ended),
        lambda: one.remove(id),
        lambda: one.read(id),
    )
    assert (found[0], found[2]["name"], found[3]["status"], found[5]) == ({}, "One", "active", {})
    assert "name" not in found[3]
    assert [method for method, _, _ in front.asked] == (
        ["GET", "POST", "GET", "GET", "PATCH", "DELETE", "GET"]
    )


def test_the_same_again_makes_nothing_twice_and_sends_nothing(front: Front, server: Server) -> None:
    one, id = neighbour(front), PRODUCT["id"]
    for _ in range(2):
        asked(one, lambda: one.put(PRODUCT), lambda: one.change(id, ended))
    asked(one, lambda: one.remove(id), lambda: one.remove(id))
    assert front.statuses == [201, 200, 200, *(409, 200), 304, *(204, 404)]


@pytest.mark.parametrize(
    ("method", "done"), [("POST", [201, 409]), ("PATCH", [200]), ("DELETE", [204, 404])]
)
def test_what_was_done_and_not_answered_is_not_done_again(
    method: str, done: list[int], front: Front, server: Server
) -> None:
    one, id = neighbour(front), PRODUCT["id"]
    works: dict[str, Callable[[], Awaitable[Any]]] = {
        "POST": lambda: one.put(PRODUCT),
        "PATCH": lambda: one.change(id, ended),
        "DELETE": lambda: one.remove(id),
    }
    for work in list(works)[: list(works).index(method)]:
        asked(one, works[work])
    front.does, front.methods = "lost", (method,)
    with pytest.raises(Away, match="does not answer"):
        asked(one, works[method])
    front.does = ""
    asked(one, works[method])
    seen = [s for (m, _, _), s in zip(front.asked, front.statuses, strict=True) if m == method]
    assert seen == done
    states = [product["status"] for product in server.client.get(PRODUCTS).json()]
    assert states == {"POST": ["pendingActive"], "PATCH": ["active"], "DELETE": []}[method]


def test_a_change_in_between_is_kept(front: Front, server: Server) -> None:
    one, id = neighbour(front), PRODUCT["id"]
    asked(one, lambda: one.put(PRODUCT))
    path, others = f"{PRODUCTS}/p%201%2F%C3%BC", ["mine"]

    def decide(product: Json) -> Json:
        if others:
            patch = {"description": others.pop()}
            assert server.client.patch(path, json=patch).status_code == 200
        return product | {"status": "active"}

    [product] = asked(one, lambda: one.change(id, decide))
    assert (product["status"], product["description"]) == ("active", "mine")
    assert front.statuses[-4:] == [200, 412, 200, 200]


def test_what_is_known_is_asked_for_by_its_tag(front: Front, server: Server) -> None:
    one, id = neighbour(front), PRODUCT["id"]
    found = asked(
        one,
        lambda: one.put(PRODUCT),
        lambda: one.read(id),
        lambda: one.read(id),
        lambda: one.change(id, ended),
        lambda: one.read(id),
    )
    assert front.statuses == [201, 200, 304, 304, 200, 200]
    assert found[1] == found[2] != found[4]


def test_a_search_goes_through_all_pages(front: Front, server: Server) -> None:
    one = neighbour(front)
    for number in range(5):
        server.client.post(PRODUCTS, json=PRODUCT | {"id": str(number), "name": "Some"})
    server.client.post(PRODUCTS, json=PRODUCT | {"id": "x", "name": "Other"})

    async def found() -> list[list[str]]:
        pages = one.matching({"name": "Some"}, 2)
        return [[product["id"] for product in page] async for page in pages]

    assert asked(one, found) == [[["0", "1"], ["2", "3"], ["4"]]]
    assert asked(one, lambda: gathered(one, ["0", "9", "4"])) == [
        {id: {**server.client.get(f"{PRODUCTS}/{id}").json()} for id in ("0", "4")}
    ]


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("500", "answered 500"),
        ("401", "answered 401"),
        ("html", "no JSON"),
        ("redirect", "307, which leads elsewhere"),
        ("list", "gave no product"),
        ("other", "gave product another instead of p"),
        ("400", "answered 400 not like this when asked for product"),
        ("late", "within 0.5 seconds"),
        ("never", "within 0.5 seconds"),
    ],
)
def test_an_answer_that_cannot_be_used_is_none(
    does: str, why: str, front: Front, server: Server
) -> None:
    one = neighbour(front)
    asked(one, lambda: one.put(PRODUCT))
    if does in ("late", "never"):
        one = neighbour(front, longest=SHORT)
    front.does = does
    with pytest.raises(Away, match=f"^the neighbour TMF637 .*{why}") as raised:
        asked(one, lambda: one.read(PRODUCT["id"]))
    assert front.url not in str(raised.value)
    assert raised.value.in_full.startswith(f"the neighbour TMF637 at {front.url}{BASE} ")
    assert asked(one, one.is_back) == [does == "list"]
    front.does, one = "", neighbour(front)
    assert asked(one, one.is_back) == [True]


def test_one_that_lets_somebody_wait_is_not_asked_again_at_once(front: Front) -> None:
    one, front.does = neighbour(front, longest=SHORT), "never"
    for why in ("within 0.5 seconds", "in vain just now"):
        with pytest.raises(Away, match=why):
            asked(one, lambda: one.read("1"))
    assert len(front.asked) == 1


def test_a_document_that_is_not_what_its_file_says_is_none(front: Front, server: Server) -> None:
    """The same in another version is not judged: nothing but its id and name is looked at."""
    one = neighbour(front)
    front.does = "other"
    with pytest.raises(Away, match=r"gave product another with a fault: .*@type"):
        asked(one, lambda: one.read("another"))
    other = Neighbour(one.client, "product")
    assert asked(other, lambda: other.read("another")) == [{"id": "another"}]


def test_an_answer_without_end_is_cut(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    one = neighbour(front)
    asked(one, lambda: one.put(PRODUCT))
    monkeypatch.setattr(clients, "LARGEST", 10)
    with pytest.raises(Away, match="more than 10 bytes"):
        asked(one, lambda: one.read(PRODUCT["id"]))


def test_one_that_is_not_there_is_away_until_it_is(front: Front, server: Server) -> None:
    one = neighbour(front)
    front.shut()
    for work in (lambda: one.read("1"), lambda: one.put(PRODUCT), lambda: one.remove("1")):
        with pytest.raises(Away, match="does not answer: ConnectError"):
            asked(one, work)
    assert asked(one, one.is_back) == [False]
    front.open()
    assert asked(one, one.is_back) == [True]


@pytest.mark.parametrize(
    ("product", "why"),
    [
        (PRODUCT | {"status": 5}, "does not take product p 1/ü: 400 /status"),
        (PRODUCT | {"@type": 5}, "does not take product p 1/ü: 400"),
    ],
)
def test_what_is_refused_is_declined(product: Json, why: str, front: Front) -> None:
    one = neighbour(front)
    with pytest.raises(Declined, match=why):
        asked(one, lambda: one.put(product))


def test_a_change_that_is_refused_is_declined(front: Front, server: Server) -> None:
    one, id = neighbour(front), PRODUCT["id"]
    asked(one, lambda: one.put(PRODUCT))
    with pytest.raises(Declined, match="does not change product p 1/ü: 400 /status"):
        asked(one, lambda: one.change(id, lambda product: product | {"status": 5}))
    front.does = "400"
    with pytest.raises(Declined, match="does not remove product p 1/ü: 400 not like this"):
        asked(one, lambda: one.remove(id))
    front.does = ""
    with pytest.raises(Missing):
        asked(one, lambda: one.change("gone", ended))


def test_one_that_gives_ids_of_its_own_cannot_be_put_anything_into(front: Front) -> None:
    one, front.does = neighbour(front), "other"
    with pytest.raises(Declined, match="made product another, and was asked for p 1/ü"):
        asked(one, lambda: one.put(PRODUCT))


def test_a_certificate_that_nobody_vouches_for_is_refused(server: Server, tmp_path: Path) -> None:
    with before(server.url, cert=certificate(tmp_path, "stranger")) as front:
        one = neighbour(front)
        with pytest.raises(Away) as raised:
            asked(one, lambda: one.read("1"))
        assert "CERTIFICATE_VERIFY_FAILED" in raised.value.in_full
        assert front.asked == []


def test_a_token_is_shown_and_fetched_anew_when_it_is_refused(server: Server, front: Front) -> None:
    with before(server.url, does="400") as tokens:
        url = f"{tokens.url}/token"
        access = Access(Credentials(front.url, "", url, "me", "secret", ""))
        one = neighbour(front, access)
        with pytest.raises(Away, match=r"there is no token for it: HTTPStatusError$"):
            asked(one, lambda: one.read("1"))
        assert front.asked == []
        tokens.shut()
        with pytest.raises(Away, match="there is no token for it: ConnectError"):
            asked(one, lambda: one.read("1"))
    shown = neighbour(front, Access(Credentials(front.url, "t1")))
    front.does = "401"
    with pytest.raises(Away, match="answered 401"):
        asked(shown, lambda: shown.read("1"))
    assert [headers["Authorization"] for _, _, headers in front.asked] == ["Bearer t1"] * 2
