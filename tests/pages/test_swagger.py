"""Swagger UI in a browser: what it shows is served, and requests go where the page came from."""

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.pages.browser import overflow, problems, resize
from tests.pages.proxy import below
from tests.pages.swagger import creatable, open_page, try_out
from tmf_apis.catalog import built_in
from tmf_apis.spec.model import ApiSpec

APIS = {f"{api.number}-{api.major}": api for api in built_in()}


@pytest.mark.parametrize("api", [APIS["TMF629-v4"], APIS["TMF622-v5"]], ids=lambda a: a.base_path)
def test_create_and_list(api: ApiSpec, browser: Chrome, origin: str) -> None:
    open_page(browser, f"{origin}{api.base_path}/ui/")
    assert browser.title.startswith(f"{api.number} ")
    assert api.version in browser.title
    path = f"/{creatable(api).name}"
    assert try_out(browser, "POST", path) == ("201", f"{origin}{api.base_path}{path}")
    assert try_out(browser, "GET", path) == ("200", f"{origin}{api.base_path}{path}")
    assert problems(browser) == []


def test_below_a_prefix(browser: Chrome, origin: str) -> None:
    api = APIS["TMF629-v5"]
    with below("/shop/apis", origin) as url:
        open_page(browser, f"{url}{api.base_path}/ui/")
        assert try_out(browser, "POST", "/customer") == ("201", f"{url}{api.base_path}/customer")
    assert problems(browser) == []


def test_the_other_version_is_a_click_away(browser: Chrome, origin: str) -> None:
    resize(browser, 390, 844)
    open_page(browser, f"{origin}{APIS['TMF638-v4'].base_path}/ui/")
    assert overflow(browser) == 0
    browser.find_element(By.CSS_SELECTOR, ".bar nav a:not([aria-current])").click()
    assert browser.current_url == f"{origin}{APIS['TMF638-v5'].base_path}/ui/"
    browser.find_element(By.CSS_SELECTOR, ".bar .home").click()
    assert browser.current_url == f"{origin}/"


def test_a_large_file_opens_folded(browser: Chrome, origin: str) -> None:
    open_page(browser, f"{origin}{APIS['TMF620-v5'].base_path}/ui/")
    assert not browser.find_elements(By.CSS_SELECTOR, ".opblock.is-open")
    assert not browser.find_elements(By.CSS_SELECTOR, ".models.is-open")
