"""Orders on a server whose services are activated by a network that can be slow, or refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

from tests.handlers.flow.ordering import ORDERS, added, order_of
from tests.handlers.flow.refusing import Network, network
from tests.proofs.serving import serving

PATIENCE = 30


@dataclass(frozen=True)
class Desk:
    """Where orders are taken, and the network that activates what they are of."""

    origin: str
    network: Network

    def order(self, *offerings: str) -> str:
        """The id of a new order."""
        items = (added(str(number), offering) for number, offering in enumerate(offerings, 1))
        return str(self._post(ORDERS, order_of(*items))["id"])

    def retry(self, order: str) -> None:
        """Have what is held of an order be tried again."""
        self._post(f"/flow/retry?order={order}", {})

    def _post(self, path: str, body: object) -> dict[str, object]:
        url = self.origin + path
        answer = httpx.post(url, json=body, trust_env=False, timeout=PATIENCE).raise_for_status()
        return dict(answer.json())

    def show(self, browser: Chrome, order: str, state: str) -> None:
        """Open the page of an order, which shows a state sooner or later."""

        def is_there(seen: Chrome) -> bool:
            seen.get(f"{self.origin}/flow?order={order}")
            return state_on(seen) == state

        WebDriverWait(browser, PATIENCE).until(is_there)


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """A desk for as long as the block lasts."""
    with (
        network() as asked,
        serving(folder, "--development", "--flow", "--flow-activation", asked.url) as served,
    ):
        yield Desk(served.origin, asked)


def state_on(browser: Chrome) -> str:
    """The state of a flow as its page shows it; empty while there is none.

    Asked in one piece: the page replaces its own elements at any moment.
    """
    script = "return document.querySelector('#flow strong')?.textContent ?? ''"
    return str(browser.execute_script(script))
