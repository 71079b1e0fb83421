"""A headless Chromium, and what is read off its pages."""

import os
import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

MISSING = "no Chromium: apt-get install -y chromium chromium-driver"
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def need_chromium() -> None:
    """Skip the test without Chromium, or fail it where everything is required."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        if os.environ.get("TMF_REQUIRE_ALL") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)


@contextmanager
def chromium() -> Iterator[Chrome]:
    """A browser with a profile of its own, for as long as the block lasts."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for flag in (*_FLAGS, f"--user-data-dir={profile}", "--window-size=1280,900"):
            options.add_argument(flag)
        browser = Chrome(options, Service(shutil.which("chromedriver")))
        try:
            yield browser
        finally:
            browser.quit()


def resize(browser: Chrome, width: int, height: int) -> None:
    """Give the page exactly this room, as a phone or a screen does."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def scheme(browser: Chrome, name: str) -> None:
    """Prefer a colour scheme: light or dark."""
    feature = {"name": "prefers-color-scheme", "value": name}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


def overflow(browser: Chrome) -> int:
    """By how many pixels the page is wider than its window."""
    found: int = browser.execute_script(
        "const page = document.documentElement; return page.scrollWidth - page.clientWidth"
    )
    return found


def problems(browser: Chrome) -> list[str]:
    """What the console complained about since the last call."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


def distinct_rows(png: bytes) -> int:
    """How many rows of pixels of a picture differ: a blank page has hardly any."""
    width, height = struct.unpack(">II", png[16:24])
    data, position = b"", 8
    while position < len(png):
        (length,) = struct.unpack(">I", png[position : position + 4])
        if png[position + 4 : position + 8] == b"IDAT":
            data += png[position + 8 : position + 8 + length]
        position += length + 12
    pixels = zlib.decompress(data)
    row = len(pixels) // height
    assert row >= width
    return len({pixels[start : start + row] for start in range(0, len(pixels), row)})
