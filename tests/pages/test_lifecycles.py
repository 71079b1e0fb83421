"""The page of lifecycles: whole without a script, and the same as data."""

import httpx
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.pages.browser import overflow, problems, resize
from tmf_apis.lifecycles.reading import machines


def test_every_machine_is_there_as_data(origin: str) -> None:
    answer = httpx.get(f"{origin}/lifecycles.json", trust_env=False)
    assert answer.headers["content-type"] == "application/json"
    shown = {(m["api"], m["version"], m["resource"], m["attribute"]): m for m in answer.json()}
    assert len(shown) == len(machines())
    for machine in machines():
        found = shown[machine.api, machine.version, machine.resource, machine.name]
        assert found["mode"] == machine.mode
        assert found["states"] == list(machine.states)
        assert found["moves"] == {state: dict(moves) for state, moves in machine.moves.items()}


def test_every_machine_is_drawn_with_its_moves_beside_it(browser: Chrome, origin: str) -> None:
    browser.get(f"{origin}/lifecycles")
    places = {place.text for place in browser.find_elements(By.CSS_SELECTOR, ".places code")}
    assert places == {f"{m.api} {m.version} {m.resource}.{m.name}" for m in machines()}
    for article in browser.find_elements(By.CSS_SELECTOR, ".machine"):
        arrows = article.find_elements(By.CSS_SELECTOR, "path.move")
        rows = [row.text for row in article.find_elements(By.CSS_SELECTOR, "tbody tr")]
        moves = [row for row in rows if not row.startswith("(new)") and "nowhere" not in row]
        assert len(arrows) == len(moves) > 0
    assert problems(browser) == []


def test_the_page_fits_a_telephone(browser: Chrome, origin: str) -> None:
    resize(browser, 390, 844)
    browser.get(f"{origin}/lifecycles")
    assert overflow(browser) == 0
