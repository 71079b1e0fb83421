"""The landing page, and "Try it out" in Swagger UI of all sixteen APIs, in a real browser."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.pages.browser import MISSING, chromium, distinct_rows, overflow, problems, resize
from tests.pages.swagger import creatable, open_page, try_out
from tests.proofs.serving import serving
from tmf_apis.catalog import built_in
from tmf_apis.spec.model import ApiSpec

IMAGES = Path(__file__).parents[2] / "docs" / "images"
APIS = 16
MOST_BYTES = 300_000
#: The API whose Swagger UI the README shows.
SHOWN = "/tmf-api/productOrderingManagement/v5"


def prove() -> dict[str, Any]:
    """What each API's page showed; the two pictures are kept in docs/images."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        return {"holds": False, "summary": MISSING}
    apis = built_in()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, serving(Path(folder)) as served, chromium() as browser:
        landing = _landing(browser, served.origin)
        explorers = {api.base_path: _explorer(browser, served.origin, api) for api in apis}
    wrong = {base: found for base, found in explorers.items() if "fault" in found}
    slowest = max(found.get("seconds", 0.0) for found in explorers.values())
    return {
        "holds": len(apis) == APIS and landing["holds"] and not wrong,
        "summary": f"landing page shows {landing['apis']} APIs; {len(explorers) - len(wrong)} of "
        f"{len(apis)} Swagger UIs create and list, the slowest is there after {slowest:.1f} s",
        "landing": landing,
        "swagger_ui": explorers,
    }


def _landing(browser: Chrome, origin: str) -> dict[str, Any]:
    resize(browser, 390, 844)
    browser.get(f"{origin}/")
    too_wide = overflow(browser)
    resize(browser, 1280, 960)
    browser.get(f"{origin}/")
    rows = _picture(browser, "landing.png")
    apis = len(browser.find_elements(By.CSS_SELECTOR, ".edition"))
    complaints = problems(browser)
    return {
        "holds": apis == APIS and too_wide == 0 and rows > 100 and not complaints,
        "apis": apis,
        "pixels_too_wide_at_390": too_wide,
        "distinct_rows": rows,
        "console": complaints,
    }


def _explorer(browser: Chrome, origin: str, api: ApiSpec) -> dict[str, Any]:
    """Create and list one resource; `fault` says what was not as it should be."""
    path = f"/{creatable(api).name}"
    begun = monotonic()
    try:
        open_page(browser, f"{origin}{api.base_path}/ui/")
        seconds = round(monotonic() - begun, 2)
        if api.base_path == SHOWN:
            _picture(browser, "swagger-ui.png")
        created, _ = try_out(browser, "POST", path)
        listed, _ = try_out(browser, "GET", path)
    except WebDriverException as error:
        return {"fault": str(error.msg), "path": path}
    found = {"path": path, "seconds": seconds, "created": created, "listed": listed}
    complaints = problems(browser)
    if (created, listed, complaints) != ("201", "200", []):
        found["fault"] = f"{created}, {listed}, {complaints}"
    return found


def _picture(browser: Chrome, name: str) -> int:
    """Keep a picture of what is shown; how many of its rows differ."""
    browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
    png = browser.get_screenshot_as_png()
    browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": False})
    if len(png) < MOST_BYTES:
        (IMAGES / name).write_bytes(png)
    return distinct_rows(png)
