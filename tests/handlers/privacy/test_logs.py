"""What a server logs tells nothing of a person, whatever it is asked and however it refuses."""

import logging

import pytest

from tests.handlers.permission.callers import caller
from tests.handlers.privacy.life import CUSTOMER, MERGE, ORDERS, Life
from tests.handlers.serving import Server

PATHS = [
    f"{CUSTOMER.path}/{{}}",
    "/{}",
    f"{CUSTOMER.path}?name={{}}&limit=x",
    f"{CUSTOMER.path}?sort={{}}",
    f"{CUSTOMER.path}?filter=$[?(@.{{}}",
]
#: Who logs as the test's own client.
CLIENTS = ("httpx", "httpcore")
BAD = ['{"name": "%s"', '{"name": ["%s"]}', '["%s"]', '{"name": "%s", "status": 7}']


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_the_log_tells_of_no_person(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    life = Life(server, "hush").live()
    name = life.marks[0]
    with caller(server, "admin") as admin:
        for path in PATHS:
            assert admin.client.get(path.format(name)).status_code < 500
        for body in BAD:
            for of in (CUSTOMER, *ORDERS):
                json = {"Content-Type": "application/json"}
                assert (
                    admin.client.post(of.path, content=body % name, headers=json).status_code < 500
                )
                url = of.item(life.customer)
                assert admin.client.patch(url, content=body % name, headers=MERGE).status_code < 500
        odd = {"Authorization": f"Bearer {name}"}
        assert admin.client.get(CUSTOMER.path, headers=odd).status_code == 401
    ours = [record for record in caplog.records if record.name not in CLIENTS]
    assert ours, "something is logged"
    assert not [text for record in ours if "hush" in (text := record.getMessage())]
