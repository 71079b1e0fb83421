"""The page of an order in three states; the pictures of docs/order-to-cash.md are kept."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.pages.browser import MISSING, chromium, distinct_rows, problems, resize
from tests.pages.flowing import Desk, desk

IMAGES = Path(__file__).parents[2] / "docs" / "images"
#: Bytes that a picture may have, and rows that differ in one that shows something.
MOST_BYTES, LEAST_ROWS = 80_000, 100
#: Seconds that the network takes for a service while the picture of a flow that runs is made.
SLOW = 10.0


def prove() -> dict[str, Any]:
    """What each picture is like."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        return {"holds": False, "summary": MISSING}
    with TemporaryDirectory() as folder, desk(Path(folder)) as orders, chromium() as browser:
        resize(browser, 1100, 900)
        pictures = dict(_pictures(browser, orders))
        complaints = problems(browser)
    sizes = [picture["bytes"] for picture in pictures.values()]
    rows = min(picture["distinct_rows"] for picture in pictures.values())
    return {
        "holds": max(sizes) <= MOST_BYTES and rows >= LEAST_ROWS and not complaints,
        "summary": f"{len(sizes)} pictures, the largest of {max(sizes)} bytes",
        "pictures": pictures,
        "console": complaints,
    }


def _pictures(browser: Chrome, orders: Desk) -> list[tuple[str, dict[str, int]]]:
    orders.network.takes = SLOW
    order = orders.order("offer-static-ip")
    orders.show(browser, order, "running")
    problems(browser)  # The page was asked for before there was a flow.
    running = _picture(browser, "running")
    orders.network.takes, orders.network.refuses = 0.02, True
    orders.show(browser, order, "held")
    held = _picture(browser, "held")
    orders.network.refuses = False
    orders.retry(order)
    orders.show(browser, order, "completed")
    return [running, held, _picture(browser, "completed")]


def _picture(browser: Chrome, state: str) -> tuple[str, dict[str, int]]:
    name, png = f"flow-{state}.png", browser.find_element(By.ID, "flow").screenshot_as_png
    (IMAGES / name).write_bytes(png)
    return name, {"bytes": len(png), "distinct_rows": distinct_rows(png)}
