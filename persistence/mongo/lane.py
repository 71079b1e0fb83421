"""The way to the server: so many commands at once, each for so long, failures in our words."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bson.errors import BSONError
from pymongo.errors import DuplicateKeyError, ExecutionTimeout, PyMongoError

from persistence.errors import Unavailable

logger = logging.getLogger(__name__)

#: Connections of a process, and commands that may be under way or wait for one of them. More
#: are shed at once rather than piled up.
CONNECTIONS = 50
PLACES = 500


class Late(Unavailable):
    """A command that was stopped at its deadline."""


class Lane:
    """Counts what is under way."""

    def __init__(self, places: int = PLACES) -> None:
        self._places = places
        self._busy = 0

    @asynccontextmanager
    async def enter(self, seconds: float) -> AsyncIterator[None]:
        """Run what stands inside within so many seconds; raises `Unavailable`, and `Late`.

        `DuplicateKeyError` goes through: it is an answer.
        """
        if self._busy >= self._places:
            raise Unavailable(f"{self._places} commands are under way; no more are taken")
        self._busy += 1
        try:
            async with asyncio.timeout(seconds):
                yield
        except DuplicateKeyError:
            raise
        except (TimeoutError, ExecutionTimeout) as error:
            raise Late(f"no answer within {seconds:g} seconds") from error
        except (PyMongoError, BSONError) as error:
            raise Unavailable(first_line(error)) from error
        finally:
            self._busy -= 1


def first_line(error: Exception) -> str:
    """What an error says, without the description of the servers that follows."""
    return str(error).partition(", full error:")[0].partition(", Timeout:")[0].splitlines()[0]
