"""The page of tasks in a browser: what is not over, and what ended badly, with its reason."""

import httpx
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.handlers.facts import case
from tests.pages.browser import overflow, problems, resize

JOB = case("TMF620-v5/importJob")
PATIENCE = 20


def row_of(browser: Chrome, origin: str, table: str, id: str) -> str:
    """The text of the one row of a table of the page that names a task, once it is there."""
    browser.get(f"{origin}/tasks")
    WebDriverWait(browser, PATIENCE).until(lambda b: id in b.find_element(By.ID, table).text)
    [row] = [
        row.text
        for row in browser.find_elements(By.CSS_SELECTOR, f"#{table} tbody tr")
        if id in row.text
    ]
    return row


def test_tasks_show_up_with_their_state_and_reason(browser: Chrome, origin: str) -> None:
    with httpx.Client(base_url=origin, trust_env=False) as client:
        body = JOB.create_body(url="nowhere.json")
        made = client.post(JOB.path, json=body).raise_for_status().json()
    row = row_of(browser, origin, "failed", made["id"])
    assert "TMF620 v5" in row
    assert "importJob" in row
    assert "Failed" in row
    assert "no folder is open to jobs (TMF_JOBS_FOLDERS)" in row
    assert browser.find_element(By.ID, "failed-title").text.startswith("Ended badly ")
    for width in (1280, 390):
        resize(browser, width, 900)
        assert overflow(browser) <= 0
    assert problems(browser) == []


def test_a_time_of_another_day_is_shown_with_its_day(browser: Chrome, origin: str) -> None:
    orders, cancels = case("TMF622-v5/productOrder"), case("TMF622-v5/cancelProductOrder")
    with httpx.Client(base_url=origin, trust_env=False) as client:
        order = client.post(orders.path, json=orders.create_body()).raise_for_status().json()
        body = cancels.create_body(requestedCancellationDate="2999-06-15T12:00:00Z")
        body["productOrder"] = body["productOrder"] | {"id": order["id"]}
        made = client.post(cancels.path, json=body).raise_for_status().json()
    row = row_of(browser, origin, "open", made["id"])
    assert "waiting" in row
    assert "2999" in row
    assert problems(browser) == []


def test_pages_lead_to_one_another(browser: Chrome, origin: str) -> None:
    browser.get(origin)
    for link, page in (("Tasks", "tasks"), ("Events", "events"), ("Tasks", "tasks")):
        browser.find_element(By.LINK_TEXT, link).click()
        WebDriverWait(browser, PATIENCE).until(lambda b, p=page: b.current_url == f"{origin}/{p}")
    assert problems(browser) == []
