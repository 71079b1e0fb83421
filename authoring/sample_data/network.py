"""What the operator has built: lines and fibres, each one row, and the equipment they share."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """A mobile line: its SIM, identity and number share its own number."""

    number: int
    customer: int
    cell: str
    state: str
    started: str
    ended: str | None = None

    @property
    def phone(self) -> str:
        return f"+44770090010{self.number}"

    @property
    def sim(self) -> str:
        return f"res-sim-{self.number:04}"

    @property
    def imsi(self) -> str:
        return f"res-imsi-{self.number:04}"

    @property
    def msisdn(self) -> str:
        return f"res-msisdn-90010{self.number}"


class Fibre(NamedTuple):
    """A fibre access; one that is not yet built has no terminal at its end."""

    number: int
    customer: int
    olt: str | None
    state: str
    started: str
    address: str | None = None

    @property
    def ont(self) -> str:
        return f"res-ont-{self.number:04}"

    @property
    def router(self) -> str:
        return f"res-router-{self.number:04}"


LINES = (
    Line(1, 1001, "res-cell-011", "active", "2025-12-06"),
    Line(2, 1002, "res-cell-011", "active", "2025-12-09"),
    Line(3, 1003, "res-cell-012", "suspended", "2025-12-14"),
    Line(4, 1005, "res-cell-021", "active", "2026-03-01"),
    Line(5, 1006, "res-cell-012", "reserved", "2026-03-27"),
    Line(6, 1009, "res-cell-021", "active", "2026-02-23"),
    Line(7, 1006, "res-cell-012", "terminated", "2025-10-08", "2026-01-19"),
    Line(8, 1004, "res-cell-011", "inactive", "2026-03-28"),
)

FIBRES = (
    Fibre(1, 1001, "res-olt-01", "active", "2025-12-07"),
    Fibre(2, 1002, "res-olt-01", "active", "2025-12-09"),
    Fibre(3, 1004, "res-olt-02", "active", "2026-03-10"),
    Fibre(4, 1007, None, "designed", "2026-03-13"),
    Fibre(5, 1008, "res-olt-02", "active", "2025-12-15", "res-ip-198-51-100-12"),
    Fibre(6, 1005, None, "feasibilityChecked", "2026-03-03"),
)

# Each base station with its cells.
STATIONS = {
    "res-gnodeb-01": ("res-cell-011", "res-cell-012"),
    "res-gnodeb-02": ("res-cell-021",),
}

ADDRESSES = {
    "res-ip-198-51-100-12": "198.51.100.12",
    "res-ip-198-51-100-13": "198.51.100.13",
}
