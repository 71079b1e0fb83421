"""`/flow/processFlow` and below: flows as data in the manner of TMF701. For administrators."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson

from handlers.administrators import Administrators
from handlers.flow import operating
from handlers.flow.reach import Reach
from handlers.http import Request, Response
from handlers.intake import check_accept
from handlers.methods import READS, not_offered
from tmf_apis.flow.processes import process_flow, task_flow
from tmf_apis.tmf630.errors import NOT_FOUND, TmfError

BASE = "/flow"
_PATH = f"{BASE}/processFlow"
#: Flows in the list.
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Processes:
    """Answers the paths at and below `/flow/processFlow`."""

    reach: Reach
    administrators: Administrators

    async def handle(self, request: Request) -> Response | None:
        """The answer to a request, or None when its path is none of these."""
        if not f"{request.path}/".startswith(f"{_PATH}/"):
            return None
        self.administrators.admit(request)
        if request.method not in READS:
            return not_offered(request.method, READS)
        check_accept(request)
        names = [unquote(part) for part in request.path.removeprefix(_PATH).split("/")[1:]]
        try:
            found = await self._found(names, request.origin)
        except LookupError as error:
            raise TmfError(NOT_FOUND, f"{error}.") from error
        return Response(200, orjson.dumps(found), {"Cache-Control": "no-store"})

    async def _found(self, names: list[str], origin: str) -> Any:
        """What is at a path, by the names in it. Raises `LookupError` where there is nothing."""
        base, orders = origin + BASE, origin + self.reach.orders.collection.name
        match names:
            case []:
                flows = await operating.newest(self.reach, _SHOWN)
                return [process_flow(flow, base, orders) for flow in flows]
            case [order]:
                return process_flow(await operating.shown(self.reach, order), base, orders)
            case [order, "taskFlow"]:
                flow = await operating.shown(self.reach, order)
                return [task_flow(flow, step, base) for step in flow["steps"]]
            case [order, "taskFlow", step]:
                flow = await operating.shown(self.reach, order)
                found = next((one for one in flow["steps"] if one["id"] == step), None)
                if found is not None:
                    return task_flow(flow, found, base)
                raise LookupError(f"There is no step {step} of the flow of {order}")
        raise LookupError(f"There is nothing at {'/'.join([_PATH, *names])}")
