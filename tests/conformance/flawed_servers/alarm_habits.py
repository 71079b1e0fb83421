"""Servers that are wrong about alarms, their tasks, and bills (R-642-*, R-678-*)."""

from tests.conformance.flawed_servers.exchange import answer
from tests.conformance.flawed_servers.given.acting import MEANT, acting
from tests.conformance.flawed_servers.given.ending import billing
from tests.conformance.flawed_servers.slips import (
    Slip,
    Slips,
    creating,
    holding,
    patching,
    showing,
    status,
    turning,
    where,
    without,
)

_ALARMS = Slips(__name__, "TMF642 v5 alarm", ("R-642-*", "L-642*", "R-302", "R-8*"))
_ALARMS.register(
    [
        Slip(
            "new_alarms_are_acknowledged",
            "Takes an alarm for acknowledged as soon as it comes.",
            "R-642-04",
            showing("alarm"),
            turning("ackState", "unacknowledged", "acknowledged"),
        ),
        Slip(
            "clearing_has_no_time",
            "Does not say when an alarm was cleared.",
            "R-642-05",
            showing("alarm"),
            without("alarmClearedTime"),
        ),
        Slip(
            "clearing_leaves_the_severity",
            "Clears the state of an alarm and leaves its severity.",
            "R-642-05",
            showing("alarm"),
            where(lambda e: e.get("state") == "cleared", perceivedSeverity="minor"),
        ),
        Slip(
            "a_cleared_alarm_gets_worse",
            "Takes a severity for an alarm that is cleared.",
            "R-642-05",
            patching(lambda change: change == {"perceivedSeverity": "major"}),
            lambda asked, answered: answered if answered.ok else answer(
                {"id": asked.path.rpartition("/")[2], **asked.json}
            ),
            also=("S-001", "R-709", "R-103", "R-201"),
        ),
        Slip(
            "a_worse_alarm_is_not_updated",
            "Leaves an alarm raised when its severity changes.",
            "L-642",
            showing("alarm"),
            turning("state", "updated", "raised"),
        ),
        Slip(
            "an_acknowledgement_stays",
            "Does not take an acknowledgement back.",
            "L-642-A",
            patching(lambda change: change.get("ackState") == "unacknowledged"),
            ask=lambda asked: asked.reading(),
        ),
    ]
)  # fmt: skip


#: What each task does not do, though it is called done; and the rules that go with that.
_IDLE: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("an_unack_has_no_effect", "unAckAlarm", "Takes no acknowledgement back.", ()),
    ("a_clear_has_no_effect", "clearAlarm", "Clears no alarm.", ()),
    ("a_comment_is_lost", "commentAlarm", "Adds no comment.", ()),
    ("a_group_has_no_effect", "groupAlarm", "Links no alarms.", ("R-642-09", "R-642-11")),
    ("an_ungroup_has_no_effect", "unGroupAlarm", "Leaves alarms linked.", ("R-642-11",)),
)
_TASKS = Slips(__name__, "TMF642 v5 alarm", ("R-642-06", "R-642-08"), given=(acting,))
_TASKS.register(
    Slip(
        name,
        about,
        "R-642-07",
        creating(task),
        ask=lambda asked: asked.with_header(MEANT, "none"),
        also=also,
        on=f"TMF642 v5 {task}",
    )
    for name, task, about, also in _IDLE
)
_TASKS.register(
    [
        Slip(
            "a_pattern_without_a_match_is_cancelled",
            "Cancels a task whose pattern no alarm meets.",
            "R-642-08",
            showing("ackAlarm"),
            where(lambda e: e.get("ackedAlarm") == [], state="canceled"),
            on="TMF642 v5 ackAlarm",
        ),
        Slip(
            "any_alarms_are_grouped",
            "Calls the grouping of alarms done that are not there.",
            "R-642-09",
            showing("groupAlarm"),
            holding(state="done"),
            also=("R-642-07", "R-642-11"),
            on="TMF642 v5 groupAlarm",
        ),
    ]
)

_ON_DEMAND, _OLDER = "TMF678 v5 customerBillOnDemand", "TMF678 v4 customerBillOnDemand"
_BILLS = Slips(__name__, _ON_DEMAND, ("R-302", "R-701", "R-709", "L-678-*"), given=(billing,))
_BILLS.register(
    [
        Slip(
            "a_bill_on_demand_has_no_date",
            "Does not say when a bill on demand was updated.",
            "R-678-05",
            showing("customerBillOnDemand"),
            without("lastUpdate"),
        ),
        Slip(
            "a_bill_on_demand_is_of_a_cycle",
            "Gives a bill on demand as one of a cycle.",
            "R-678-05",
            showing("customerBill/"),
            holding(runType="onCycle"),
        ),
        Slip(
            "a_bill_can_be_rewritten",
            "Lets clients change the number of a bill.",
            "R-678-02",
            showing("customerBill/"),
            holding(billNo="kit-forged"),
            on=_OLDER,
        ),
        Slip(
            "a_bill_stays_as_it_is",
            "Refuses to change the state of a bill.",
            "R-678-02",
            lambda asked: asked.merges and "/customerBill/" in asked.path,
            status(409),
            on=_OLDER,
        ),
        Slip(
            "a_bill_does_not_move",
            "Answers a change of the state of a bill, and makes none.",
            "R-678-03",
            showing("customerBill/"),
            holding(state="new"),
            on=_OLDER,
        ),
    ]
)

_RATE = {
    "id": "1", "href": "/1", "@type": "AppliedCustomerBillingRate", "isBilled": True,
    "billingAccount": {"id": "1", "@type": "BillingAccountRef"},
}  # fmt: skip
Slips(__name__, "TMF678 v5 appliedCustomerBillingRate", ("R-*", "S-001")).register(
    [
        Slip(
            "a_billed_rate_names_no_bill",
            "Does not say on which bill a rate is.",
            "R-678-06",
            lambda asked: asked.lists and "id=" not in asked.query,
            lambda asked, answered: answered.with_json([_RATE]).with_header("x-result-count", "1"),
        ),
        Slip(
            "rates_can_be_written",
            "Takes a rate from a client.",
            "R-678-06",
            lambda asked: asked.creates,
            lambda asked, answered: answer(_RATE, 201, f"{asked.path}/1"),
        ),
    ]
)
