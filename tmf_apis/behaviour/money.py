"""Amounts as decimals, rounded to the minor unit of their currency (ISO 4217). Pure.

JSON holds numbers; the decimal of one is what its shortest spelling says, so that 0.1 is a tenth.
Rounding is half up, away from zero: 0.125 GBP is 0.13, -0.125 GBP is -0.13.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from iso4217 import Currency

from tmf_apis.memory import remembering

Json = dict[str, Any]

#: Minor digits of a currency that ISO 4217 does not know, or that has none.
_USUAL = 2
#: The largest amount that is reckoned with; beyond it a JSON number has no minor unit.
_LARGEST = Decimal(10) ** 15


@remembering(1 << 16)
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for GBP, 1 for JPY, 0.001 for BHD."""
    try:
        digits = Currency(currency).exponent
    except ValueError:
        digits = None
    return Decimal(1).scaleb(-(_USUAL if digits is None else digits))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount to the minor unit of its currency."""
    return amount.quantize(minor_unit(currency), ROUND_HALF_UP)


def amount_of(money: Any) -> tuple[Decimal, str] | None:
    """The amount and the currency of a `Money`, or None for what is none."""
    if not isinstance(money, dict) or not isinstance(money.get("unit"), str):
        return None
    number = decimal_of(money.get("value"))
    return None if number is None else (number, money["unit"])


def decimal_of(number: Any) -> Decimal | None:
    """The decimal of a JSON number, or None for what is no number to reckon with."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    try:
        value = Decimal(str(number))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) <= _LARGEST else None


def money(amount: Decimal, currency: str) -> Json:
    """A `Money` of an amount that is rounded; whole numbers without a fraction."""
    value = int(amount) if amount == amount.to_integral_value() else float(amount)
    return {"unit": currency, "value": value}


def figures(amount: Decimal, currency: str) -> str:
    """An amount as it is printed, to the minor unit of its currency: `1,234.50`, of JPY `1,235`."""
    digits = -int(minor_unit(currency).adjusted())
    shown = rounded(amount, currency)
    return f"{shown if shown else abs(shown):,.{max(digits, 0)}f}"
