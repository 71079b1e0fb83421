"""`tmf-apis bill-run`: the bills of a regular cycle, for all accounts."""

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

import click

from handlers.flow.charging import Charging
from handlers.flow.reach import reach_of
from handlers.neighbours.building import closing
from handlers.service import Service
from handlers.services import services
from handlers.tasks.bill_making import biller_of
from handlers.tasks.bill_runs import Billed, NoCycle, Outcome, Run, heading, trial, unbilled
from persistence.opening import open_store
from tmf_apis.behaviour.money import rounded
from tmf_apis.catalog import Catalog
from tmf_apis.cli.flags import setting
from tmf_apis.cli.given import UNUSABLE, catalog_of, opened, refuse, settings_of_tenant
from tmf_apis.cli.telling import progress, say, stop
from tmf_apis.settings import Settings
from tmf_apis.terminal import as_json, show
from tmf_apis.tmf630.instants import instant, microseconds

_COLUMNS = ("Account", "Bill", "Currency", "Rates", "Without tax", "Taxes", "With tax")
#: Rates of one account that are changed at once; there is nobody else to leave time to.
_AT_ONCE = 32
_DAY = 86_400_000_000
#: Faults of rates that are told, at most.
_MOST = 50


@click.command("bill-run")
@click.option("--cycle", required=True, help="Id of the billing cycle; in v4 a name for the run.")
@click.option("--until", help="Leave rates that are dated later: a day, or a date-time.")
@click.option("--dry-run", is_flag=True, help="Say what would be billed, and write nothing.")
@click.option("--version", default="v5", help="Version of the API whose rates are billed.")
@setting("store", "specs", "base_url", "neighbours", "neighbour_access")
@as_json
def bill_run(
    cycle: str, until: str | None, dry_run: bool, version: str, as_json: bool, **given: Any
) -> None:
    """Bill all accounts that have charges on no bill.

    A run that was cut short is completed by the next one. Several may run at once, beside servers.
    Exits with 1 where rates could not be billed.
    """
    settings = settings_of_tenant(**given)
    catalog = catalog_of(settings)
    limit = None if until is None else _limit(until)
    try:
        outcome = asyncio.run(_run(settings, catalog, version, cycle, limit, dry_run))
    except NoCycle:
        stop(f"There is no billing cycle {cycle} in {version}; `billCycle` lists them.")
    except UNUSABLE as error:
        refuse(error)
    bills = sorted(outcome.bills, key=lambda each: (each.account, each.total.currency))
    show(_COLUMNS, map(_row, bills), as_json=as_json)
    rates = sum(each.total.count for each in bills)
    say(f"{len(bills)} bills with {rates} rates{' would be made' if dry_run else ''}.")
    for fault in outcome.faults[:_MOST]:
        say(f"left out: {fault}")
    sys.exit(1 if outcome.faults else 0)


async def _run(
    settings: Settings,
    catalog: Catalog,
    version: str,
    cycle: str,
    until: int | None,
    dry_run: bool,
) -> Outcome:
    store = open_store(settings.store)
    served = services(catalog.apis, store, settings)
    siblings, reach = _siblings(served, version), reach_of(served)
    charging = None if reach is None else Charging(reach)
    day = None if until is None else instant(until).date()
    biller = biller_of(siblings, at_once=_AT_ONCE, share=1.0)
    async with opened(store, settings, catalog), closing(served):
        run = Run(biller, cycle, await heading(siblings, cycle), until)
        if dry_run:
            coming = charging.coming(day) if charging else None
            return trial(await unbilled(biller.rates, until, coming))
        outcome = Outcome()
        with progress() as bar:
            task = bar.add_task("Completing what was left", total=None)
            await run.resume(outcome)
            bar.update(task, description="Looking for charges")
            if charging:
                await charging.charge_all(day)
            accounts = await unbilled(biller.rates, until)
            bar.update(task, description="Billing accounts", total=len(accounts))
            await run.carry_out(accounts, outcome, lambda count: bar.advance(task, count))
        return outcome


def _siblings(served: list[Service], version: str) -> Mapping[str, Service]:
    """The services of the API that bills, in a version."""
    for service in served:
        if service.rules.performs == "bill" and service.api.major == version.lower():
            return service.siblings
    stop(f"No API that bills is served in {version}; `tmf-apis specs` lists what is.")


def _limit(until: str) -> int:
    """The last instant that is billed: of a day its end."""
    at = microseconds(until)
    if at is None:
        stop(f"--until {until}: give a day (2026-01-31) or a date-time (2026-01-31T12:00:00Z).")
    return at if "T" in until.upper() else at + _DAY - 1


def _row(billed: Billed) -> tuple[str, str, str, int, str, str, str]:
    total, currency = billed.total, billed.total.currency
    amounts = (total.excluded, total.included - total.excluded, total.included)
    shown = [f"{rounded(amount, currency):f}" for amount in amounts]
    return billed.account, billed.bill, currency, total.count, shown[0], shown[1], shown[2]
