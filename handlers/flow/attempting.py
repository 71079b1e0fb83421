"""One attempt at a step: done, to be tried again, or held after the last one."""

import asyncio
import logging
from typing import Any

from handlers.flow.activation import NotActivated
from handlers.flow.doing import Doing, Taken
from handlers.flow.steps import Deed
from handlers.neighbours.failing import Away, Declined, without_urls
from persistence.errors import Missing, StoreError
from tmf_apis.flow import standing

logger = logging.getLogger(__name__)
Json = dict[str, Any]

#: How often a step is tried.
ATTEMPTS = 3


async def attempt(doing: Doing, deed: Deed, longest: float) -> Json:
    """What is to be noted of a step after an attempt at its deed, of so many seconds at most.

    Raises `StoreError` where the store is away.
    """
    order, step, now = doing.order, doing.step, doing.reach.orders.now
    began, full, away = now(), "", ""  # For the log; and the neighbour that it failed for.
    try:
        async with asyncio.timeout(longest):
            await deed(doing)
    except Away as error:
        why, full, away = str(error), error.in_full, error.api
    except StoreError as error:
        if not isinstance(error, Missing):
            raise
        why = f"{error} is not there any more"
    except TimeoutError:
        why = f"it took more than {longest:g} seconds"
    except (NotActivated, Declined) as error:
        why, full = str(error), error.in_full
    except Taken as error:
        why = str(error)
    except Exception as error:
        # A fault of ours is an operator's to see as well: else the order waits for ever.
        logger.exception("order %s, step %s", order["id"], step["id"])
        why = f"the server failed to do it: {type(error).__name__}: {without_urls(str(error))}"
    else:
        state = standing.WAITING if doing.again else standing.DONE
        return {"state": state, "began": began, "ended": now(), "error": "", **doing.noted}
    attempts = step["attempts"] + 1
    state = standing.WAITING if attempts < ATTEMPTS else standing.HELD
    logger.warning("order %s, step %s: %s", order["id"], step["id"], full or why)
    return {"state": state, "attempts": attempts, "error": why, "began": began, standing.AWAY: away}
