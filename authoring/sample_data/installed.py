"""The services that run on the network, customer-facing ones and those beneath them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .network import FIBRES, LINES


class Installed(NamedTuple):
    """A service: what it `relies_on` are services, what it `uses` are resources."""

    id: str
    name: str
    category: str
    specification: str
    customer: int
    state: str
    started: str
    ended: str | None = None
    relies_on: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    details: tuple[tuple[str, str | int], ...] = ()


def _lines() -> Iterator[Installed]:
    for line in LINES:
        rfs = f"svc-rfs-400{line.number}"
        cfs = f"svc-cfs-400{line.number}"
        facts = (line.customer, line.state, line.started, line.ended)
        details = (("msisdn", line.phone), ("servingCell", line.cell))
        equipment = (line.sim, line.imsi, line.msisdn, line.cell)
        yield Installed(
            cfs,
            f"Mobile access {line.phone}",
            "CFS",
            "sspec-mobile-access",
            *facts,
            relies_on=(rfs,),
            details=details[:1],
        )
        yield Installed(
            rfs,
            f"5G subscription {line.phone}",
            "RFS",
            "sspec-radio-subscription",
            *facts,
            uses=equipment,
            details=details,
        )


def _fibres() -> Iterator[Installed]:
    for fibre in FIBRES:
        cfs, rfs = f"svc-cfs-410{fibre.number}", f"svc-rfs-410{fibre.number}"
        facts = (fibre.customer, fibre.state, fibre.started)
        built = fibre.olt is not None
        yield Installed(
            cfs,
            f"Broadband {fibre.number:04}",
            "CFS",
            "sspec-broadband",
            *facts,
            relies_on=(rfs,) if built else (),
            details=(("vlan", 100 + fibre.number),),
        )
        if fibre.olt is not None:
            yield Installed(
                rfs,
                f"Fibre line {fibre.number:04}",
                "RFS",
                "sspec-fibre-line",
                *facts,
                uses=(fibre.ont, fibre.olt, fibre.router),
            )


# fmt: off
EXTRAS = (
    Installed("svc-cfs-4201", "Television 0002", "CFS", "sspec-tv", 1002, "active", "2025-12-09",
              relies_on=("svc-rfs-4102",), details=(("recordingHours", 200),)),
    Installed("svc-cfs-4301", "World roaming 0001", "CFS", "sspec-roaming", 1001, "active",
              "2025-12-06", relies_on=("svc-rfs-4001",), details=(("zone", "world"),)),
    Installed("svc-cfs-4302", "Static address 0005", "CFS", "sspec-static-ip", 1008, "active",
              "2025-12-15", relies_on=("svc-rfs-4105",), uses=("res-ip-198-51-100-12",),
              details=(("address", "198.51.100.12"),)),
)
# fmt: on

INSTALLED = {service.id: service for service in (*_lines(), *_fibres(), *EXTRAS)}
