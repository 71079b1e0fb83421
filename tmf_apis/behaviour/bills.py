"""What goes together in a bill: what is due, what was paid, and what remains (L-678-B). Pure.

What remains is what is due less the applied payments in the currency of the bill. Whoever moves a
bill to `settled` says that all of it was paid: what remained becomes a payment of its own, which
refers to none, so that the sum still holds and nothing remains.
"""

from decimal import Decimal
from typing import Any

from tmf_apis.behaviour.following import Behaviour
from tmf_apis.behaviour.moment import Moment
from tmf_apis.behaviour.money import amount_of, money, rounded

Json = dict[str, Any]

DUE, PAID, REMAINS = "amountDue", "appliedPayment", "remainingAmount"
SETTLED = "settled"


def settle(behaviour: Behaviour, before: Json | None, after: Json, moment: Moment) -> Json:
    """The bill with what remains of it, where payments, what is due, or `settled` came new.

    A bill that does not say what is due is left as it is.
    """
    old, state = before or {}, behaviour.rules.state or ""
    due = amount_of(after.get(DUE))
    is_settled = after.get(state) == SETTLED and old.get(state) != SETTLED
    if due is None or not (is_settled or any(after.get(x) != old.get(x) for x in (DUE, PAID))):
        return after
    currency = due[1]
    remains = rounded(due[0] - paid(after, currency), currency)
    if is_settled and remains:
        rest = money(remains, currency)
        moment.hints.append(f"/{PAID} {rest['value']} {currency} was applied to settle the bill.")
        after = after | {PAID: [*(after.get(PAID) or ()), {"appliedAmount": rest}]}
        remains = Decimal(0)
    return after | {REMAINS: money(remains, currency)}


def paid(bill: Json, currency: str) -> Decimal:
    """The sum of the payments of a bill in a currency."""
    applied = (
        amount_of(each.get("appliedAmount"))
        for each in bill.get(PAID) or ()
        if isinstance(each, dict)
    )
    return sum((each[0] for each in applied if each and each[1] == currency), Decimal(0))
