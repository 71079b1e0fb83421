"""One server with the sample data and one browser for all tests of the pages."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from tests.pages.browser import chromium, need_chromium, problems, resize
from tests.proofs.serving import serving


@pytest.fixture(scope="package")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server with the sample data is."""
    with serving(tmp_path_factory.mktemp("store"), "--development") as served:
        yield served.origin


@pytest.fixture(scope="package")
def one_browser() -> Iterator[Chrome]:
    need_chromium()
    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(one_browser: Chrome) -> Chrome:
    """The browser, at the size of a screen and with a clean console."""
    resize(one_browser, 1280, 900)
    problems(one_browser)
    return one_browser
