"""What is told of a state of a record."""

import time
from pathlib import Path

import pytest

from handlers.representation import validators
from handlers.services import services
from persistence.opening import open_store
from persistence.store import Record
from tests.handlers.facts import case
from tmf_apis.settings import Settings
from tmf_apis.tmf630.http_dates import read_http_date

CUSTOMER = case("TMF629-v5/customer")


@pytest.mark.rule("R-112")
@pytest.mark.parametrize("ahead", [-3600, 0, 3600], ids=["past", "present", "future"])
def test_no_change_is_later_than_the_answer_that_tells_it(ahead: int, tmp_path: Path) -> None:
    """RFC 9110, section 8.8.2.1: clocks of stores may be ahead of the server's."""
    store = open_store(f"sqlite:///{tmp_path}/tmf.db")
    [service] = services((CUSTOMER.api,), store, Settings())
    before = int(time.time())
    changed = before + ahead
    record = Record(1, "a", "", "1", b"{}", changed * 1_000_000 + 999_999)
    told = read_http_date(validators(service, record, None, CUSTOMER.path)["Last-Modified"])
    assert min(changed, before) <= told <= min(changed, int(time.time()))
