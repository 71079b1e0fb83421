"""Servers that are wrong about catalogues, customers, services and versions (R-620-*, R-13*)."""

from tests.conformance.flawed_servers.exchange import Asked, answer
from tests.conformance.flawed_servers.slips import (
    Slip,
    Slips,
    body,
    creating,
    patching,
    reading,
    showing,
    status,
    turning,
    where,
    without,
)
from tests.handlers.facts import Json

OFFERINGS = "TMF620 v5 productOffering"
_VERSION = ":(version="


def _versions(asked: Asked) -> bool:
    """Whether one version is addressed."""
    return _VERSION in asked.path.lower()


def _known(body_: Json) -> bool:
    return body_.get("version") not in (None, "1.0") and "id" in body_


Slips(__name__, OFFERINGS, ("R-302", "R-709", "R-701", "R-70*", "S-001")).register(
    [
        Slip(
            "an_offering_is_not_dated",
            "Does not say when an offering was changed.",
            "R-620-01",
            showing("productOffering"),
            without("lastUpdate"),
            also=("R-813",),
        ),
        Slip(
            "an_empty_bundle_is_forbidden",
            "Answers 403 to a bundle that bundles nothing.",
            "R-620-05",
            creating("productOffering", lambda offering: offering.get("isBundle") is True),
            status(403),
            also=("R-620-02", "R-620-03", "R-620-04"),
        ),
        Slip(
            "an_offering_needs_its_catalogue",
            "Finds an offering by its catalogue alone.",
            "R-620-12",
            lambda asked: asked.lists and asked.query.startswith("id="),
            lambda asked, answered: answered.with_json([]),
            also=("R-417", "R-401", "R-1302", "R-607", "R-608", "R-606", "R-508", "R-501"),
        ),
        Slip(
            "a_category_has_no_parent",
            "Drops the parent of a category.",
            "R-620-07",
            showing("category"),
            without("parent"),
            on="TMF620 v5 category",
        ),
        Slip(
            "a_status_of_ones_own_is_dropped",
            "Knows the states of its list alone, and takes another one for the first of these.",
            "L-620-2",
            showing("productOffering"),
            turning("lifecycleStatus", "Kit only", "In study"),
            also=("L-620*", "R-620-06", "R-711"),
        ),
        Slip(
            "a_recommended_move_is_refused",
            "Refuses to move an offering on.",
            "L-620",
            patching(lambda change: change.get("lifecycleStatus") == "In design"),
            status(409),
            also=("R-620-06", "R-801"),
        ),
    ]
)  # fmt: skip

Slips(__name__, OFFERINGS, ("R-13*", "R-620-08", "R-104", "R-103", "R-708", "R-302")).register(
    [
        Slip(
            "a_new_version_is_a_conflict",
            "Refuses a new version of what is there with 409.",
            "R-1304",
            creating("productOffering", _known),
            status(409),
        ),
        Slip(
            "a_version_can_be_made_twice",
            "Takes a version that is there already.",
            "R-1304",
            creating("productOffering", lambda offering: offering.get("version") == "1.0"),
            lambda asked, answered: answered if answered.ok else answer(
                {"href": "/1", **asked.json}, 201, f"{asked.path}/1"
            ),
            also=("R-701", "R-709", "R-104", "R-620-01"),
        ),
        Slip(
            "the_first_version_is_the_latest",
            "Compares versions letter by letter, so that 9.0 comes after 10.0.",
            "R-1302",
            lambda asked: reading(asked) and _VERSION not in asked.path,
            turning("version", "10.0", "9.0"),
        ),
        Slip(
            "older_versions_are_not_listed",
            "Lists the latest version alone.",
            "R-1302",
            lambda asked: asked.lists and asked.query.startswith("id="),
            lambda asked, answered: answered.with_json(
                [r for r in answered.json if r.get("version") != "1.0"]
                if isinstance(answered.json, list) else answered.json
            ),
            also=("R-417", "R-401", "R-607"),
        ),
        Slip(
            "an_older_version_leads_to_the_latest",
            "Gives an older version the address of the latest.",
            "R-1303",
            creating("productOffering", lambda offering: offering.get("version") == "0.5"),
            lambda asked, answered: answered.each(
                lambda e: e | {"href": f"{asked.path}/{e.get('id')}"}
            ),
        ),
        Slip(
            "no_version_has_an_address",
            "Answers 404 to the address of one version.",
            "R-1303",
            lambda asked: _versions(asked) and asked.method == "GET",
            status(404),
        ),
        Slip(
            "a_version_changes_with_the_latest",
            "Refuses to change one version.",
            "R-1303",
            lambda asked: _versions(asked) and asked.patches,
            status(404),
        ),
        Slip(
            "a_version_cannot_be_deleted",
            "Refuses to delete one version.",
            "R-1303",
            lambda asked: _versions(asked) and asked.deletes,
            status(405),
        ),
    ]
)  # fmt: skip

Slips(__name__, "TMF629 v5 customer", ("R-302", "S-001", "R-1101")).register(
    [
        Slip(
            "a_customer_is_no_role",
            "Drops the description of a customer.",
            "R-629-05",
            showing("customer"),
            without("description"),
            also=("R-1*", "R-8*", "R-4*", "R-6*", "R-3*", "R-7*", "R-5*"),
        ),
        Slip(
            "a_reason_is_dropped",
            "Drops the reason of a state.",
            "R-629-03",
            showing("customer"),
            without("statusReason"),
            also=("R-4*", "R-6*", "R-3*", "R-7*", "R-5*", "R-8*", "R-1*"),
        ),
        Slip(
            "a_party_may_be_anybody",
            "Takes a party without an id.",
            "R-629-01",
            creating("customer", lambda c: "id" not in (c.get("engagedParty") or {"id": 1})),
            ask=body(lambda c: c | {"engagedParty": {"id": "1", **c["engagedParty"]}}),
            also=("R-703", "R-722", "R-1107"),
        ),
    ]
)

Slips(__name__, "TMF638 v5 service", ("R-302", "R-709", "S-001")).register(
    [
        Slip(
            "a_service_is_not_dated",
            "Does not say when a service came.",
            "R-638-03",
            showing("service"),
            without("serviceDate"),
            also=("R-705", "R-8*"),
        ),
        Slip(
            "an_active_service_is_gone",
            "Answers 403 to the deletion of a service that is active.",
            "R-638-06",
            lambda asked: asked.deletes,
            status(403),
            also=("R-815", "R-201", "R-209", "R-112"),
        ),
        Slip(
            "a_start_is_no_date",
            "Gives the start of a service as a number.",
            "R-638-04",
            reading,
            where(lambda e: e.get("state") == "active", startDate=20260101),
            also=("R-1201", "R-302"),
        ),
        Slip(
            "the_operating_status_stays",
            "Answers a change of the operating status, and makes none.",
            "L-638-S",
            patching(lambda change: "operatingStatus" in change),
            without("operatingStatus"),
            also=("R-8*",),
        ),
        Slip(
            "a_start_mode_is_a_number",
            "Gives the start mode of a service as a number.",
            "R-638-05",
            showing("service"),
            turning("startMode", "3", 3),
        ),
    ]
)

Slips(__name__, "TMF639 v5 resource", ("R-302", "S-001", "R-110*")).register(
    [
        Slip(
            "a_physical_resource_is_none",
            "Drops what a physical resource has of its own.",
            "R-639-02",
            showing("resource"),
            without("serialNumber"),
        ),
        Slip(
            "a_recommended_lock_is_refused",
            "Refuses to lock a resource.",
            "L-639",
            patching(lambda change: change.get("administrativeState") == "locked"),
            status(403),
            also=("R-639-03", "R-639-04", "R-801", "R-8*"),
        ),
    ]
)
