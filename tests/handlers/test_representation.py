"""What is told of a state of a record."""

import time
from pathlib import Path

import pytest

from handlers.representation import represent_all, validators
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
    record = Record(1, "a", "", 1, b"{}", changed * 1_000_000 + 999_999)
    told = read_http_date(validators(service, record, None, CUSTOMER.path)["Last-Modified"])
    assert min(changed, before) <= told <= min(changed, int(time.time()))


@pytest.mark.rule("R-1303")
def test_every_resource_of_a_list_says_where_it_is(tmp_path: Path) -> None:
    """Behind its `id` or first, by its latest version or by its own, however it is spelt."""
    store = open_store(f"sqlite:///{tmp_path}/tmf.db")
    [service] = services((CUSTOMER.api,), store, Settings())
    records = [
        Record(1, "a-1", "", 1, b'{"id":"a-1","name":"x"}', 0),
        Record(2, "a-1", "", 1, b'{"name":"x","id":"a-1"}', 0),
        Record(3, "a-1", "2.0", 1, b'{"id":"a-1"}', 0, latest=False),
        Record(4, "a b", "", 1, b'{"id":"a b"}', 0),
        Record(5, 'a"b', "", 1, b'{"id":"a\\"b"}', 0),
        Record(6, "\u00e9", "", 1, '{"id":"\u00e9"}'.encode(), 0),
    ]
    shown = represent_all(records, "http://x/customer", None, service)
    assert shown.decode() == (
        '[{"id":"a-1","href":"http://x/customer/a-1","name":"x"},'
        '{"href":"http://x/customer/a-1","name":"x","id":"a-1"},'
        '{"id":"a-1","href":"http://x/customer/a-1?version=2.0"},'
        '{"id":"a b","href":"http://x/customer/a%20b"},'
        '{"id":"a\\"b","href":"http://x/customer/a%22b"},'
        '{"id":"\u00e9","href":"http://x/customer/%C3%A9"}]'
    )
