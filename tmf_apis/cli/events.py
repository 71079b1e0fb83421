"""`tmf-apis events`: subscriptions and dead letters."""

from collections.abc import Awaitable, Callable
from typing import Any

import click

from handlers.app import registries_of
from handlers.notifications import administration
from handlers.notifications.dead import told
from persistence.errors import Missing
from persistence.store import Store
from tmf_apis.catalog import Catalog
from tmf_apis.cli.flags import setting
from tmf_apis.cli.given import UNUSABLE, Outcome, on_store, refuse, settings_of_tenant
from tmf_apis.cli.telling import say, stop
from tmf_apis.terminal import as_json, show


@click.group()
def events() -> None:
    """Look after the delivery of events: subscriptions and dead letters."""


@events.command("list")
@setting("store", "specs")
@as_json
def list_events(as_json: bool, **given: Any) -> None:
    """List all subscriptions and how their delivery stands."""
    rows = _on_events(given, administration.overview)
    columns = ("Subscription", "API", "State", "Since", "Behind", "Callback", "Query", "Error")
    show(
        columns,
        (
            (r.id, r.base_path, r.state, r.since, r.behind, r.callback, r.query, r.error)
            for r in rows
        ),
        as_json=as_json,
    )


@events.command()
@setting("store", "specs")
@as_json
def dead(as_json: bool, **given: Any) -> None:
    """List the events that listeners did not take in time."""
    found = _on_events(given, lambda store, _: told(store, 1000))
    names = ("subscription", "type", "resource", "attempts", "at", "error")
    show(
        ("Subscription", "Event", "Resource", "Attempts", "At", "Error"),
        ([about[name] for name in names] for about in found),
        as_json=as_json,
    )


@events.command()
@click.argument("subscription", default="")
@setting("store", "specs")
def replay(subscription: str, **given: Any) -> None:
    """Deliver dead letters once more: all, or those of a SUBSCRIPTION."""
    done = _on_events(given, lambda store, hubs: administration.replay(store, hubs, subscription))
    say(f"{done.letters} dead letters are delivered once more.")
    if done.paused:
        say(f"{done.paused} of them wait until their paused subscriptions are resumed.")
    if done.orphaned:
        say(f"{done.orphaned} others are not: their subscriptions were removed.")


@events.command()
@click.argument("subscription", default="")
@setting("store", "specs")
def purge(subscription: str, **given: Any) -> None:
    """Drop dead letters: all, or those of a SUBSCRIPTION."""
    count = _on_events(given, lambda store, hubs: administration.purge(store, hubs, subscription))
    say(f"{count} dead letters dropped.")


@events.command()
@click.argument("subscription")
@setting("store", "specs")
def pause(subscription: str, **given: Any) -> None:
    """Deliver nothing to a SUBSCRIPTION until it is resumed."""
    _on_events(given, lambda store, hubs: administration.pause(store, hubs, subscription))
    say(f"{subscription} is paused.")


@events.command()
@click.argument("subscription")
@setting("store", "specs")
def resume(subscription: str, **given: Any) -> None:
    """Go on with a paused SUBSCRIPTION, from where it was."""
    _on_events(given, lambda store, hubs: administration.resume(store, hubs, subscription))
    say(f"{subscription} is served again.")


def _on_events(given: dict[str, Any], work: Callable[..., Awaitable[Outcome]]) -> Outcome:
    """What some work on the store and its registries gives."""
    settings = settings_of_tenant(**given)

    async def done(store: Store, catalog: Catalog) -> Outcome:
        return await work(store, registries_of(catalog, store, settings))

    try:
        return on_store(settings, done)
    except Missing as error:
        stop(f"There is no subscription {error}; `tmf-apis events list` shows them.")
    except UNUSABLE as error:
        refuse(error)
