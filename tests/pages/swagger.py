"""Swagger UI as a person uses it: open a page, try an operation out, read the answer."""

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tmf_apis.spec.model import ApiSpec, ResourceSpec

#: Seconds a page may take on a machine that does other things as well.
PATIENCE = 40


def creatable(api: ApiSpec) -> ResourceSpec:
    """The resource to try an API out with: one that can be posted, entities before tasks."""
    posted = [r for r in api.resources if "POST" in r.collection_methods and len(r.segments) == 1]
    return min(posted, key=lambda resource: resource.is_task)


def open_page(browser: Chrome, url: str) -> None:
    """Open Swagger UI and wait until the operations are there."""
    browser.get(url)
    WebDriverWait(browser, PATIENCE).until(lambda b: b.find_elements(By.CSS_SELECTOR, ".opblock"))


def try_out(browser: Chrome, method: str, path: str) -> tuple[str, str]:
    """The status and the URL that are shown after an operation was tried out."""
    summary = f".opblock-{method.lower()} .opblock-summary-path[data-path='{path}']"
    name = browser.find_element(By.CSS_SELECTOR, summary)
    block = name.find_element(By.XPATH, "ancestor::div[contains(@class,'opblock ')]")
    _click(browser, block.find_element(By.CSS_SELECTOR, ".opblock-summary-control"))
    _click(browser, _within(browser, block, ".try-out__btn"))
    _click(browser, _within(browser, block, "button.execute"))
    status = _within(browser, block, ".live-responses-table tbody .response-col_status").text
    url = _within(browser, block, ".request-url pre").text
    return status.split()[0], url


def _within(browser: Chrome, block: WebElement, selector: str) -> WebElement:
    found = WebDriverWait(browser, PATIENCE).until(
        lambda _: block.find_elements(By.CSS_SELECTOR, selector), selector
    )
    return found[0]


def _click(browser: Chrome, element: WebElement) -> None:
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()
