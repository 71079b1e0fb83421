"""`tmf-apis flow`: what orders become, how far they are, and what an operator does about it."""

from collections.abc import Awaitable, Callable
from dataclasses import astuple
from typing import Any

import click

from handlers.flow import operating
from handlers.flow.building import flow_of
from handlers.flow.operating import NoFlow
from handlers.flow.running import Flow
from handlers.neighbours.building import closing
from handlers.services import services
from persistence.errors import Missing
from persistence.store import Store
from tmf_apis.catalog import Catalog
from tmf_apis.cli.flags import setting
from tmf_apis.cli.given import UNUSABLE, Outcome, on_store, refuse, settings_of_tenant
from tmf_apis.cli.telling import say, stop
from tmf_apis.flow.planner import PlanError
from tmf_apis.terminal import as_json, show

_ROWS = ("Order", "State", "Done", "Steps", "Held", "Begun")
_PLAN = ("Step", "Kind", "Item", "Needs")
_STEPS = ("Step", "Item", "State", "Waits for", "Error", "Ended")
#: Flows that are listed at most.
_MOST = 1000


@click.group()
def flow() -> None:
    """Look after the flow of product orders: from an order to a bill."""


@flow.command("plan")
@click.argument("order")
@setting("store", "specs", "flow_mapping", "neighbours", "neighbour_access")
@as_json
def show_plan(order: str, as_json: bool, **given: Any) -> None:
    """Show what an ORDER would become, by the catalogue as it is now."""
    steps = _on_flow(given, lambda made: made.plan(order))
    rows = [(s["id"], s["kind"], s["item"], s["needs"]) for s in steps]
    show(_PLAN, rows, as_json=as_json)


@flow.command("list")
@setting("store", "specs")
@as_json
def list_flows(as_json: bool, **given: Any) -> None:
    """List the flows, the latest first."""
    rows = _on_flow(given, lambda made: operating.rows(made.reach, _MOST))
    show(_ROWS, map(astuple, rows), as_json=as_json)


@flow.command("show")
@click.argument("order")
@setting("store", "specs")
@as_json
def show_flow(order: str, as_json: bool, **given: Any) -> None:
    """Show how far the flow of an ORDER is."""
    found = _on_flow(given, lambda made: operating.shown(made.reach, order))
    rows = [
        (s["id"], s["item"], s["state"], s["waitsFor"], s.get("error", ""), s.get("ended", ""))
        for s in found["steps"]
    ]
    show(_STEPS, rows, as_json=as_json)


def _decision(word: str, about: str) -> click.Command:
    @flow.command(word, help=f"{about} All that are held, or one STEP.")
    @click.argument("order")
    @click.argument("step", default="")
    @setting("store", "specs")
    def decide(order: str, step: str, **given: Any) -> None:
        names = _on_flow(given, lambda made: operating.decide(made.reach, order, word, step))
        say(f"{order}: {', '.join(names) or 'the whole order'}")

    return decide


_decision("retry", "Have held steps of an ORDER tried again.")
_decision("skip", "Go on as if held steps of an ORDER were done.")
_decision("give-up", "Undo the items of an ORDER of which steps are held; they fail.")


def _on_flow(given: dict[str, Any], work: Callable[[Flow], Awaitable[Outcome]]) -> Outcome:
    """What some work on the flows of a store gives."""
    settings = settings_of_tenant(**given, flow=True)

    async def done(store: Store, catalog: Catalog) -> Outcome:
        served = services(catalog.apis, store, settings)
        made = flow_of(settings, served)
        assert made is not None
        async with closing(served):
            return await work(made)

    try:
        return on_store(settings, done)
    except Missing as error:
        stop(f"There is no order {error}.")
    except NoFlow as error:
        stop(f"{error}; `tmf-apis flow list` shows them.")
    except PlanError as error:
        stop(f"No plan: {error}.")
    except UNUSABLE as error:
        refuse(error)
