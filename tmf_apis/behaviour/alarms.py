"""What goes together in an alarm: severity and state when it is cleared, and that a change of what
it says makes it an updated one (R-642-05, L-642). Pure.
"""

from typing import Any

from tmf_apis.behaviour.following import Behaviour
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By
from tmf_apis.tmf630.errors import ILLEGAL_STATE, TmfError
from tmf_apis.tmf630.events import same

Json = dict[str, Any]

STATE, SEVERITY = "state", "perceivedSeverity"
RAISED, UPDATED, CLEARED = "raised", "updated", "cleared"
#: What an alarm says; who looks after it, and how it belongs to others, is another matter.
_DETAILS = frozenset(
    {
        *(SEVERITY, "alarmType", "probableCause", "specificProblem", "alarmDetails"),
        *("alarmedObject", "alarmedObjectType", "affectedService", "place"),
        *("alarmEscalation", "serviceAffecting", "crossedThresholdInformation"),
        *("plannedOutageIndicator", "proposedRepairedActions", "reportingSystemId"),
    }
)


def complete(behaviour: Behaviour, before: Json | None, after: Json, moment: Moment) -> Json:
    """The alarm with what its change implies. Raises `TmfError` (409) where the severity of a
    cleared alarm is set, or where state and severity contradict each other.
    """
    if behaviour.machine(STATE) is None:
        return after
    if before is None:
        return _begun(after, moment)
    if before.get(STATE) == CLEARED:
        if after.get(SEVERITY) != before.get(SEVERITY):
            message = "the alarm is cleared, and its severity stays; raise a new alarm."
            raise TmfError(ILLEGAL_STATE, f"/{SEVERITY}: {message}")
        return after
    moved = {name for name in (STATE, SEVERITY) if after.get(name) != before.get(name)}
    cleared = {name for name in moved if after.get(name) == CLEARED}
    if cleared:
        if against := moved - cleared:
            message = f"{after.get(against.pop())} contradicts {CLEARED}; clear both, or neither."
            raise TmfError(ILLEGAL_STATE, f"/{next(iter(moved - cleared))}: {message}")
        return after | {STATE: CLEARED, SEVERITY: CLEARED}
    if moment.by is By.CLIENT and after.get(STATE) == RAISED and _says_more(before, after):
        return after | {STATE: UPDATED}
    return after


def _begun(alarm: Json, moment: Moment) -> Json:
    """A new alarm: cleared as a whole, or not at all."""
    cleared = [name for name in (STATE, SEVERITY) if alarm.get(name) == CLEARED]
    if len(cleared) == 1:
        (other,) = {STATE, SEVERITY} - set(cleared)
        moment.hints.append(f"/{other} is cleared, for {cleared[0]} is.")
        return alarm | {STATE: CLEARED, SEVERITY: CLEARED}
    return alarm


def _says_more(before: Json, after: Json) -> bool:
    """Whether a change is one of severity or details."""
    return any(not same(before.get(name), after.get(name)) for name in _DETAILS)
