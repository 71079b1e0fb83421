"""Tenants that came since the server started, made ready once for all of its processes."""

import logging
from collections.abc import Callable

from tmf_apis.settings import Settings
from tmf_apis.tenants import Tenant, TenantsError, tenants_of

logger = logging.getLogger(__name__)


class Newcomers:
    """Called, it prepares those who were not there before; what fails is logged, and tried again
    when it is called again.
    """

    def __init__(self, settings: Settings, prepare: Callable[[Tenant], object]) -> None:
        self._settings, self._prepare = settings, prepare
        self._known = self._there()

    def __call__(self) -> None:
        """Prepare newcomers."""
        try:
            there = self._there()
        except TenantsError:
            return  # Each process says so, and stays as it was.
        self._known &= there
        for tenant in there - self._known:
            try:
                self._prepare(tenant)
            except Exception:
                logger.exception("the tenant %s cannot be served", tenant.name)
            else:
                self._known |= {tenant}

    def _there(self) -> frozenset[Tenant]:
        there = tenants_of(self._settings) if self._settings.tenants else {}
        return frozenset(there.values())
