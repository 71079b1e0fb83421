"""Several documents of a neighbour by their ids, for a request that waits for them."""

import asyncio
from collections.abc import Iterable
from typing import Any

from handlers.neighbours.neighbour import Neighbour

Json = dict[str, Any]

#: Documents that are asked for at once, and seconds that all may take.
AT_ONCE, LONGEST = 8, 10.0


async def gathered(
    neighbour: Neighbour, ids: Iterable[str], longest: float = LONGEST
) -> dict[str, Json]:
    """Those that there are, by id. Raises `Away`, also where all together take too long."""
    room = asyncio.Semaphore(AT_ONCE)

    async def read(id: str) -> tuple[str, Json]:
        async with room:
            return id, await neighbour.read(id)

    try:
        async with asyncio.timeout(longest), asyncio.TaskGroup() as group:
            tasks = [group.create_task(read(id)) for id in ids]
    except TimeoutError as error:
        raise neighbour.client.away(f"did not answer within {longest:g} seconds") from error
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors
    return {id: document for id, document in (task.result() for task in tasks) if document}
