"""Which account pays for what an item adds."""

from typing import Any

from handlers.flow.doing import Doing
from handlers.flow.reach import read
from tmf_apis.flow import documents as make
from tmf_apis.flow.items import customers_of, items_of

Json = dict[str, Any]


async def account_of(doing: Doing) -> Json | None:
    """The account that pays: of the item, of the order, or the first one of the customer."""
    items = (item.document for item in items_of(doing.order) if item.id == doing.step["item"])
    item = next(items, {})
    given = item.get("billingAccount") or doing.order.get("billingAccount")
    if given:
        return {**given, "@type": "BillingAccountRef"}
    for id in customers_of(doing.order):
        customer = await read(doing.reach.customers, id)
        for account in customer.get("account") or ():
            named = {name: account[name] for name in ("id", "name") if account.get(name)}
            return make.reference("BillingAccountRef", "BillingAccount", named)
    return None
