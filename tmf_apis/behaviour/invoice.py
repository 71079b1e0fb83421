"""What the document of a bill says, in words and figures: parties, lines, taxes, totals. Pure.

Everything is a text, ready to be set; nothing of a bill is taken for granted, for bills can be
loaded that were made elsewhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from tmf_apis.behaviour.billing import NoLine, line_of
from tmf_apis.behaviour.bills import paid
from tmf_apis.behaviour.money import amount_of, decimal_of, figures
from tmf_apis.tmf630.instants import microseconds

Json = dict[str, Any]

#: The roles of those who send bills, in lower case and without blanks.
_ISSUERS = frozenset({"seller", "provider", "serviceprovider", "billingprovider", "issuer"})


class Row(NamedTuple):
    """A line of an invoice: what for, when, its tax in percent, without and with tax."""

    what: str
    when: str
    tax: str
    excluded: str
    included: str


class Sum(NamedTuple):
    """A sum below the lines; `weighty` ones stand out."""

    label: str
    amount: str
    weighty: bool = False


@dataclass(frozen=True, slots=True)
class Invoice:
    """The texts of an invoice. `issuer` and `customer` are lines of an address."""

    title: str
    number: str
    currency: str
    issuer: tuple[str, ...]
    customer: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    sums: tuple[Sum, ...]
    closing: str


def invoice_of(bill: Json, rates: Iterable[Json], count: int, issuer: str = "") -> Invoice:
    """The invoice of a bill and its rates.

    `count` is how many rates the bill has; where fewer are given, a last row makes up for the
    others. `issuer` names who sends bills, lines parted by semicolons, where no party of the bill
    does.
    """
    due = amount_of(bill.get("amountDue")) or amount_of(bill.get("taxIncludedAmount"))
    currency = due[1] if due else ""
    parties = list(_parties(bill))
    issuers = [lines for role, lines in parties if role in _ISSUERS]
    customers = [lines for role, lines in parties if role not in _ISSUERS]
    given = tuple(line.strip() for line in issuer.split(";") if line.strip())
    return Invoice(
        title="Credit note" if due and due[0] < 0 else "Invoice",
        number=_text(bill.get("billNo")) or _text(bill.get("id")),
        currency=currency,
        issuer=issuers[0] if issuers else given,
        customer=customers[0] if customers else (),
        facts=tuple((label, text) for label, text in _facts(bill) if text),
        rows=tuple(_rows(bill, rates, count, currency)),
        sums=tuple(_sums(bill, currency)),
        closing=_closing(bill, due[0] if due else None),
    )


def _facts(bill: Json) -> Iterator[tuple[str, str]]:
    yield "Number", _text(bill.get("billNo")) or _text(bill.get("id"))
    yield "Date", _day(bill.get("billDate"))
    yield "Period", _period(bill.get("billingPeriod"))
    yield "Account", _named(bill.get("billingAccount"))
    yield "Billing cycle", _named(bill.get("billCycle"))
    yield "Payment method", _named(bill.get("paymentMethod"))
    yield "Payment due", _day(bill.get("paymentDueDate"))


def _parties(bill: Json) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The role of each party, and the lines that name it: name and id."""
    for related in bill.get("relatedParty") or ():
        if not isinstance(related, dict):
            continue
        held = related.get("partyOrPartyRole")
        party = held if isinstance(held, dict) else related
        lines = (_text(party.get("name")), _text(party.get("id")))
        role = "".join(_text(related.get("role")).split()).casefold()
        yield role, tuple(line for line in lines if line)


def _rows(bill: Json, rates: Iterable[Json], count: int, currency: str) -> Iterator[Row]:
    shown, excluded, included = 0, Decimal(0), Decimal(0)
    for rate in sorted(rates, key=lambda rate: _text(rate.get("date"))):
        what = _text(rate.get("name")) or _text(rate.get("description")) or _text(rate.get("id"))
        when = _period(rate.get("periodCoverage")) or _day(rate.get("date"))
        shown += 1
        try:
            line = line_of(rate)
        except NoLine:
            yield Row(what, when, "", "", "")
            continue
        excluded += line.excluded
        included += line.included
        percents = " + ".join(f"{_percent(tax.rate)} %" for tax, _ in line.taxes)
        yield Row(
            what,
            when,
            percents,
            figures(line.excluded, line.currency),
            figures(line.included, line.currency),
        )
    if count > shown:
        net = amount_of(bill.get("taxExcludedAmount"))
        gross = amount_of(bill.get("taxIncludedAmount"))
        yield Row(
            f"{count - shown:,} further charges, listed by the bill's rates",
            "",
            "",
            figures(net[0] - excluded, currency) if net else "",
            figures(gross[0] - included, currency) if gross else "",
        )


def _sums(bill: Json, currency: str) -> Iterator[Sum]:
    """The sums there are, from the net amount to what remains to be paid."""
    yield from _sum("Total without tax", bill.get("taxExcludedAmount"))
    for item in bill.get("taxItem") or ():
        if isinstance(item, dict):
            rate = decimal_of(item.get("taxRate"))
            percent = "" if rate is None else f" {_percent(rate)} %"
            yield from _sum(
                f"{_text(item.get('taxCategory')) or 'Tax'}{percent}", item.get("taxAmount")
            )
    yield from _sum("Total with tax", bill.get("taxIncludedAmount"), weighty=True)
    applied = paid(bill, currency)
    if applied:
        yield Sum("Paid", figures(-applied, currency))
    remains = bill.get("remainingAmount") or bill.get("amountDue")
    yield from _sum("Amount due", remains, weighty=True)


def _sum(label: str, money: Any, *, weighty: bool = False) -> Iterator[Sum]:
    found = amount_of(money)
    if found is not None:
        yield Sum(label, figures(*found), weighty)


def _closing(bill: Json, due: Decimal | None) -> str:
    remains = amount_of(bill.get("remainingAmount"))
    left = remains[0] if remains else due
    if left is None:
        return ""
    if left < 0:
        return "This amount is in your favour."
    if left == 0:
        return "Nothing remains to be paid."
    day = _day(bill.get("paymentDueDate"))
    number = _text(bill.get("billNo")) or _text(bill.get("id"))
    by = f"by {day}" if day else "on receipt"
    return f"Please pay {by}, and name the number {number}."


def _named(reference: Any) -> str:
    """The name and the id of what is referred to."""
    if not isinstance(reference, dict):
        return ""
    name, id = _text(reference.get("name")), _text(reference.get("id"))
    return f"{name} ({id})" if name and id and name != id else name or id


def _period(period: Any) -> str:
    if not isinstance(period, dict):
        return ""
    days = (_day(period.get("startDateTime")), _day(period.get("endDateTime")))
    return " to ".join(dict.fromkeys(day for day in days if day))


def _day(at: Any) -> str:
    """The day of a date-time, as it is written there."""
    return at[:10] if isinstance(at, str) and microseconds(at) is not None else ""


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
