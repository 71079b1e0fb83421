"""The page of events in a browser: what happens shows up, and how deliveries stand."""

from uuid import uuid4

import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.handlers.facts import Case, case
from tests.pages.browser import overflow, problems, resize
from tests.proofs.serving import serving

ALARM, OLD_ALARM = case("TMF642-v5/alarm"), case("TMF642-v4/alarm")
PATIENCE = 20


def made(origin: str, of: Case) -> str:
    with httpx.Client(base_url=origin, trust_env=False) as client:
        answer = client.post(of.path, json=of.create_body())
    assert answer.status_code == 201, answer.text
    id: str = answer.json()["id"]
    return id


def text(browser: Chrome, id: str) -> str:
    return browser.find_element(By.ID, id).text


def wait_for(browser: Chrome, id: str, wanted: str) -> None:
    WebDriverWait(browser, PATIENCE).until(lambda b: wanted in text(b, id), f"{wanted} in {id}")


def ask(browser: Chrome, query: str) -> None:
    field = browser.find_element(By.ID, "query")
    field.clear()
    field.send_keys(query)
    browser.find_element(By.CSS_SELECTOR, "#ask button").click()


def test_events_show_up_as_they_happen_and_say_of_which_version(
    browser: Chrome, origin: str
) -> None:
    browser.get(f"{origin}/events")
    wait_for(browser, "line", "Waiting for events.")
    first = made(origin, ALARM)
    wait_for(browser, "stream", first)
    # Each is told in both versions, the one it was written through first.
    wait_for(browser, "line", "2 events so far.")
    second = made(origin, OLD_ALARM)
    wait_for(browser, "stream", second)
    wait_for(browser, "line", "4 events so far.")
    shown = [
        (item.find_element(By.CLASS_NAME, "api").text, item.find_element(By.TAG_NAME, "code").text)
        for item in browser.find_elements(By.CSS_SELECTOR, "#stream li")
    ]
    assert shown == [
        ("TMF642 v5", second),
        ("TMF642 v4", second),
        ("TMF642 v4", first),
        ("TMF642 v5", first),
    ]
    assert problems(browser) == []


def test_a_query_narrows_them_or_is_refused_with_a_reason(browser: Chrome, origin: str) -> None:
    browser.get(f"{origin}/events")
    wait_for(browser, "line", "Waiting")
    ask(browser, "eventType=AlarmCreatedEvent")
    wait_for(browser, "line", "Refused: query: eventType AlarmCreatedEvent is none")
    assert "AlarmCreateEvent" in text(browser, "line")
    ask(browser, "eventType.regex=(")
    wait_for(browser, "line", "Refused: eventType.regex")
    ask(browser, "event.alarm.perceivedSeverity=minor")
    wait_for(browser, "line", "Waiting")
    with httpx.Client(base_url=origin, trust_env=False) as client:
        for severity in ("major", "minor"):
            body = ALARM.create_body(perceivedSeverity=severity)
            id = client.post(ALARM.path, json=body).json()["id"]
    wait_for(browser, "stream", id)
    wait_for(browser, "line", "2 events so far.")  # One in each version.
    assert all("400" in problem for problem in problems(browser))


@pytest.fixture
def alone(tmp_path) -> str:  # type: ignore[no-untyped-def]
    """A server without subscriptions."""
    with serving(tmp_path, "--no-sample-data", "--development") as served:
        yield served.origin


def test_what_is_empty_says_so_and_what_is_there_is_whole(browser: Chrome, alone: str) -> None:
    browser.get(f"{alone}/events")
    wait_for(browser, "line", "Waiting")
    shown = browser.find_element(By.TAG_NAME, "main").text
    for words in ("Nobody is registered.", "None: listeners took everything", "Nothing yet."):
        assert words in shown
    assert not browser.find_element(By.ID, "subscriptions").is_displayed()
    query = "&".join(f"event.alarm.id.ne={uuid4()}" for _ in range(6))
    callback = f"{alone}{ALARM.api.base_path}/listener/alarmCreateEvent?token=s3cret"
    with httpx.Client(base_url=alone, trust_env=False) as client:
        body = {"@type": "Hub", "callback": callback, "query": query}
        client.post(f"{ALARM.api.base_path}/hub", json=body).raise_for_status()
    id = made(alone, ALARM)
    wait_for(browser, "subscriptions", "active")
    WebDriverWait(browser, PATIENCE).until(lambda b: id in text(b, "received"))
    for width in (1280, 390):
        resize(browser, width, 900)
        assert overflow(browser) <= 0
        [cell] = [
            cell
            for cell in browser.find_elements(By.CSS_SELECTOR, "#subscriptions code")
            if "event.alarm.id.ne" in cell.text
        ]
        assert cell.text == query
        right = cell.rect["x"] + cell.rect["width"]
        assert 0 < cell.rect["x"] < right <= width
    shown = browser.find_element(By.TAG_NAME, "main").text
    assert "TMF642 v5" in text(browser, "subscriptions")
    assert "?token=***" in shown
    assert "s3cret" not in browser.page_source
    assert "Nobody is registered." not in shown
    assert browser.find_element(By.ID, "subscriptions-title").text == "Subscriptions 1"
    assert problems(browser) == []
