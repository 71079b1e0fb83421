"""Several tenants in one process: an application each, and who picks the one a request is for."""
