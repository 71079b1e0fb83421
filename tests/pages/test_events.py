"""The page of events in a browser: what happens shows up."""

import httpx
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.handlers.facts import case
from tests.pages.browser import overflow, problems, resize

ALARM = case("TMF642-v5/alarm")
PATIENCE = 20


def test_events_show_up_as_they_happen(browser: Chrome, origin: str) -> None:
    listener = f"{ALARM.api.base_path}/listener/alarmCreateEvent"
    browser.get(f"{origin}/events")
    wait = WebDriverWait(browser, PATIENCE)
    line = (By.ID, "line")
    wait.until(lambda b: b.find_element(*line).text == "waiting for events")
    with httpx.Client(base_url=origin, trust_env=False) as client:
        made = client.post(ALARM.path, json=ALARM.create_body()).json()
        event = {"@type": "AlarmCreateEvent", "eventType": "AlarmCreateEvent", "event": {}}
        assert client.post(listener, json=event).status_code == 204
    wait.until(lambda b: made["id"] in b.find_element(By.ID, "stream").text)
    wait.until(lambda b: listener in b.find_element(By.ID, "received").text)
    assert "callback" in browser.find_element(By.ID, "subscriptions").text
    for width in (1280, 390):
        resize(browser, width, 900)
        assert overflow(browser) <= 0
    browser.find_element(By.ID, "query").send_keys("eventType.regex=(")
    browser.find_element(By.CSS_SELECTOR, "#ask button").click()
    wait.until(lambda b: b.find_element(*line).text == "the query is refused")
    browser.get("about:blank")
    assert all("400" in problem for problem in problems(browser))
