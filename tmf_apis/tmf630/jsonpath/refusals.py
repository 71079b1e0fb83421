"""How a JSONPath is refused: 400 for a broken one, 501 for what the server lacks (R-507)."""

from tmf_apis.tmf630.errors import INVALID_JSONPATH, NOT_IMPLEMENTED, TmfError


def invalid(message: str) -> TmfError:
    """The refusal of a path that cannot be meant; `message` is a sentence that says why."""
    return TmfError(INVALID_JSONPATH, message)


def malformed(text: str, position: int) -> TmfError:
    """The refusal of a text that breaks the grammar at a position, counted from 0."""
    return invalid(f"Malformed JSONPath at character {position + 1}: {text!r}.")


def unsupported(what: str) -> TmfError:
    """The refusal of a valid path for a thing in it; `what` is the object of a sentence."""
    return TmfError(NOT_IMPLEMENTED, f"This server does not support {what} in a JSONPath.")
