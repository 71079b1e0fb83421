"""Every piece of the network by id, physical or logical: what alarms and resources speak of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from .network import ADDRESSES, FIBRES, LINES, STATIONS

Stage = Literal["used", "free", "retired"]
Relation = tuple[str, str]

BUILT = "2024-05-06"
CORE = "res-core-router-01"
OLT_SITES = {"res-olt-01": "site-central-office", "res-olt-02": "site-lowmill"}
STATION_SITES = {
    "res-gnodeb-01": "site-hill-mast",
    "res-gnodeb-02": "site-harbour-mast",
}

# The stage of what serves a line in these states; in all others it is used.
STAGES: dict[str, Stage] = {"reserved": "free", "terminated": "retired"}


class Device(NamedTuple):
    """A piece of the network; `value` is its number or address, or else its serial number."""

    id: str
    category: str
    name: str
    specification: str
    value: str
    since: str = BUILT
    site: str | None = None
    related: tuple[Relation, ...] = ()
    customer: int | None = None
    stage: Stage = "used"

    @property
    def kind(self) -> str:
        logical = {"Cell", "IMSI", "MSISDN", "IPv4"}
        return "LogicalResource" if self.category in logical else "PhysicalResource"


# fmt: off
def _shared() -> Iterator[Device]:
    """What many customers share."""
    yield Device(CORE, "Router", "Aggregation router 01", "rspec-core-router", "HC-AG-0441",
                 site="site-central-office")
    for olt, site in OLT_SITES.items():
        number = olt[-2:]
        yield Device(olt, "OLT", f"OLT {number}", "rspec-olt", f"HC-OL-07{number}", site=site,
                     related=(("connectedTo", CORE),))
    for station, site in STATION_SITES.items():
        number = station[-2:]
        cells = STATIONS[station]
        yield Device(station, "gNodeB", f"Base station {number}", "rspec-gnodeb",
                     f"HC-GN-03{number}", site=site,
                     related=(("connectedTo", CORE), *(("contains", cell) for cell in cells)))
        for cell in cells:
            number = cell[-3:]
            yield Device(cell, "Cell", f"Cell {number}", "rspec-cell", f"00101-{number}",
                         site=site, related=(("containedIn", station),))


def _lines() -> Iterator[Device]:
    """What a mobile line has of its own."""
    for line in LINES:
        number, stage = f"{line.number:04}", STAGES.get(line.state, "used")
        yield Device(line.sim, "SIM", f"SIM card {number}", "rspec-sim",
                     f"894401000000000{number}", line.started, None,
                     (("carries", line.imsi),), line.customer, stage)
        yield Device(line.imsi, "IMSI", f"Identity {number}", "rspec-imsi",
                     f"00101000000{number}", line.started, None,
                     (("carriedBy", line.sim), ("identifiedBy", line.msisdn)),
                     line.customer, stage)
        yield Device(line.msisdn, "MSISDN", line.phone, "rspec-msisdn", line.phone,
                     line.started, None, (("identifies", line.imsi),), line.customer, stage)


def _fibres() -> Iterator[Device]:
    """What a fibre access has of its own."""
    for fibre in FIBRES:
        if fibre.olt is None:
            continue
        number = f"{fibre.number:04}"
        address = (("assigned", fibre.address),) if fibre.address else ()
        yield Device(fibre.ont, "ONT", f"ONT {number}", "rspec-ont", f"HC-ON-{number}",
                     fibre.started, None,
                     (("connectedTo", fibre.olt), ("connectedTo", fibre.router)), fibre.customer)
        yield Device(fibre.router, "CPE", f"Router {number}", "rspec-router", f"HC-MR-{number}",
                     fibre.started, None, (("connectedTo", fibre.ont), *address), fibre.customer)


def _addresses() -> Iterator[Device]:
    """The public addresses, assigned or free."""
    users = {fibre.address: fibre for fibre in FIBRES}
    for id, value in ADDRESSES.items():
        address = Device(id, "IPv4", value, "rspec-ipv4", value, stage="free")
        user = users.get(id)
        yield address._replace(
            related=(("assignedTo", user.router),), customer=user.customer, stage="used"
        ) if user else address
# fmt: on


EQUIPMENT = {
    device.id: device for group in (_shared, _lines, _fibres, _addresses) for device in group()
}
