"""The landing page: in a browser, and what its links answer."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from handlers.landing import QUERIES, cards, queries
from tests.pages.browser import distinct_rows, overflow, problems, resize, scheme
from tests.pages.proxy import below
from tmf_apis.catalog import built_in, neighbours
from tmf_apis.spec.reader import read

APIS = built_in()
#: How a browser asks for a page.
BROWSER = {"Accept": "text/html,*/*;q=0.8"}


class _Links(HTMLParser):
    """Everything a page leads to or loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


@pytest.fixture(scope="module")
def page(origin: str) -> str:
    answer = httpx.get(f"{origin}/", headers=BROWSER, trust_env=False)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


@pytest.fixture(scope="module")
def links(page: str) -> list[str]:
    return _Links(page).found


def test_every_link_answers(origin: str, links: list[str]) -> None:
    with httpx.Client(base_url=f"{origin}/", trust_env=False) as client:
        urls = sorted({urldefrag(link)[0] for link in links} - {""})
        wrong = {url: client.get(url).status_code for url in urls}
    assert {url: status for url, status in wrong.items() if status not in (200, 206)} == {}
    assert len(urls) > 16 * 3


def test_every_api_is_there_in_both_versions(links: list[str]) -> None:
    for api in APIS:
        base = api.base_path[1:]
        assert {f"{base}/ui/", f"{base}/openapi.json"} <= set(links)
        for resource in api.resources:
            assert f"{base}/{resource.name}?limit=5" in links


def test_the_eight_stand_before_their_neighbours(page: str) -> None:
    in_front, beside = page.split('id="beside"')
    for api in (*APIS, *neighbours()):
        assert (f'id="{api.number}"' in in_front) is (api in APIS)
        assert (f'id="{api.number}"' in beside) is (api not in APIS)


def test_nothing_comes_from_elsewhere(origin: str, page: str, links: list[str]) -> None:
    assert all(not link.startswith(("http:", "https:", "//", "/")) for link in links)
    assert "<script" not in page and "style=" not in page
    style = httpx.get(f"{origin}/assets/site.css", trust_env=False).text
    assert not re.search(r"url\(|@import", style)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.title)
def test_the_queries_find_something_but_not_everything(query, origin: str) -> None:
    with httpx.Client(base_url=f"{origin}/", trust_env=False) as client:
        answer = client.get(query.url)
        everything = client.get(query.path, params={"limit": 0}).headers["X-Total-Count"]
    assert 0 < int(answer.headers["X-Result-Count"]) < int(everything)


def test_aliases_lead_to_the_same_swagger_ui(origin: str) -> None:
    for api in APIS:
        for alias in api.aliases:
            page = httpx.get(f"{origin}{alias}/ui/", trust_env=False, follow_redirects=True)
            assert page.status_code == 200
            assert page.url.path == f"{api.base_path}/ui/"


def test_it_works_below_a_prefix(origin: str, links: list[str]) -> None:
    with below("/shop/apis", origin) as url, httpx.Client(trust_env=False) as client:
        for link in [*links[:12], *(query.url for query in QUERIES)]:
            assert client.get(urljoin(f"{url}/", link)).status_code in (200, 206), link


def test_an_added_file_has_a_card_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "TMF999-Thing.json"
    file.write_text(
        '{"openapi":"3.0.3","info":{"title":"Thing <b>","version":"4.0.0",'
        '"description":"# Heading\\nLong."},"paths":{"/thing":{"get":{"responses":{"200":'
        '{"description":"OK","content":{"application/json":{"schema":{"type":"array",'
        '"items":{"$ref":"#/components/schemas/Thing"}}}}}}}}},'
        '"components":{"schemas":{"Thing":{"type":"object","properties":'
        '{"id":{"type":"string"}}}}}}'
    )
    [card] = cards([read(file)])
    assert (card.number, card.name, card.about) == ("TMF999", "Thing <b>", "")
    assert [edition.major for edition in card.editions] == ["v4"]
    assert queries([read(file)]) == []


def test_it_is_shown(browser: Chrome, origin: str, tmp_path: Path) -> None:
    browser.get(f"{origin}/")
    assert browser.title == "TMF Open APIs"
    shown = [e.text for e in browser.find_elements(By.CSS_SELECTOR, ".card h3 span")]
    beside = sorted({api.number for api in neighbours()})
    assert shown == sorted({api.number for api in APIS}) + beside
    editions = browser.find_elements(By.CSS_SELECTOR, "#apis .edition")
    assert len(editions) == len(APIS) == 16
    assert len(browser.find_elements(By.CSS_SELECTOR, "#beside .edition")) == 7
    pictures = []
    for name in ("light", "dark"):
        scheme(browser, name)
        picture = tmp_path / f"{name}.png"
        assert browser.save_screenshot(str(picture))
        pictures.append(picture.read_bytes())
        assert distinct_rows(pictures[-1]) > 100
    assert pictures[0] != pictures[1]
    assert problems(browser) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 2200])
def test_it_fits_the_screen(browser: Chrome, origin: str, width: int) -> None:
    resize(browser, width, 844)
    browser.get(f"{origin}/")
    assert overflow(browser) == 0


def test_it_is_usable_by_keyboard(browser: Chrome, origin: str) -> None:
    browser.get(f"{origin}/")
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    skip = browser.switch_to.active_element
    assert skip.text == "Skip to the APIs"
    assert skip.rect["y"] >= 0
    names = [
        link.accessible_name for link in browser.find_elements(By.CSS_SELECTOR, ".edition .top a")
    ]
    assert len(set(names)) == len(names) == 2 * 23
