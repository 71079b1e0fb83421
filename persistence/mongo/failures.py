"""What an error of the driver means to us: late, of this moment, or refused for good.

Codes and labels are those of MongoDB's retryable reads and writes specifications; where a server
sends no labels, the codes tell. What comes without a code is about the way to the server.
"""

from collections.abc import Mapping
from typing import Any

from pymongo.errors import (
    BulkWriteError,
    OperationFailure,
    PyMongoError,
)

from persistence.errors import Refused, StoreError, Unavailable, Unsupported

#: DuplicateKey.
_DUPLICATE = 11000
#: MaxTimeMSExpired.
_LATE = 50
_LABELS = (
    "RetryableWriteError", "RetryableReadError", "TransientTransactionError",
    "SystemOverloadedError",
)  # fmt: skip
_OF_THIS_MOMENT = frozenset({
    # HostUnreachable, HostNotFound, NetworkTimeout, SocketException
    6, 7, 89, 9001,
    # ShutdownInProgress, InterruptedAtShutdown, Interrupted, InterruptedDueToReplStateChange
    91, 11600, 11601, 11602,
    # CursorNotFound, CursorKilled
    43, 237,
    # PrimarySteppedDown, NotWritablePrimary, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary
    189, 10107, 13435, 13436,
    # FailedToSatisfyReadPreference, ReadConcernMajorityNotAvailableYet, WriteConcernTimeout
    133, 134, 64,
    # ExceededTimeLimit, LockTimeout, LockBusy, WriteConflict, ConflictingOperationInProgress
    262, 202, 24, 46, 112, 117,
    # StaleEpoch, StaleDbVersion, StaleConfig: shards on the move
    150, 249, 13388,
    # A document with too many events that wait beside it: the relay is about to take them away
    17419,
    # OutOfDiskSpace; too many requests for a hosted server
    14031, 16500,
})  # fmt: skip
#: BadValue, FailedToParse, InvalidPipelineOperator, a sort without room, and bad patterns.
_OF_THE_QUERY = frozenset({2, 9, 168, 292, 16819, 51091, 51108})


class Late(Unavailable):
    """A command that was stopped at its deadline."""


def told(error: Exception) -> StoreError:
    """What a failure of the driver is to who asked."""
    if isinstance(error, TimeoutError):
        return Late("no answer in time")
    if not isinstance(error, PyMongoError):
        return Refused(first_line(error))  # What BSON cannot hold.
    what, code = first_line(error), _code(error)
    if code == _LATE:
        return Late(what)
    momentary = code in _OF_THIS_MOMENT or any(map(error.has_error_label, _LABELS))
    if momentary or code is None:
        return Unavailable(what)
    return Unsupported(what) if code in _OF_THE_QUERY else Refused(_named(error, code))


def duplicate_at(error: BulkWriteError) -> int | None:
    """Which of the documents put in was there already; None when it failed for something else."""
    if not only_duplicates(error):
        return None
    return int(error.details["writeErrors"][0]["index"])


def only_duplicates(error: BulkWriteError) -> bool:
    """Whether nothing went wrong with a bulk of writes but that documents were there already."""
    codes = {fault["code"] for fault in error.details.get("writeErrors") or ()}
    return codes == {_DUPLICATE} and not error.details.get("writeConcernErrors")


def first_line(error: Exception) -> str:
    """What an error says, without the description of the servers that follows."""
    text = str(error).partition(", full error:")[0].partition(", Timeout:")[0]
    if isinstance(error, BulkWriteError) and (fault := _fault(error)):
        text = str(fault.get("errmsg", text))
    return next(iter(text.splitlines()), type(error).__name__)


def _named(error: PyMongoError, code: int) -> str:
    """The name of an error alone: what a server says of a refusal may repeat the whole command."""
    details = getattr(error, "details", None) or {}
    return f"MongoDB answered {details.get('codeName') or f'code {code}'}"


def _code(error: PyMongoError) -> int | None:
    if isinstance(error, BulkWriteError):
        return _fault(error).get("code")
    return error.code if isinstance(error, OperationFailure) else None


def _fault(error: BulkWriteError) -> Mapping[str, Any]:
    """The first thing that went wrong with a bulk of writes."""
    faults = [
        *(error.details.get("writeErrors") or ()),
        *(error.details.get("writeConcernErrors") or ()),
    ]
    return faults[0] if faults else {}
