import pytest

from conformance.certification.cells import Cell
from conformance.certification.statement import Forecast, Product, Statement, table
from conformance.results import Outcome, Target

TARGET = Target("TMF622", "v4", "Product Ordering", "http://host/v4", "4.0.0", "ab")


def cell(operation: str, outcome: Outcome = Outcome.PASSED, attribute: str = "") -> Cell:
    return Cell("productOrder", operation, attribute, outcome, got="kit")


def said(*cells: Cell, notes: tuple[str, ...] = ()) -> Statement:
    return Statement(Product(), TARGET, "1", "", "", cells, notes)


@pytest.mark.parametrize(
    ("cells", "forecast", "why"),
    [
        ((cell("create"), cell("list")), Forecast.PASSES, "all 2 demands hold"),
        ((cell("create"), cell("list", Outcome.NOT_APPLICABLE)), Forecast.PASSES, "all 1"),
        ((cell("create"), cell("list", Outcome.SKIPPED)), Forecast.OPEN, "1 were not tried"),
        (
            (cell("create", Outcome.FAILED), cell("list", Outcome.SKIPPED)),
            Forecast.FAILS,
            "1 of 1 demands fail",
        ),
        ((cell("list", Outcome.NOT_APPLICABLE),), Forecast.OPEN, ""),
    ],
)
def test_the_forecast_follows_from_the_cells(
    cells: tuple[Cell, ...], forecast: Forecast, why: str
) -> None:
    assert said(*cells).forecast is forecast
    assert why in said(*cells).sentence


def test_a_server_that_was_not_reached_is_told_by_the_reason() -> None:
    statement = said(notes=("the server does not answer",))
    assert statement.forecast is Forecast.OPEN
    assert statement.sentence.endswith(": the server does not answer")


def test_cells_are_seen_by_attribute_and_operation() -> None:
    whole, named = cell("create"), cell("create", attribute="name")
    listed = cell("list", attribute="name")
    assert table([whole, named, listed]) == (
        ["create", "list"],
        {"": {"create": whole}, "name": {"create": named, "list": listed}},
    )
