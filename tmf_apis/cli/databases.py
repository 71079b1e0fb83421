"""`tmf-apis indexes` and `tmf-apis shard`: what operators look after in a MongoDB store."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click

from persistence.administration import Administered, IndexState, ShardState
from persistence.opening import open_store
from tmf_apis.cli.flags import setting
from tmf_apis.cli.given import UNUSABLE, catalog_of, opened, refuse, settings_of_tenant
from tmf_apis.cli.telling import stop
from tmf_apis.terminal import as_json, show

State = TypeVar("State", IndexState, ShardState)


@click.command()
@click.option("--apply", is_flag=True, help="Build what is missing, drop what is not wanted.")
@setting("store", "specs")
@as_json
def indexes(apply: bool, as_json: bool, **given: Any) -> None:
    """List the indexes of a MongoDB store: wanted against present."""
    states = _administered(lambda store: store.indexes(apply=apply), **given)
    show(("Collection", "Index", "Fields", "State"), states, as_json=as_json)
    sys.exit(1 if any(state.state in ("missing", "not wanted") for state in states) else 0)


@click.command()
@click.option("--apply", is_flag=True, help="Tell the server; it must be a sharded cluster.")
@setting("store", "specs")
@as_json
def shard(apply: bool, as_json: bool, **given: Any) -> None:
    """List the shard keys of a MongoDB store."""
    states = _administered(lambda store: store.shard(apply=apply), **given)
    show(("Collection", "Shard key", "State"), states, as_json=as_json)
    sys.exit(1 if any(state.state.startswith("refused") for state in states) else 0)


def _administered(
    work: Callable[[Administered], Awaitable[list[State]]], **given: Any
) -> list[State]:
    """What a store that operators look after answers."""
    settings = settings_of_tenant(**given)
    catalog = catalog_of(settings)

    async def asked() -> list[State]:
        store = open_store(settings.store)
        if not isinstance(store, Administered):
            stop(f"{settings.store} looks after itself; this is for mongodb:// stores.")
        async with opened(store, settings, catalog):
            return await work(store)

    try:
        return asyncio.run(asked())
    except UNUSABLE as error:
        refuse(error)
