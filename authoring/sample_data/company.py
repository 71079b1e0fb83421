"""Tarnwick Telecom itself: its partners, channels and sites, and the classes of what it runs."""

from __future__ import annotations

from .shapes import Party, Ref

OPERATOR = Party("owner", Ref("Organization", "org-tarnwick", "Tarnwick Telecom"))
MANUFACTURER = Party("manufacturer", Ref("Organization", "org-helmcrag", "Helmcrag Devices"))

CHANNELS = {
    "chan-web": "Web shop",
    "chan-store": "Market Square store",
    "chan-desk": "Business desk",
}

SITES = {
    "site-central-office": "Tarnwick exchange",
    "site-lowmill": "Lowmill street cabinet",
    "site-hill-mast": "Skarrow Hill mast",
    "site-harbour-mast": "Harbour mast",
    "site-tarnwick-store": "Tarnwick warehouse",
}

SERVICE_SPECIFICATIONS = {
    "sspec-mobile-access": "Mobile access",
    "sspec-radio-subscription": "5G radio subscription",
    "sspec-broadband": "Broadband access",
    "sspec-fibre-line": "Fibre line",
    "sspec-tv": "Television",
    "sspec-roaming": "Roaming",
    "sspec-static-ip": "Static address",
}

RESOURCE_SPECIFICATIONS = {
    "rspec-olt": "Optical line terminal",
    "rspec-ont": "Optical network terminal",
    "rspec-router": "Customer router",
    "rspec-core-router": "Aggregation router",
    "rspec-gnodeb": "5G base station",
    "rspec-cell": "5G cell",
    "rspec-sim": "SIM card",
    "rspec-imsi": "Subscriber identity",
    "rspec-msisdn": "Mobile number",
    "rspec-ipv4": "IPv4 address",
}


def channel(id: str) -> Ref:
    return Ref("Channel", id, CHANNELS[id])


def site(id: str) -> Ref:
    return Ref("GeographicSite", id, SITES[id])


def service_specification(id: str) -> Ref:
    return Ref("ServiceSpecification", id, SERVICE_SPECIFICATIONS[id], "1.0")


def resource_specification(id: str) -> Ref:
    return Ref("ResourceSpecification", id, RESOURCE_SPECIFICATIONS[id], "1.0")
