"""State machines that are enforced (L-638, L-622-O): other moves are refused with 409."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal

#: The header by which a flaw asks not to be held to the state machine.
LAX = "x-lax"
#: What stands in a refusal, and in no other answer.
REFUSED = b"there is no way to"
_SERVICE = {
    "feasibilityChecked": {"designed", "reserved", "inactive", "active"},
    "designed": {"reserved", "inactive", "active"},
    "reserved": {"designed", "inactive", "active"},
    "inactive": {"active", "terminated"},
    "active": {"inactive", "terminated", "suspended"},
    "suspended": {"active", "inactive", "terminated"},
    "terminated": {"active"},
}
_ORDER = {
    "draft": {"acknowledged", "cancelled"},
    "acknowledged": {"inProgress", "pending", "rejected", "assessingCancellation"},
    "inProgress": {
        "pending", "held", "assessingCancellation", "completed", "failed", "partial",
        "inProgress.accepted",
    },
    "inProgress.accepted": {"inProgress", "pending", "held", "completed", "failed", "partial"},
    "pending": {"inProgress", "assessingCancellation", "cancelled"},
    "held": {"inProgress", "assessingCancellation", "cancelled"},
    "assessingCancellation": {
        "acknowledged", "inProgress", "pending", "held", "pendingCancellation", "cancelled",
    },
    "pendingCancellation": {"cancelled"},
}  # fmt: skip
_MACHINES = {"service": _SERVICE, "productOrder": _ORDER, "serviceOrder": _ORDER}


async def enforcing(asked: Asked, server: Server) -> Answered:
    """Refuse a patch that would move a state where it cannot go."""
    machine = _MACHINES.get(asked.path.split("/")[4]) if asked.patches else None
    if machine is None or asked.header(LAX) == "all":
        return await server(asked)
    before = await server(asked.reading())
    wanted = _wanted(asked)
    if before.ok and isinstance(wanted, str):
        state = before.json["state"]
        final = state not in machine
        allowed = {state, *machine.get(state, set())}
        if wanted not in allowed and not (final and asked.header(LAX) == "final"):
            return refusal(409, f"From {state} there is no way to {wanted}")
    return await server(asked)


def _wanted(asked: Asked) -> object:
    """The state a patch asks for, if it does."""
    body = asked.json
    if isinstance(body, dict):
        return body.get("state")
    operations = body if isinstance(body, list) else []
    given = [o for o in operations if isinstance(o, dict) and o.get("path") == "/state"]
    return given[-1].get("value") if given else None
