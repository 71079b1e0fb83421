"""What the page of tasks asks for: what waits, what runs, what failed. For administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import orjson

from handlers.administrators import Administrators
from handlers.http import Request, Response
from handlers.methods import READS, not_offered
from handlers.tasks.administration import failures, overview
from handlers.tasks.kinds import WorkKind

PAGE = "/tasks"
STATE = "/tasks/state"
#: Of each kind of task, how many that are open and how many that failed are shown.
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class TaskConsole:
    """Answers the paths below `/tasks`, and lets administrators alone see the page.

    `names` gives the name of each API by its base path.
    """

    kinds: Sequence[WorkKind]
    names: Mapping[str, str]
    administrators: Administrators

    async def handle(self, request: Request) -> Response | None:
        """The answer to a request, or None when its path is the page or none of these."""
        if not f"{request.path}/".startswith(f"{PAGE}/"):
            return None
        self.administrators.admit(request)
        if request.path != STATE:
            return None
        if request.method not in READS:
            return not_offered(request.method, READS)
        return Response(200, await self._state(), {"Cache-Control": "no-store"})

    async def _state(self) -> bytes:
        """The tasks that are not over, and those that failed, as JSON."""
        rows = await overview(self.kinds, _SHOWN)
        failed, total = await failures(self.kinds, _SHOWN)
        return orjson.dumps(
            {
                "apis": self.names,
                "open": [asdict(row) | {"standing": row.standing} for row in rows.shown],
                "failed": [asdict(row) for row in failed],
                "totals": {"open": rows.total, "failed": total},
            }
        )
