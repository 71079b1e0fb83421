"""Every collection of the sample data, and the files they become."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

from .accounts import (
    billing_account_records,
    cycle_specification_records,
    financial_account_records,
    format_records,
    medium_records,
    party_account_records,
    settlement_account_records,
)
from .alarm_tasks import (
    ack_records,
    clear_records,
    comment_records,
    group_records,
    un_ack_records,
    un_group_records,
)
from .alarms import alarm_records
from .bills import bill_records, cycle_records, on_demand_records, rate_records
from .catalogs import (
    catalog_records,
    category_records,
    export_job_records,
    import_job_records,
)
from .customers import customer_records
from .offerings import offering_records
from .parties import individual_records, organization_records
from .prices import price_records
from .product_orders import cancel_product_order_records, product_order_records
from .products import product_records
from .records import Record, Resource
from .resources import resource_records
from .service_catalogs import (
    candidate_records,
    service_catalog_records,
    service_category_records,
    service_export_records,
    service_import_records,
    service_specification_records,
)
from .service_orders import cancel_service_order_records, service_order_records
from .services import service_records
from .shapes import Version
from .specifications import specification_records


def _same(api: str, name: str) -> Resource:
    return Resource(api, name, name)


COLLECTIONS: dict[Resource, Callable[[], list[Record]]] = {
    Resource("TMF620", "catalog", "productCatalog"): catalog_records,
    _same("TMF620", "category"): category_records,
    _same("TMF620", "productOffering"): offering_records,
    _same("TMF620", "productOfferingPrice"): price_records,
    _same("TMF620", "productSpecification"): specification_records,
    _same("TMF620", "importJob"): import_job_records,
    _same("TMF620", "exportJob"): export_job_records,
    _same("TMF622", "productOrder"): product_order_records,
    _same("TMF622", "cancelProductOrder"): cancel_product_order_records,
    _same("TMF629", "customer"): customer_records,
    _same("TMF638", "service"): service_records,
    _same("TMF639", "resource"): resource_records,
    _same("TMF641", "serviceOrder"): service_order_records,
    _same("TMF641", "cancelServiceOrder"): cancel_service_order_records,
    _same("TMF642", "alarm"): alarm_records,
    Resource("TMF642", "ackAlarms", "ackAlarm"): ack_records,
    Resource("TMF642", "unAckAlarms", "unAckAlarm"): un_ack_records,
    Resource("TMF642", "clearAlarms", "clearAlarm"): clear_records,
    Resource("TMF642", "commentAlarms", "commentAlarm"): comment_records,
    Resource("TMF642", "groupAlarms", "groupAlarm"): group_records,
    Resource("TMF642", "unGroupAlarms", "unGroupAlarm"): un_group_records,
    _same("TMF678", "customerBill"): bill_records,
    _same("TMF678", "appliedCustomerBillingRate"): rate_records,
    _same("TMF678", "customerBillOnDemand"): on_demand_records,
    Resource("TMF678", None, "billCycle"): cycle_records,
    _same("TMF632", "individual"): individual_records,
    _same("TMF632", "organization"): organization_records,
    Resource("TMF633", "serviceCatalog", None): service_catalog_records,
    Resource("TMF633", "serviceCategory", None): service_category_records,
    Resource("TMF633", "serviceCandidate", None): candidate_records,
    Resource("TMF633", "serviceSpecification", None): service_specification_records,
    Resource("TMF633", "importJob", None): service_import_records,
    Resource("TMF633", "exportJob", None): service_export_records,
    _same("TMF637", "product"): product_records,
    _same("TMF666", "partyAccount"): party_account_records,
    _same("TMF666", "billingAccount"): billing_account_records,
    _same("TMF666", "settlementAccount"): settlement_account_records,
    _same("TMF666", "financialAccount"): financial_account_records,
    _same("TMF666", "billingCycleSpecification"): cycle_specification_records,
    _same("TMF666", "billFormat"): format_records,
    _same("TMF666", "billPresentationMedia"): medium_records,
}


def files() -> Iterator[tuple[Path, str]]:
    """Each file of the sample data: its path below the folder, and its text."""
    for version in get_args(Version):
        for resource, records in COLLECTIONS.items():
            if name := resource.name(version):
                documents = [record.document(name, version) for record in records()]
                text = json.dumps(documents, indent=1, ensure_ascii=False)
                yield Path(f"{resource.api}-{version}", f"{name}.json"), f"{text}\n"
