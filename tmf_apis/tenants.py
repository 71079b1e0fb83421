"""The tenants of a server: their names, and the settings of each, which are those of the server but
for its own.

Nothing is shared between two tenants but the process and the specifications: each has a store, and
with it its hubs and events, and keys, and may have a policy and all that a setting says.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import NamedTuple

from tmf_apis.policy.lined import Lined, PolicyError, lined
from tmf_apis.settings import Settings, SettingsError, environment_of, read_settings

#: What a tenant may go by: one label of a host name (RFC 1123), so no path and no other tenant's.
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
#: In the URL of the store: the name of the tenant.
PLACE = "{tenant}"
#: What is of the process, not of who is served by it.
_OF_THE_SERVER = frozenset(
    {
        *("host", "port", "workers", "insecure", "development", "authentication"),
        *("tls_cert", "tls_key", "tls_client_ca", "trusted_proxies", "max_body"),
        *("specs", "schemas", "maps", "faces", "tenants", "tenant", "tenant_claim"),
    }
)


class TenantsError(ValueError):
    """Tenants that cannot be served; the text says why, in one line."""


class Tenant(NamedTuple):
    """Who is served: the names of hosts it has besides its own one, and its settings."""

    name: str
    hosts: tuple[str, ...]
    settings: Settings


def tenants_of(settings: Settings) -> Mapping[str, Tenant]:
    """The tenants of a server by name. Raises `TenantsError`, with the line of a file."""
    file = Path(settings.tenants)
    try:
        found = _in_file(settings, file) if file.is_file() else _named(settings)
    except (PolicyError, SettingsError) as error:
        raise TenantsError(str(error)) from error
    _check_apart(found)
    return {tenant.name: tenant for tenant in found}


def tenant_of(settings: Settings) -> Settings:
    """The settings of the one tenant that they name; themselves where they name none.

    Raises `TenantsError` for one that is not there.
    """
    if not settings.tenant:
        return settings
    tenants = tenants_of(settings)
    if settings.tenant not in tenants:
        raise TenantsError(f"TMF_TENANT: there is no tenant {settings.tenant} in TMF_TENANTS")
    return tenants[settings.tenant].settings


def _named(settings: Settings) -> list[Tenant]:
    names = [name.strip() for name in settings.tenants.split(",") if name.strip()]
    for name in names:
        if not NAME.fullmatch(name):
            raise TenantsError(f"TMF_TENANTS: {name!r} is no file, and no name: {_WANTED}")
    if len(set(names)) < len(names):
        raise TenantsError("TMF_TENANTS: a name is there twice")
    return [_tenant(settings, name, (), {}) for name in names]


def _in_file(settings: Settings, file: Path) -> list[Tenant]:
    """The tenants of a file, which has the settings of each under its name."""
    found = []
    for name, place, value in lined(file).members():
        if not NAME.fullmatch(name):
            place.fail(f"{name!r} is no name of a tenant: {_WANTED}")
        given = {} if value.is_empty else dict(_given(value))
        hosts = tuple(given.pop("hosts", "").lower().split(",")) if "hosts" in given else ()
        try:
            found.append(_tenant(settings, name, hosts, given))
        except (SettingsError, TenantsError) as error:
            place.fail(str(error))
    return found


def _given(tenant: Lined) -> Iterator[tuple[str, str]]:
    known = {field.name for field in fields(Settings)} - _OF_THE_SERVER | {"hosts"}
    for name, place, value in tenant.members():
        if name not in known:
            place.fail(f"{name} is no setting of a tenant; there are {', '.join(sorted(known))}")
        yield name, ",".join(each.text() for each in value.elements())


def _tenant(
    settings: Settings, name: str, hosts: tuple[str, ...], given: Mapping[str, str]
) -> Tenant:
    """A tenant with its settings; those it shares a place by are made its own."""
    if not given.get("store") and PLACE not in settings.store:
        raise TenantsError(
            f"TMF_STORE: say where {PLACE} stands, as in sqlite:///data/{PLACE}.db: each tenant"
            " has a store of its own"
        )
    said = {f"TMF_{key.upper()}": value for key, value in given.items()}
    alone = environment_of(replace(settings, tenants="", tenant=""))
    own = read_settings(alone | said)
    own = replace(own, tenant=name, store=own.store.replace(PLACE, name))
    if "keys" not in given:
        own = replace(own, keys=own.keys / name)
    if "jobs_folders" not in given:
        own = replace(own, jobs_folders=tuple(folder / name for folder in own.jobs_folders))
    return Tenant(name, hosts, own)


def _check_apart(tenants: list[Tenant]) -> None:
    """Raise `TenantsError` where two would be served from one place, or by one host."""
    if not tenants:
        raise TenantsError("TMF_TENANTS names nobody")
    taken: dict[tuple[str, str], str] = {}
    for tenant in tenants:
        store, keys = tenant.settings.store, str(tenant.settings.keys)
        places = [("store", os.path.normpath(store)), ("keys", os.path.normpath(keys))]
        for what, place in [*places, *((f"host {host}", host) for host in tenant.hosts)]:
            if (other := taken.setdefault((what, place), tenant.name)) != tenant.name:
                raise TenantsError(f"{other} and {tenant.name} have the same {what}")


_WANTED = "give letters, digits and dashes, up to 63, as one label of a host name has"
