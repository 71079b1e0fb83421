"""Two servers side by side, as one HTML file that needs nothing else."""

from collections.abc import Sequence
from pathlib import Path

from conformance.comparing import Difference
from conformance.reports.pages import templates
from conformance.results import Report, Result


def write(left: Report, right: Report, found: Sequence[Difference], path: Path) -> None:
    """Write the page of what two servers do differently."""
    path.write_text(page(left, right, found), encoding="utf-8")


def page(left: Report, right: Report, found: Sequence[Difference]) -> str:
    """The page of what two servers do differently."""
    environment = templates()
    environment.filters["ending"] = ending
    return environment.get_template("comparison.html").render(left=left, right=right, found=found)


def ending(result: Result | None) -> str:
    """How a check ended, in words."""
    if result is None:
        return "not run"
    return f"{result.outcome.value}: {result.got}" if result.got else result.outcome.value
