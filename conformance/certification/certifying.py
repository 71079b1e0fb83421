"""Certify one API of a server: try what is mandatory, resource by resource, and tidy up."""

from conformance.certification.cells import Cell, Sheet
from conformance.certification.demands import Demand, demands
from conformance.certification.notices import hear, registered
from conformance.certification.statement import Product, Statement
from conformance.certification.steps import walk
from conformance.client import Session
from conformance.greeting import greet
from conformance.instants import timestamp
from conformance.listener import Listener
from conformance.options import Options
from conformance.parents import settle
from conformance.runner import base_url, kit_version, left_behind, target_of
from conformance.shared import Shared, remove, share
from conformance.trial import Trial
from tmf_apis.spec.model import ApiSpec

#: What the cells of the hub are called by.
HUB = "hub"


async def certify(
    api: ApiSpec, options: Options, product: Product, notes: tuple[str, ...] = ()
) -> Statement:
    """The statement on one API of a server; `notes` are said in it as well.

    Never raises for what the server does: one that cannot be reached gives a statement without
    cells, with the reason first among its notes.
    """
    started, base = timestamp(), base_url(options.url, api)
    listener = Listener(options, base)
    shared = share(api, base, options, listener)
    cells: list[Cell] = []
    try:
        trouble = await greet(api, Session(shared.client))
        if not trouble:
            wanted = [
                d for d in demands(api) if not options.resources or d.resource in options.resources
            ]
            for demand in wanted:
                cells += await _of_resource(shared, demand)
            if any(demand.notices for demand in wanted):
                cells += await _of_hub(shared)
            await remove(shared, Session(shared.client), shared.kept)
    finally:
        await listener.close()
        await shared.client.close()
    said = [trouble] if trouble else []
    return Statement(
        product=product,
        target=target_of(api, base),
        kit_version=kit_version(),
        started=started,
        finished=timestamp(),
        cells=tuple(cells),
        notes=(*said, *notes, *left_behind(shared)),
    )


async def _of_resource(shared: Shared, demand: Demand) -> list[Cell]:
    trial = Trial(shared, shared.api.resource(demand.resource), Session(shared.client))
    sheet = Sheet(trial)
    try:
        await sheet.tried("list", _all(sheet, demand))
    finally:
        await trial.tidy()
    return sheet.cells


async def _all(sheet: Sheet, demand: Demand) -> None:
    await settle(sheet.trial)
    await walk(sheet, demand)
    await hear(sheet, demand)


async def _of_hub(shared: Shared) -> list[Cell]:
    trial = Trial(shared, shared.api.resources[0], Session(shared.client))
    sheet = Sheet(trial, HUB)
    try:
        await sheet.tried("register", registered(sheet))
    finally:
        await trial.tidy()
    return sheet.cells
