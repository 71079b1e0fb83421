"""The events each file defines (R-1030)."""

import pytest

from tests.handlers.facts import ALL, Case, each
from tmf_apis.rules.lookup import rules_of
from tmf_apis.spec.events import events_of

_LIFE = {"Create", "StateChange", "AttributeValueChange", "Delete"}
_ASKING = {"InformationRequired"}
_TASK = {"Create", "StateChange"}
_CANCEL = _TASK | _ASKING
_TASKS = ("ackAlarm", "unAckAlarm", "clearAlarm", "commentAlarm", "groupAlarm", "unGroupAlarm")
#: The table of R-1030; what is not in it raises nothing.
KINDS: dict[str, set[str]] = {
    "TMF620-v4/catalog": _LIFE | {"Batch"},
    **{f"TMF620-v4/{name}": _LIFE for name in ("category", "productOffering")},
    **{f"TMF620-v4/{name}": _LIFE for name in ("productOfferingPrice", "productSpecification")},
    **{f"TMF620-v5/{name}": _LIFE for name in ("productCatalog", "category", "productOffering")},
    **{f"TMF620-v5/{name}": _LIFE for name in ("productOfferingPrice", "productSpecification")},
    **{f"TMF620-v5/{name}": _TASK for name in ("importJob", "exportJob")},
    "TMF622-v4/productOrder": _LIFE | _ASKING,
    "TMF622-v4/cancelProductOrder": _CANCEL,
    "TMF622-v5/productOrder": _LIFE | _ASKING | {"ErrorMessage", "JeopardyAlert", "Milestone"},
    "TMF622-v5/cancelProductOrder": _CANCEL,
    "TMF629-v4/customer": _LIFE,
    "TMF629-v5/customer": _LIFE,
    "TMF638-v4/service": _LIFE,
    "TMF638-v5/service": _LIFE | {"OperatingStatusChange"},
    "TMF639-v4/resource": _LIFE,
    "TMF639-v4/physicalResource": _LIFE,
    "TMF639-v5/resource": _LIFE,
    "TMF641-v4/serviceOrder": _LIFE | _ASKING | {"Milestone", "Jeopardy"},
    "TMF641-v4/cancelServiceOrder": _CANCEL,
    "TMF641-v5/serviceOrder": _LIFE | _ASKING | {"Milestone", "Jeopardy"},
    "TMF641-v5/cancelServiceOrder": _CANCEL,
    "TMF642-v4/alarm": _LIFE,
    "TMF642-v5/alarm": _LIFE,
    **{f"TMF642-v4/{task}s": _TASK for task in _TASKS},
    **{f"TMF642-v5/{task}": _TASK for task in _TASKS},
    **{f"TMF678-{v}/customerBill": _TASK for v in ("v4", "v5")},
    **{f"TMF678-{v}/customerBillOnDemand": _TASK for v in ("v4", "v5")},
}


@pytest.mark.rule("R-1030", "R-620-10", "R-622-11", "R-678-08")
@each()
def test_a_resource_raises_the_kinds_of_its_file(case: Case) -> None:
    rules = rules_of(case.api, case.resource)
    assert set(events_of(case.api, case.resource, rules.events)) == KINDS.get(str(case), set())


def test_the_table_names_resources() -> None:
    assert set(KINDS) <= {str(case) for case in ALL}
