"""What is told of a path that is not here: the paths that may have been meant."""

from time import perf_counter
from uuid import uuid4

import httpx
import pytest

from handlers.signposts import Signposts
from tests.handlers.asking import refused
from tests.handlers.facts import APIS, Case, each

ORDERS = "/tmf-api/productOrderingManagement"
PATHS = [
    f"{ORDERS}/v4", f"{ORDERS}/v4/productOrder", f"{ORDERS}/v4/hub",
    f"{ORDERS}/v5", f"{ORDERS}/v5/productOrder", f"{ORDERS}/v5/hub",
    "/tmf-api/alarm/v4", "/tmf-api/alarm/v4/alarm", "/tmf-api/alarm/v4/hub", "/tmf-api/alarm/v4/ui",
    "/tmf-api/alarmManagement/v4", "/tmf-api/alarmManagement/v4/alarm",
    "/tmf-api/customer/v4", "/tmf-api/customer/v4/customer", "/tmf-api/customer/v4/hub",
    "", "/events", "/lifecycles", "/lifecycles.json", "/health",
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        # A slip in a name, wherever it is.
        (f"{ORDERS}/v4/productOrdr", [f"{ORDERS}/v4/productOrder"]),
        (f"{ORDERS}/v4/productorder", [f"{ORDERS}/v4/productOrder"]),
        (f"{ORDERS}/v4/productOrdr/42", [f"{ORDERS}/v4/productOrder"]),
        (f"{ORDERS}/v4/hubs", [f"{ORDERS}/v4/hub"]),
        ("/tmf-api/productOrdering/v5/productOrder", [f"{ORDERS}/v5/productOrder"]),
        ("/tmf_api/productOrdering/v5", [f"{ORDERS}/v5"]),
        ("/lifecycle", ["/lifecycles"]),
        ("/event", ["/events"]),
        # A version or a base that is missing, or one that is not served.
        (f"{ORDERS}/productOrder", [f"{ORDERS}/v4/productOrder", f"{ORDERS}/v5/productOrder"]),
        (f"{ORDERS}/v6/productOrder", [f"{ORDERS}/v4/productOrder", f"{ORDERS}/v5/productOrder"]),
        (ORDERS, [f"{ORDERS}/v4", f"{ORDERS}/v5"]),
        ("/productOrder/42", [f"{ORDERS}/v4/productOrder", f"{ORDERS}/v5/productOrder"]),
        ("/v5/productOrder", [f"{ORDERS}/v5/productOrder"]),
        ("/productOrderingManagement/v4", [f"{ORDERS}/v4"]),
        ("/alarm", ["/tmf-api/alarm/v4"]),
        # What stands before it, or after it.
        (f"/api{ORDERS}/v4/productOrder", [f"{ORDERS}/v4/productOrder"]),
        (f"{ORDERS}/v4/productOrder/42/item", [f"{ORDERS}/v4/productOrder"]),
        (f"{ORDERS}/v4/swagger", [f"{ORDERS}/v4"]),
    ],
)
def test_a_path_that_is_not_here_leads_to_the_nearest(asked: str, near: list[str]) -> None:
    assert Signposts(PATHS).near(asked) == near


@pytest.mark.parametrize(
    "asked",
    [
        *("/", "/nothing", "/tmf-api", "/hub", "/tmf-api/nothing/of/the/kind", "/v4"),
        *("/wp-login.php", "/.env", "/productOrder" * 30, "/a" * 9 + "/productOrder"),
    ],
)
def test_what_leads_nowhere_or_everywhere_is_near_nothing(asked: str) -> None:
    assert Signposts(PATHS).near(asked) == []


@pytest.mark.rule("R-203")
@each()
def test_the_refusal_of_a_path_names_the_nearest(case: Case, client: httpx.Client) -> None:
    base, _, name = case.path.rpartition("/")
    slip = f"{base}/{name[:-2]}{name[-1]}{name[-2]}x"
    for path in (slip, f"{slip}/{uuid4()}", f"/rest{slip}", slip.upper()):
        answer = refused(client.get(path), 404, "61")
        assert answer["message"] == f"{path} is no path here; the nearest is {case.path}."


@pytest.mark.rule("R-203")
def test_where_several_are_as_near_all_are_named(client: httpx.Client) -> None:
    path = "/tmf-api/productOrderingManagement/productOrder"
    assert refused(client.get(path), 404, "61")["message"] == (
        f"{path} is no path here; the nearest are {ORDERS}/v4/productOrder and"
        f" {ORDERS}/v5/productOrder."
    )


@pytest.mark.rule("R-203")
def test_three_that_are_near_are_told_by_commas(client: httpx.Client) -> None:
    path = "/productOrder/1"
    assert refused(client.get(path), 404, "61")["message"] == (
        f"{path} is no path here; the nearest are {ORDERS}/v4/productOrder,"
        f" {ORDERS}/v5/productOrder and /tmf-api/productOrdering/v5/productOrder."
    )


@pytest.mark.rule("R-203")
def test_where_nothing_is_near_the_start_page_is_named(client: httpx.Client) -> None:
    for path in ("/nothing", f"/{'x' * 2_000}"):
        answer = refused(client.get(path), 404, "61")
        assert answer["message"].startswith(path[:800])
    assert refused(client.get("/nothing"), 404, "61")["message"] == (
        "/nothing is no path here; the start page / lists them."
    )


def test_a_path_is_looked_for_in_no_time() -> None:
    """A refusal must cost no more than what it refuses."""
    paths = [
        "/".join((base, *resource.segments))
        for api in APIS
        for base in (api.base_path, *api.aliases)
        for resource in api.resources
    ]
    known = Signposts(paths)
    begun = perf_counter()
    for number in range(100):
        known.near("/".join(("", *[f"productOrdr{number}"] * 8)))
    assert perf_counter() - begun < 1
