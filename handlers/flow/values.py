"""Values of characteristics that a step changes: noted before, and put back when it is undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.flow.doing import Doing, if_there
from handlers.flow.reach import change, read
from handlers.service import Service
from tmf_apis.flow.documents import with_characteristics
from tmf_apis.flow.items import characteristics_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Values:
    """What a step is to give to characteristics of a product or a service, by their names; they are
    in an attribute of it.
    """

    doing: Doing
    service: Service
    id: str
    attribute: str
    wished: Mapping[str, Any]

    async def are_noted(self) -> bool:
        """Whether it was written down what was there before; else the step is done again when it
        is: what is there then may be its own doing.
        """
        if "before" in self.doing.step:
            return True
        there = characteristics_of(await read(self.service, self.id), self.attribute)
        self.doing.noted["before"] = {key: there[key] for key in self.wished if key in there}
        self.doing.again = True
        return False

    async def put_in(self) -> None:
        """Give the characteristics their new values."""

        def decide(holder: Json) -> Json | None:
            return self._with(holder, self.wished) if self.wished else None

        await change(self.service, self.id, decide)

    async def put_back(self) -> None:
        """Give the characteristics the values that they had; those that were not there go."""
        if (before := self.doing.step.get("before")) is not None and self.wished:
            await if_there(change(self.service, self.id, lambda now: self._with(now, before)))

    def _with(self, holder: Json, values: Mapping[str, Any]) -> Json:
        return with_characteristics(holder, self.attribute, self.wished, values)
