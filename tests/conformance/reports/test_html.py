"""The HTML report as a browser shows it: with and without JavaScript, by mouse and by keyboard."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from conformance.reports import html
from conformance.results import Report, Verdict
from tests.conformance.reports.samples import CLEAN, REPORT
from tests.pages.browser import chromium, distinct_rows, need_chromium, overflow, problems, resize
from tests.pages.browser import scheme as prefer

WORDING = {"R-401": "Equality keeps what is equal & nothing <else>."}
#: WCAG AA for text of normal size.
LEAST_CONTRAST = 4.5
_CONTRASTS = """
const value = (colour) => {
  const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map((c) => {
    c /= 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (node) => {
  for (; node; node = node.parentElement) {
    const colour = getComputedStyle(node).backgroundColor;
    if (!/, 0\\)$/.test(colour)) return colour;
  }
};
const found = [];
for (const node of document.querySelectorAll("body *")) {
  const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  if (!own || !node.checkVisibility()) continue;
  const [a, b] = [value(getComputedStyle(node).color), value(behind(node))].sort((x, y) => y - x);
  found.push([(a + 0.05) / (b + 0.05), node.textContent.trim().slice(0, 40)]);
}
return found;
"""


@pytest.fixture(scope="module")
def one_browser() -> Iterator[Chrome]:
    need_chromium()
    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(one_browser: Chrome) -> Iterator[Chrome]:
    resize(one_browser, 1280, 900)
    problems(one_browser)
    yield one_browser
    one_browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    prefer(one_browser, "light")


def opened(browser: Chrome, folder: Path, *reports: Report) -> Chrome:
    file = folder / "report.html"
    html.write(reports, file, WORDING)
    browser.get(file.as_uri())
    return browser


def without_scripts(browser: Chrome) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})


def test_nothing_is_fetched() -> None:
    page = html.page([REPORT, CLEAN])
    assert "src=" not in page and "@import" not in page and "url(" not in page
    assert page.startswith("<!DOCTYPE html>")


def test_what_a_server_says_stays_text() -> None:
    page = html.page([REPORT], WORDING)
    assert "<b>loud</b>" not in page and "&lt;b&gt;loud" in page
    assert "nothing &lt;else&gt;" in page
    assert page.count("</script>") == 1


def test_secrets_stay_inside() -> None:
    page = html.page([REPORT])
    assert "sesame" not in page and "secret@" not in page


def test_the_worst_verdict_stands_above_several() -> None:
    assert "<h1>Not conformant</h1>" in html.page([CLEAN, REPORT])
    assert "<h1>Conformant</h1>" in html.page([CLEAN, CLEAN])
    broken = replace(CLEAN, verdict=Verdict.NOT_JUDGED)
    assert "<h1>Not judged</h1>" in html.page([REPORT, broken])


def test_server_date_and_what_was_skipped_stand_at_the_top() -> None:
    page = html.page([REPORT])
    top = page[page.index("<header") : page.index("</header>")]
    for part in ("host:8080/tmf-api/productCatalogManagement/v5", "2026-01-02 03:04", "1 skipped"):
        assert part in top


def test_the_verdict_and_the_counts_are_read_first(browser: Chrome, tmp_path: Path) -> None:
    opened(browser, tmp_path, REPORT)
    assert browser.title == "Not conformant: TMF conformance of TMF620"
    assert browser.find_element(By.TAG_NAME, "h1").text == "Not conformant"
    (must, *_) = browser.find_elements(By.XPATH, "//tr[th[contains(., 'MUST')]]")
    counts = [cell.text for cell in must.find_elements(By.TAG_NAME, "td")]
    # failed, kit error, expected failure, skipped, passed, not applicable
    assert counts == ["1", "1", "1", "–", "1", "–"]
    assert problems(browser) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_a_failure_shows_its_evidence(browser: Chrome, tmp_path: Path, scripts: bool) -> None:
    if not scripts:
        without_scripts(browser)
    opened(browser, tmp_path, REPORT)
    failure = browser.find_element(By.CSS_SELECTOR, "details.failed")
    for part in ("R-401", "only <category> named it's", "2 of 7", "curl --include", "</script>"):
        assert part in failure.text
    rule = browser.find_element(By.XPATH, "//details[contains(@class, 'rule')][.//b='R-401']")
    assert "The filters.equality of a list" not in rule.text
    rule.find_element(By.TAG_NAME, "summary").click()
    assert "The filters.equality of a list" in rule.text
    assert "Equality keeps what is equal & nothing <else>." in rule.text


def test_without_scripts_no_dead_button_is_shown(browser: Chrome, tmp_path: Path) -> None:
    without_scripts(browser)
    opened(browser, tmp_path, REPORT)
    controls = browser.find_elements(By.CSS_SELECTOR, "button, input")
    assert controls and not any(control.is_displayed() for control in controls)


def test_rules_can_be_searched(browser: Chrome, tmp_path: Path) -> None:
    opened(browser, tmp_path, REPORT)
    browser.find_element(By.CSS_SELECTOR, ".tools input").send_keys("paging")
    shown = [d for d in browser.find_elements(By.CSS_SELECTOR, ".rule") if d.is_displayed()]
    assert [d.find_element(By.TAG_NAME, "b").text for d in shown] == ["R-607"]
    assert browser.find_element(By.TAG_NAME, "output").text == "1 of 5 rules"


def test_everything_is_reached_and_opened_by_keyboard(browser: Chrome, tmp_path: Path) -> None:
    opened(browser, tmp_path, REPORT, CLEAN)
    wanted = browser.execute_script(
        "return document.querySelectorAll('a, summary, input, button').length"
    )
    seen, opened_by_key = set(), False
    for _ in range(wanted * 3):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        now = browser.switch_to.active_element
        if now.id in seen or now.tag_name == "body":
            break
        seen.add(now.id)
        width = browser.execute_script(
            "return getComputedStyle(document.activeElement).outlineWidth"
        )
        assert width == "3px", now.get_attribute("outerHTML")
        if now.tag_name == "summary" and not opened_by_key:
            rule = now.find_element(By.XPATH, "..")
            before = rule.get_attribute("open")
            ActionChains(browser).send_keys(Keys.ENTER).perform()
            opened_by_key = rule.get_attribute("open") != before
    visible = browser.execute_script(
        "return [...document.querySelectorAll('a, summary, input, button')]"
        ".filter((e) => e.checkVisibility()).length"
    )
    assert opened_by_key and len(seen) >= visible


def test_the_first_tab_skips_to_the_content(browser: Chrome, tmp_path: Path) -> None:
    opened(browser, tmp_path, REPORT)
    ActionChains(browser).send_keys(Keys.TAB).perform()
    link = browser.switch_to.active_element
    assert link.text == "Skip to what was found" and link.is_displayed()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out(browser: Chrome, tmp_path: Path, scheme: str) -> None:
    prefer(browser, scheme)
    opened(browser, tmp_path, REPORT, CLEAN)
    browser.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    found = browser.execute_script(_CONTRASTS)
    assert len(found) > 50
    assert [pair for pair in found if pair[0] < LEAST_CONTRAST] == []


@pytest.mark.parametrize("width", [390, 420])
def test_no_table_is_cut_on_a_phone(browser: Chrome, tmp_path: Path, width: int) -> None:
    resize(browser, width, 844)
    opened(browser, tmp_path, REPORT, CLEAN)
    boxes = browser.find_elements(By.CSS_SELECTOR, ".scroll")
    beyond = "return arguments[0].scrollWidth - arguments[0].clientWidth"
    assert {browser.execute_script(beyond, box) for box in boxes} == {0}


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 900)])
def test_it_fits_the_window(browser: Chrome, tmp_path: Path, width: int, height: int) -> None:
    resize(browser, width, height)
    opened(browser, tmp_path, REPORT, CLEAN)
    assert overflow(browser) == 0
    assert distinct_rows(browser.get_screenshot_as_png()) > 100
