"""The page of an order in a browser: alive, without JavaScript, by keyboard, on a telephone."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.pages.browser import overflow, problems, resize
from tests.pages.flowing import PATIENCE, Desk, desk, state_on


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("flow")) as made:
        yield made


@pytest.fixture
def held(orders: Desk) -> Iterator[str]:
    """An order whose service the network refuses."""
    orders.network.refuses = True
    yield orders.order("offer-static-ip")
    orders.network.refuses = False


def test_the_page_follows_its_order_without_being_asked_again(
    browser: Chrome, orders: Desk, held: str
) -> None:
    orders.show(browser, held, "held")
    assert "the system that activates answered 500" in browser.find_element(By.ID, "flow").text
    problems(browser)  # The page was asked for before there was a flow.
    browser.execute_script("window.sameAsBefore = true")
    orders.network.refuses = False
    orders.retry(held)
    WebDriverWait(browser, PATIENCE).until(lambda seen: state_on(seen) == "completed")
    assert browser.execute_script("return window.sameAsBefore")
    assert problems(browser) == []


def test_the_page_is_read_without_javascript(browser: Chrome, orders: Desk, held: str) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        orders.show(browser, held, "held")
        rows = [row.text for row in browser.find_elements(By.CSS_SELECTOR, "#flow tbody tr")]
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert rows[0].startswith("1/product 1 done")
    assert rows[-1].startswith("1/finish 1 waiting 1/")


def test_the_keyboard_leads_from_the_list_to_an_order_and_its_steps(
    browser: Chrome, orders: Desk, held: str
) -> None:
    orders.show(browser, held, "held")
    browser.get(f"{orders.origin}/flow")
    for _ in range(20):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        if browser.switch_to.active_element.text == held:
            break
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    WebDriverWait(browser, PATIENCE).until(lambda seen: f"order={held}" in seen.current_url)
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text.startswith("Skip to the flow")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    WebDriverWait(browser, PATIENCE).until(lambda seen: seen.current_url.endswith("#flow"))


def test_the_page_fits_a_telephone(browser: Chrome, orders: Desk, held: str) -> None:
    resize(browser, 390, 844)
    orders.show(browser, held, "held")
    assert overflow(browser) <= 0
