"""Whom a line of the log is about: what is done for a tenant is told with its name before it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_tenant: ContextVar[str] = ContextVar("tenant", default="")


@contextmanager
def about(tenant: str) -> Iterator[None]:
    """What is logged in the block, and in the tasks and threads that it begins, is of a tenant."""
    before = _tenant.set(tenant)
    try:
        yield
    finally:
        _tenant.reset(before)


def name_tenants() -> None:
    """Have every line of the log say of which tenant it is, from now on."""
    make = logging.getLogRecordFactory()
    if isinstance(make, _Naming):
        return
    logging.setLogRecordFactory(_Naming(make))


class _Naming:
    """Makes records of the log whose messages begin with the tenant, as in `[acme]`."""

    def __init__(self, make: Any) -> None:
        self._make = make

    def __call__(self, *arguments: Any, **options: Any) -> logging.LogRecord:
        record: logging.LogRecord = self._make(*arguments, **options)
        # Names are labels of host names, in which nothing stands for an argument.
        if tenant := _tenant.get():
            record.msg = f"[{tenant}] {record.msg}"
        return record
