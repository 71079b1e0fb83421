"""The resources that a flow reads and writes, by API and name (docs/decisions/0021)."""

from collections.abc import Mapping

REACHED: Mapping[str, tuple[str, str]] = {
    "orders": ("TMF622", "productOrder"),
    "products": ("TMF637", "product"),
    "service_orders": ("TMF641", "serviceOrder"),
    "services": ("TMF638", "service"),
    "resources": ("TMF639", "resource"),
    "rates": ("TMF678", "appliedCustomerBillingRate"),
    "customers": ("TMF629", "customer"),
    "offerings": ("TMF620", "productOffering"),
    "prices": ("TMF620", "productOfferingPrice"),
    "product_specifications": ("TMF620", "productSpecification"),
    "service_specifications": ("TMF633", "serviceSpecification"),
}
