import pytest

from conformance.expectations import said
from conformance.options import Options
from tmf_apis.catalog import built_in
from tmf_apis.spec.model import ApiSpec

APIS = {(api.number, api.major): api for api in built_in()}
ORDERS: ApiSpec = APIS["TMF622", "v5"]


@pytest.mark.parametrize(
    ("expects", "sentence"),
    [
        (("tasks",), "that it ends its tasks, each within 10 s"),
        (
            ("cancellations", "tasks"),
            "that it ends its tasks and that it grants the cancellation of a new order, each within"
            " 10 s",
        ),
        (("nothing",), "nothing"),
        ((), "nothing"),
    ],
)
def test_what_is_expected_of_a_server_is_said(expects: tuple[str, ...], sentence: str) -> None:
    options = Options(url="http://host", expects=expects)
    assert said(options, ORDERS, ORDERS.resources) == (
        f"expected of the server on its own: {sentence} (--expect, --task-patience)"
    )


def test_where_nothing_depends_on_it_nothing_is_said() -> None:
    customers = APIS["TMF629", "v5"]
    assert said(Options(url="http://host"), customers, customers.resources) == ""
