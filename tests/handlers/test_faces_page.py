"""The page of two faces: what either path shows, side by side, for whoever may read a record."""

from collections.abc import Iterator

import pytest

from tests.conformance.test_runner import api_of
from tests.handlers.serving import Server, running
from tmf_apis.catalog import Catalog

ORDERS = Catalog((api_of("TMF622", "v4"), api_of("TMF622", "v5")))
BASE = "/tmf-api/productOrderingManagement"
PAGE, DATA = {"Accept": "text/html"}, {"Accept": "application/json"}
ITEM = {
    "id": "1",
    "action": "add",
    "productOffering": {"id": "po-1", "@type": "ProductOfferingRef"},
    "@type": "ProductOrderItem",
}
CUNNING = "<script>alert(1)</script> & \"quoted\" 'text'"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("store"), ORDERS) as made:
        order = {"id": "o<1>", "description": CUNNING, "productOrderItem": [ITEM]}
        answer = made.client.post(f"{BASE}/v5/productOrder", json=order | {"@type": "ProductOrder"})
        assert answer.status_code == 201, answer.text
        yield made


def asked(**query: str) -> dict[str, str]:
    return {"api": "TMF622", "resource": "productOrder", "id": "o<1>", **query}


def test_programs_get_what_either_path_shows(server: Server) -> None:
    answer = server.client.get("/faces", params=asked(api="tmf622"), headers=DATA)
    assert answer.status_code == 200
    shown = {
        version: server.client.get(f"{BASE}/{version}/productOrder/o%3C1%3E").json()
        for version in ("v4", "v5")
    }
    assert answer.json() == {
        **asked(api="tmf622"),
        "faces": [
            {"version": v, "resource": "productOrder", "href": e["href"], "entity": e}
            for v, e in shown.items()
        ],
    }
    assert shown["v4"] != shown["v5"]


def test_people_see_both_with_what_differs_marked_and_nothing_is_taken_for_html(
    server: Server,
) -> None:
    answer = server.client.get("/faces", params=asked(), headers=PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = answer.text
    assert "<script" not in page and "alert(1)" in page and 'value="o&lt;1&gt;"' in page
    cells = [line for line in page.splitlines() if line.strip().startswith("<tr")]
    same = [row for row in cells if "alert(1)" in row]
    assert len(same) == 1 and "differs" not in same[0]
    hrefs = [row for row in cells if "/v4/productOrder/o" in row]
    assert any('class="differs"' in row and "/v5/productOrder/o" in row for row in hrefs)
    assert "<mark>      &#34;@type&#34;: &#34;ProductOrderItem&#34;" in page.replace(",</", "</")


def test_without_a_record_it_says_what_has_two_faces(server: Server) -> None:
    listed = server.client.get("/faces", headers=DATA).json()
    assert listed == [
        {"api": "TMF622", "v4": name, "v5": name} for name in ("productOrder", "cancelProductOrder")
    ]
    page = server.client.get("/faces", headers=PAGE).text
    assert "<td>cancelProductOrder</td>" in page and 'action="faces"' in page
    assert 'href="faces"' in server.client.get("/", headers=PAGE).text


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"id": "nothing"}, "There is no resource with the id nothing."),
        ({"resource": "productOrders"}, "no productOrders with two faces; productOrder"),
        ({"resource": ""}, "no empty name with two faces; cancelProductOrder, productOrder?"),
        ({"api": "TMF6222"}, "no TMF6222 with two faces; TMF622?"),
        ({"resource": "<b>"}, "no <b> with two faces"),
    ],
)
def test_what_is_not_there_is_answered_with_404(
    server: Server, query: dict[str, str], said: str, accept: str
) -> None:
    answer = server.client.get("/faces", params=asked(**query), headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    assert said in answer.json()["message"]


def test_a_slash_too_many_leads_to_the_page_and_nothing_is_written_here(server: Server) -> None:
    moved = server.client.get("/faces/?api=TMF622", headers=PAGE)
    assert (moved.status_code, moved.headers["location"]) == (308, "../faces?api=TMF622")
    assert server.client.post("/faces", json={}).status_code == 405


def test_where_versions_are_apart_there_is_no_such_page(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running(tmp_path_factory.mktemp("apart"), ORDERS, faces="apart") as server:
        assert server.client.get("/faces", params=asked()).status_code == 404
        assert 'href="faces"' not in server.client.get("/", headers=PAGE).text
