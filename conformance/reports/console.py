"""A run in the terminal: what is being tried while it lasts, and what came of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType

from rich import box
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from conformance.reports import curl, saying
from conformance.reports.tally import Standing, broken, by_level, by_resource, failures, standing
from conformance.results import Report, Result, Verdict

_STYLES = {
    Standing.FAILED: "bold red",
    Standing.KIT_ERROR: "bold magenta",
    Standing.EXPECTED: "yellow",
    Standing.SKIPPED: "yellow",
    Standing.PASSED: "green",
    Standing.NOT_APPLICABLE: "dim",
}
_VERDICTS = {
    Verdict.CONFORMANT: "bold green",
    Verdict.NOT_CONFORMANT: "bold red",
    Verdict.NOT_JUDGED: "bold magenta",
}


class Progress(AbstractContextManager["Progress"]):
    """What a run says while it lasts: call it with each result as it comes."""

    def __init__(self, console: Console, what: str) -> None:
        self._what = what
        self._counts: Counter[Standing] = Counter()
        self._spinner = Spinner("dots", text=Text(what))
        # A log file gets the final tables only.
        self._live = Live(self._spinner, console=console, transient=True, refresh_per_second=8)
        self._shown = console.is_terminal

    def __enter__(self) -> "Progress":
        if self._shown:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._shown:
            self._live.stop()

    def __call__(self, result: Result) -> None:
        """Count a result and show what was tried last."""
        self._counts[standing(result)] += 1
        line = Text(f"{self._what}  ")
        for how, count in _in_order(self._counts):
            line.append(f"{count} {how}  ", style=_STYLES[how])
        line.append(f"{result.resource} {result.title}", style="dim")
        line.truncate(max(20, self._live.console.width - 4), overflow="ellipsis")
        self._spinner.update(text=line)


def show(report: Report, console: Console | None = None) -> None:
    """Print what a report says: the failures, the counts if there are any, and the verdict as last
    line.
    """
    console = console or Console()
    for result in failures(report):
        _show_failure(result, console)
    if report.results:
        console.print(_table("Resource", by_resource(report), "(whole API)"))
        levels = {level.value: counts for level, counts in by_level(report).items()}
        console.print(_table("Level", levels, ""))
    for line in (*(f"Expected to fail, but does not: {d}" for d in report.drifted), *report.notes):
        console.print(escape(line), style="yellow", soft_wrap=True)
    target = report.target
    console.print(
        f"{target.api} {target.version} ({target.spec_version}) at "
        f"{escape(curl.address(target.url))}, profile {report.profile}: "
        f"[{_VERDICTS[report.verdict]}]{escape(saying.verdict(report))}[/]"
        + (f" ({saying.counts(report)})" if report.results else ""),
        highlight=False,
        soft_wrap=True,
    )


def _show_failure(result: Result, console: Console) -> None:
    rules = " ".join(broken(result))
    console.print(
        f"[{_STYLES[Standing.FAILED]}]{result.level} {rules}[/] "
        f"{escape(result.resource)} {escape(result.title)} [dim]{escape(result.check)}[/]",
        highlight=False,
        soft_wrap=True,
    )
    console.print(f"  expected  {escape(result.expected)}", highlight=False, soft_wrap=True)
    console.print(f"  got       {escape(result.got)}", highlight=False, soft_wrap=True)
    for exchange in result.exchanges[-1:]:
        # Wrapped by the terminal itself it can be copied as one line.
        command = curl.command(exchange)
        console.print(command, style="dim", markup=False, highlight=False, soft_wrap=True)
    console.print()


def _table(heading: str, counts: Mapping[str, Counter[Standing]], unnamed: str) -> Table:
    """A row for each name, a column for each standing that occurs."""
    total: Counter[Standing] = sum(counts.values(), Counter())
    shown = [how for how, _ in _in_order(total)]
    table = Table(heading, box=box.SIMPLE_HEAD, show_footer=len(counts) > 1)
    table.columns[0].footer = "all"
    for how in shown:
        table.add_column(how, justify="right", style=_STYLES[how], footer=str(total[how]))
    for name, count in counts.items():
        if count:
            table.add_row(name or unnamed, *(str(count[how] or "") for how in shown))
    return table


def _in_order(counts: Counter[Standing]) -> Iterable[tuple[Standing, int]]:
    """What occurs and how often, the gravest first."""
    return [(how, counts[how]) for how in Standing if counts[how]]
