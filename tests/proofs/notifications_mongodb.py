"""Notifications are never lost on MongoDB either, which is killed twice meanwhile."""

from typing import Any

from tests.proofs import notifications

DATABASE_KILLS = 2


def prove() -> dict[str, Any]:
    """What each subscriber missed, got unasked and got twice."""
    return notifications.prove(database_kills=DATABASE_KILLS)
