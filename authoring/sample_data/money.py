"""Amounts: counted in pence, so that sums are exact, and written in pounds."""

from __future__ import annotations

from .shapes import Json, Typed

CURRENCY = "GBP"
VAT_PERCENT = 20


def money(pence: int) -> dict[str, Json]:
    """The amount in pounds, as a whole number where it is one."""
    pounds: float = pence // 100 if pence % 100 == 0 else pence / 100
    return {"unit": CURRENCY, "value": pounds}


def vat(net: int) -> int:
    """The tax on a net amount, both in pence; every price is chosen so that it is whole."""
    tax, rest = divmod(net * VAT_PERCENT, 100)
    if rest:
        raise ValueError(f"VAT on {net} pence is not a whole number of pence")
    return tax


def tax_item(kind: str, net: int) -> Typed:
    """The VAT on a net amount as a tax element of class `kind`."""
    return Typed(
        kind,
        {"taxCategory": "VAT", "taxRate": VAT_PERCENT, "taxAmount": money(vat(net))},
    )


def price(net: int) -> Typed:
    """A `Price`: the amount without and with tax."""
    return Typed(
        "Price",
        {
            "taxRate": VAT_PERCENT,
            "dutyFreeAmount": money(net),
            "taxIncludedAmount": money(net + vat(net)),
        },
    )
