"""Every piece of the network by id, physical or logical: what alarms and resources speak of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from .network import ADDRESSES, FIBRES, LINES, STATIONS


class Device(NamedTuple):
    """A piece of the network; `value` is its number or address, or else its serial number."""

    id: str
    kind: Literal["PhysicalResource", "LogicalResource"]
    category: str
    name: str
    specification: str
    value: str
    since: str
    site: str | None = None
    related: tuple[tuple[str, str], ...] = ()
    customer: int | None = None
    in_use: bool = True


BUILT = "2024-05-06"


def _shared() -> Iterator[Device]:
    physical: Literal["PhysicalResource"] = "PhysicalResource"
    router = "res-core-router-01"
    yield Device(
        router,
        physical,
        "Router",
        "Aggregation router 01",
        "rspec-core-router",
        "HC-AG-0441",
        BUILT,
        "site-central-office",
    )
    for number, site in enumerate(("site-central-office", "site-lowmill"), 1):
        yield Device(
            f"res-olt-0{number}",
            physical,
            "OLT",
            f"OLT 0{number}",
            "rspec-olt",
            f"HC-OL-071{number}",
            BUILT,
            site,
            (("connectedTo", router),),
        )
    sites = ("site-hill-mast", "site-harbour-mast")
    for number, (station, site) in enumerate(zip(STATIONS, sites, strict=True), 1):
        cells = tuple(("contains", cell) for cell in STATIONS[station])
        yield Device(
            station,
            physical,
            "gNodeB",
            f"Base station 0{number}",
            "rspec-gnodeb",
            f"HC-GN-033{number}",
            BUILT,
            site,
            (("connectedTo", router), *cells),
        )
        for cell in STATIONS[station]:
            yield Device(
                cell,
                "LogicalResource",
                "Cell",
                f"Cell {cell[-3:]}",
                "rspec-cell",
                f"00101-{cell[-3:]}",
                BUILT,
                site,
                (("containedIn", station),),
            )


def _lines() -> Iterator[Device]:
    for line in LINES:
        n, since, live = line.number, line.started, line.state != "terminated"
        yield Device(
            line.sim,
            "PhysicalResource",
            "SIM",
            f"SIM card {n:04}",
            "rspec-sim",
            f"894401000000000{n:04}",
            since,
            None,
            (("carries", line.imsi),),
            line.customer,
            live,
        )
        yield Device(
            line.imsi,
            "LogicalResource",
            "IMSI",
            f"Identity {n:04}",
            "rspec-imsi",
            f"00101000000{n:04}",
            since,
            None,
            (("carriedBy", line.sim), ("identifiedBy", line.msisdn)),
            line.customer,
            live,
        )
        yield Device(
            line.msisdn,
            "LogicalResource",
            "MSISDN",
            line.phone,
            "rspec-msisdn",
            line.phone,
            since,
            None,
            (("identifies", line.imsi),),
            line.customer,
            live,
        )


def _fibres() -> Iterator[Device]:
    for fibre in FIBRES:
        if fibre.olt is None:
            continue
        n = fibre.number
        yield Device(
            fibre.ont,
            "PhysicalResource",
            "ONT",
            f"ONT {n:04}",
            "rspec-ont",
            f"HC-ON-{n:04}",
            fibre.started,
            None,
            (("connectedTo", fibre.olt), ("connectedTo", fibre.router)),
            fibre.customer,
        )
        address = (("assigned", fibre.address),) if fibre.address else ()
        yield Device(
            fibre.router,
            "PhysicalResource",
            "CPE",
            f"Router {n:04}",
            "rspec-router",
            f"HC-MR-{n:04}",
            fibre.started,
            None,
            (("connectedTo", fibre.ont), *address),
            fibre.customer,
        )


def _addresses() -> Iterator[Device]:
    users = {fibre.address: fibre for fibre in FIBRES if fibre.address}
    for id, value in ADDRESSES.items():
        user = users.get(id)
        yield Device(
            id,
            "LogicalResource",
            "IPv4",
            value,
            "rspec-ipv4",
            value,
            BUILT,
            None,
            (("assignedTo", user.router),) if user else (),
            user.customer if user else None,
            user is not None,
        )


EQUIPMENT = {
    device.id: device for group in (_shared, _lines, _fibres, _addresses) for device in group()
}
