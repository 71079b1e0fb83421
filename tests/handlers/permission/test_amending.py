"""Amendments are tasks: whoever may cancel an order may amend it, and nobody else (0026)."""

from pathlib import Path

import pytest

from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tests.handlers.permission.callers import caller
from tmf_apis.catalog import Catalog, extended
from tmf_apis.spec.model import ApiSpec

APIS = tuple(api for api in extended() if api.number in ("TMF622", "TMF641"))


@pytest.mark.parametrize("api", APIS, ids=lambda api: f"{api.number}-{api.major}")
@pytest.mark.parametrize(
    ("role", "gives"), [("operator", True), ("auditor", False), ("partner", False)]
)
def test_who_may_cancel_may_amend(
    api: ApiSpec, role: str, gives: bool, start: Start, keys: Path
) -> None:
    server = start(catalog=Catalog(APIS), authentication=True, keys=keys, amendments="on")
    target = "productOrder" if api.number == "TMF622" else "serviceOrder"
    kind = target[0].upper() + target[1:]
    with caller(server, role) as asking:
        for word in ("cancel", "amend"):
            typed = {"@type": word.title() + kind} if api.major == "v5" else {}
            named = {"@type": f"{kind}Ref"} if typed else {}
            body = typed | {target: named | {"id": "none"}, "removedItem": ["1"]}
            answer = asking.client.post(f"{api.base_path}/{word}{kind}", json=body)
            if gives:
                refused(answer, 404, "60", f"/{target}/id: there is no {target} none")
            else:
                refused(answer, 403, "41")
