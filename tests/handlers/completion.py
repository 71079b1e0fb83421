"""What the guides say a server adds to a resource that is posted, as the tests know it.

Written down here apart from the program's own tables, which it judges (R-702, R-705).
"""

from tests.handlers.asking import NOW
from tests.handlers.facts import Case, Json

_ENTITY: tuple[Json, Json] = ({"lifecycleStatus": "In study"}, {"lastUpdate": NOW})
_JOB: tuple[Json, Json] = ({}, {"status": "Not Started", "creationDate": NOW})
_TASK: tuple[Json, Json] = ({}, {"state": "acknowledged"})
_ALARM: tuple[Json, Json] = (
    {"ackState": "unacknowledged", "alarmReportingTime": NOW},
    {"alarmChangedTime": NOW},
)
_BILL_TASK: tuple[Json, Json] = ({}, {"state": "inProgress", "lastUpdate": NOW})
_NOTHING: tuple[Json, Json] = ({}, {})

#: For each resource what is added if the client gives none, and what is set in any case.
_ADDED: dict[str, tuple[Json, Json]] = {
    "TMF620-v4/importJob": _JOB,
    "TMF620-v4/exportJob": _JOB,
    "TMF620-v5/importJob": _JOB,
    "TMF620-v5/exportJob": _JOB,
    "TMF622-v4/productOrder": ({}, {"state": "acknowledged", "orderDate": NOW}),
    "TMF622-v4/cancelProductOrder": _TASK,
    "TMF622-v5/productOrder": ({}, {"state": "acknowledged", "creationDate": NOW}),
    "TMF622-v5/cancelProductOrder": ({}, {"state": "acknowledged", "creationDate": NOW}),
    "TMF629-v4/customer": ({"status": "Created"}, {}),
    "TMF629-v5/customer": ({"status": "Created"}, {}),
    "TMF638-v4/service": ({"serviceDate": NOW}, {}),
    "TMF638-v5/service": ({"serviceDate": NOW}, {}),
    "TMF639-v4/resource": _NOTHING,
    "TMF639-v4/physicalResource": _NOTHING,
    "TMF639-v4/logicalResource": _NOTHING,
    "TMF639-v5/resource": ({}, {"lastUpdate": NOW}),
    "TMF641-v4/serviceOrder": ({}, {"state": "acknowledged", "orderDate": NOW}),
    "TMF641-v4/cancelServiceOrder": ({}, {"state": "accepted"}),
    "TMF641-v5/serviceOrder": ({}, {"state": "acknowledged", "orderDate": NOW}),
    "TMF641-v5/cancelServiceOrder": _TASK,
    "TMF642-v4/alarm": _ALARM,
    "TMF642-v5/alarm": _ALARM,
    "TMF678-v4/customerBillOnDemand": _BILL_TASK,
    "TMF678-v5/customerBillOnDemand": _BILL_TASK,
}
_ITEMS = {"productOrder": "productOrderItem", "serviceOrder": "serviceOrderItem"}
#: What changes with every change of a resource.
TOUCHED = {
    "TMF620": "lastUpdate",
    "TMF639": "lastUpdate",
    "TMF642": "alarmChangedTime",
    "TMF678": "lastUpdate",
}
#: What a state brings with it where the change gives none (R-638-04).
BROUGHT: dict[str, dict[str, Json]] = {"TMF638": {"active": {"startDate": NOW, "hasStarted": True}}}


def completed(case: Case, body: Json, id: str, href: str) -> Json:
    """The representation that follows from a create body."""
    defaults, always = _ADDED.get(str(case)) or (_ENTITY if case.api.number == "TMF620" else _TASK)
    declared = "@type" in case.resource.attributes.children
    kind = {"@type": case.resource.schema.partition("_")[0]} if declared else {}
    whole = {"id": id, "href": href} | defaults | kind | body | always
    whole |= {"id": id, "href": href}
    if (items := _ITEMS.get(case.resource.name)) is not None:
        more: Json = {"state": whole["state"]}
        if case.api.number == "TMF622":
            more["quantity"] = 1
        whole[items] = [more | item for item in whole[items]]
    return whole


def merged(old: Json, patch: Json) -> Json:
    """RFC 7396, as its own text has it."""
    new = dict(old)
    for name, value in patch.items():
        if value is None:
            new.pop(name, None)
        elif isinstance(value, dict):
            there = new.get(name)
            new[name] = merged(there if isinstance(there, dict) else {}, value)
        else:
            new[name] = value
    return new


def patched(case: Case, old: Json, patch: Json) -> Json:
    """The representation after a merge patch that changes something."""
    new = merged(old, patch)
    if old.get("state") != new.get("state"):
        for name, value in BROUGHT.get(case.api.number, {}).get(new["state"], {}).items():
            new[name] = patch.get(name) or (value if value is True else new.get(name, value))
    name = TOUCHED.get(case.api.number, "")
    return new | ({name: NOW} if name in case.resource.attributes.children else {})
