"""A desk in an office: whoever sits there has things done one after the other."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from tests.handlers.flow.stepping import Office


class Desk:
    """An office, and the loop that it works in."""

    def __init__(self, runner: asyncio.Runner, office: Office) -> None:
        self.runner, self.office = runner, office

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)
