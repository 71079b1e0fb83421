"""All settings, their defaults, and how the environment and the command line give them."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, post_load

from tmf_apis import setting_kinds as kinds

#: Settings that are secrets or hold one, as a MongoDB URL does: no refusal shows them.
SECRETS = ("admin_token", "callback_secret", "introspection_secret", "store")


class SettingsError(ValueError):
    """A setting that cannot be used; the text names it and says what it wants."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one server runs. Every field is also the environment variable `TMF_<NAME>`, and those
    of `SECRETS` may be in the file that `TMF_<NAME>_FILE` names.

    `base_url` is the external URL for `href`, empty for the request's own, whose scheme is told
    by proxies in the networks of `trusted_proxies`. The server goes by the names in
    `allowed_hosts` (none given: any, in development those of the loopback interface), and web
    pages of `cors_origins` may use it. `compression` puts long answers into the coding that a
    client asks for.

    `specs` are files or folders of further APIs, `schemas` a folder of JSON Schemas that
    `@schemaLocation` may name, `lifecycles` a file of state machines over the built-in ones,
    `references` a policy for references to what is served, or a file of such. `faces` says whether
    a record has one face a version, by the tables of the project and by those in `maps`.
    `default_limit` 0 means all. `strict` holds some of `STRICT_WORDS`. `max_body` is in bytes.
    Parameters of lists with one of the `ignored_parameters`, in whatever case, are no filters.

    A server that asks nobody is not reached from elsewhere unless it is said to be `insecure`. It
    speaks TLS with `tls_cert` and `tls_key`, to clients with a certificate of `tls_client_ca` only.

    With `authentication` whoever asks shows a token: of one of the OpenID providers `issuers`, or
    of the keys in the folder `keys`, for this `audience`, and of one of the `token_types`. What is
    no JWT is asked about at the URL `introspection`, as a client with a secret. The file `policy`
    says what it may do, in place of the shipped one.

    With `audit` every write and every refused request is accounted for, and with `audit_reads`
    every read that shows what is personal; entries go after `audit_days`, unless that is 0. Records
    go by the rules of the file `retention`.

    A client has so many requests a second (`rates`) and under way (`at_once`), by kind of request.
    A worker has `max_connections` and `max_streams` of events, unless that is 0, and ends a request
    whose body comes with less than `slowest` bytes a second.

    `tenants` names who is served, or a file of them, each from a store of its own; the host or the
    `tenant_claim` of a token says for whom a request is. `tenant` is the one that is meant.

    Who knows the `admin_token` sees what administrators see; without one, everybody does in
    `development`.

    `tasks` says whether this process carries out tasks, `cancellation` who decides about one;
    import and export jobs read and write in `jobs_folders` and at `jobs_hosts` only.

    With `flow` product orders are carried out as far as their bill, by the catalogue and the file
    `flow_mapping`; what configures the network is asked at the URL `flow_activation`. A step may
    take `flow_timeouts`, seconds by its kind; those of the kinds `flow_steps` are done by installed
    packages. Requests to amend orders are served where `amendments` says so: on, off, or as the
    flow is. Orders are changed and cancelled until the `point_of_no_return` of their items.

    `neighbours` keep APIs that are not kept here, each an API and a URL; `neighbour_access` is a
    file of the tokens they ask for.

    `sandbox` lets orders move by themselves, each state lasting `sandbox_delay` seconds. Documents
    of bills name the `bill_issuer` as their sender where no party of the bill is.

    Callbacks may go to `callback_hosts` (none named: any) by `callback_schemes`, and to
    private addresses only in `callback_networks`; deliveries are signed with `callback_secret`,
    and `callback_access` is a file of the tokens listeners ask for. `delivery_timeout`,
    `retry_for`, `pause_after` and `keep_events` are seconds.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    store: str = "sqlite:///data/tmf.db"
    base_url: str = ""
    trusted_proxies: tuple[str, ...] = ("127.0.0.0/8", "::1")
    allowed_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    compression: bool = True
    specs: tuple[Path, ...] = ()
    schemas: Path | None = None
    lifecycles: Path | None = None
    references: str = "off"
    faces: str = "together"
    maps: tuple[Path, ...] = ()
    cancellation: str = "immediate"
    tasks: bool = True
    jobs_folders: tuple[Path, ...] = ()
    jobs_hosts: tuple[str, ...] = ()
    flow: bool = False
    flow_mapping: Path | None = None
    flow_activation: str = ""
    flow_timeouts: tuple[str, ...] = ()
    flow_steps: tuple[str, ...] = ()
    amendments: str = "flow"
    point_of_no_return: str = "irrevocable"
    neighbours: tuple[str, ...] = ()
    neighbour_access: Path | None = None
    sandbox: bool = False
    sandbox_delay: float = 3.0
    bill_issuer: str = ""
    default_limit: int = 100
    max_limit: int = 1000
    max_body: int = 4 * 1024 * 1024
    strict: frozenset[str] = frozenset()
    ignored_parameters: tuple[str, ...] = ("_", "access_token", "api_key", "apikey")
    development: bool = False
    insecure: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    authentication: bool = False
    issuers: tuple[str, ...] = ()
    audience: str = "tmf-apis"
    token_types: tuple[str, ...] = ("at+jwt",)
    introspection: str = ""
    introspection_client: str = ""
    introspection_secret: str = ""
    keys: Path = Path("data/keys")
    policy: Path | None = None
    tenants: str = ""
    tenant: str = ""
    tenant_claim: str = "tenant"
    audit: bool = False
    audit_reads: bool = False
    audit_days: int = 0
    retention: Path | None = None
    rates: tuple[str, ...] = ()
    at_once: tuple[str, ...] = ()
    max_connections: int = 0
    max_streams: int = 0
    slowest: int = 4096
    admin_token: str = ""
    workers: int = 1
    sample_data: bool = True
    events: bool = True
    callback_schemes: tuple[str, ...] = ("http", "https")
    callback_hosts: tuple[str, ...] = ()
    callback_networks: tuple[str, ...] = ()
    callback_secret: str = ""
    callback_access: Path | None = None
    delivery_timeout: int = 10
    retry_for: int = 24 * 3600
    delivery_at_once: int = 8
    pause_after: int = 3 * 24 * 3600
    keep_events: int = 7 * 24 * 3600
    max_events: int = 1_000_000
    max_dead_letters: int = 10_000
    max_subscriptions: int = 1000

    @property
    def origin(self) -> str:
        """What `href` begins with where no request says it: in events of the server's own doing."""
        return self.base_url or f"{self.scheme}://{self.host}:{self.port}"

    @property
    def amends(self) -> bool:
        """Whether requests to amend orders are served."""
        return self.flow if self.amendments == "flow" else self.amendments == "on"

    @property
    def scheme(self) -> str:
        """How the server is spoken to."""
        return "http" if self.tls_cert is None else "https"


class _SettingsSchema(Schema):
    host = kinds.text(kinds.is_host, kinds.HOST)
    port = kinds.whole(0, 65535)
    store = kinds.text(len, "sqlite:///FILE or a MongoDB URL")
    base_url = kinds.text(kinds.is_base_url, "an absolute http or https URL without a query")
    trusted_proxies = kinds.networks()
    allowed_hosts = kinds.hosts()
    cors_origins = kinds.origins()
    compression = kinds.switch()
    specs = kinds.paths(Path.exists, "files or folders that are there")
    schemas = kinds.folder()
    lifecycles = kinds.file()
    references = kinds.text(kinds.is_reference_policy, kinds.REFERENCE_POLICY)
    faces = kinds.text(("together", "apart").__contains__, "together or apart")
    maps = kinds.paths(Path.is_file, "files that are there")
    cancellation = kinds.text(kinds.is_cancellation, "immediate, after:SECONDS or manual")
    tasks = kinds.switch()
    jobs_folders = kinds.paths(Path.is_dir, "folders that are there")
    jobs_hosts = kinds.hosts()
    flow = kinds.switch()
    flow_mapping = kinds.file()
    flow_activation = kinds.text(kinds.is_base_url, "an absolute http or https URL without a query")
    flow_timeouts = kinds.step_timeouts()
    flow_steps = kinds.replaced_steps()
    amendments = kinds.text(("on", "off", "flow").__contains__, "on, off or flow")
    point_of_no_return = kinds.text(
        kinds.is_point_of_no_return, "irrevocable, activation or after:SECONDS"
    )
    neighbours = kinds.neighbours()
    neighbour_access = kinds.file()
    sandbox = kinds.switch()
    sandbox_delay = kinds.decimal(0, 86400)
    bill_issuer = kinds.text()
    default_limit = kinds.whole(0)
    max_limit = kinds.whole(0)
    max_body = kinds.whole(1)
    strict = kinds.strict_words()
    ignored_parameters = kinds.words()
    development = kinds.switch()
    insecure = kinds.switch()
    tls_cert = kinds.file()
    tls_key = kinds.file()
    tls_client_ca = kinds.file()
    authentication = kinds.switch()
    issuers = kinds.issuers()
    audience = kinds.text(len, "any text")
    token_types = kinds.words()
    introspection = kinds.text(kinds.is_safe_url, kinds.SAFE_URL)
    introspection_client = kinds.text()
    introspection_secret = kinds.text()
    keys = kinds.place()
    policy = kinds.file()
    tenants = kinds.text()
    tenant = kinds.text()
    tenant_claim = kinds.text(len, "the name of a claim")
    audit = kinds.switch()
    audit_reads = kinds.switch()
    audit_days = kinds.whole(0)
    retention = kinds.file()
    rates = kinds.limits(0.01)
    at_once = kinds.limits(1)
    max_connections = kinds.whole(0)
    max_streams = kinds.whole(0)
    slowest = kinds.whole(1)
    admin_token = kinds.text(kinds.is_token, kinds.TOKEN)
    workers = kinds.whole(1, 64)
    sample_data = kinds.switch()
    events = kinds.switch()
    callback_schemes = kinds.schemes()
    callback_hosts = kinds.hosts()
    callback_networks = kinds.networks()
    callback_secret = kinds.text()
    callback_access = kinds.file()
    delivery_timeout = kinds.whole(1, 600)
    retry_for = kinds.whole(0)
    delivery_at_once = kinds.whole(1, 256)
    pause_after = kinds.whole(1)
    keep_events = kinds.whole(0)
    max_events = kinds.whole(1)
    max_dead_letters = kinds.whole(0)
    max_subscriptions = kinds.whole(0)

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Settings:
        data["base_url"] = data.get("base_url", "").rstrip("/")
        return Settings(**data)


_SCHEMA = _SettingsSchema()


def allowed(name: str) -> str:
    """What a setting may be, in words: `1 to 64`; of the table in the README and of refusals."""
    return str(_SCHEMA.fields[name].metadata["allowed"])


def file_variable(name: str) -> str:
    """The variable that names the file of a secret."""
    return f"TMF_{name.upper()}_FILE"


def read_settings(environment: Mapping[str, str], **given: Any) -> Settings:
    """The settings in force: what is `given` (flags that are not None), else the environment,
    else the defaults. A secret may be in a file that the environment names: TMF_<NAME>_FILE.
    Raises `SettingsError` naming every setting that is wrong, its value unless it is a secret,
    and what is allowed.
    """
    values: dict[str, Any] = {}
    for field in fields(Settings):
        variable = f"TMF_{field.name.upper()}"
        if given.get(field.name) is not None:
            values[field.name] = given[field.name]
        elif (file := _named_file(field.name, environment)) != "":
            values[field.name] = _content(file_variable(field.name), file)
        elif environment.get(variable, "") != "":
            values[field.name] = environment[variable]
    try:
        settings: Settings = _SCHEMA.load(values)
    except ValidationError as error:
        wrong = error.messages_dict.items()
        raise SettingsError("; ".join(_refusal(name, *texts) for name, texts in wrong)) from error
    _check_together(settings)
    return settings


def _check_together(settings: Settings) -> None:
    """Raise `SettingsError` for settings that mean nothing without others."""
    if settings.issuers and not settings.authentication:
        raise SettingsError("TMF_ISSUERS asks for TMF_AUTHENTICATION=1: without it nobody is asked")
    if settings.tenant and not settings.tenants:
        raise SettingsError("TMF_TENANT asks for TMF_TENANTS, which says who there is")
    if settings.neighbours and settings.tenants:
        raise SettingsError("TMF_NEIGHBOURS is not for TMF_TENANTS: all would write to the same")
    if settings.introspection and not settings.authentication:
        raise SettingsError(
            "TMF_INTROSPECTION asks for TMF_AUTHENTICATION=1: without it nobody is asked"
        )
    if settings.audit_reads and not settings.audit:
        raise SettingsError("TMF_AUDIT_READS asks for TMF_AUDIT=1: without it nothing is recorded")
    if (settings.tls_key or settings.tls_client_ca) and not settings.tls_cert:
        raise SettingsError("TMF_TLS_KEY and TMF_TLS_CLIENT_CA ask for TMF_TLS_CERT")


#: Settings that are paths, joined as the system joins them.
_PATHS = ("specs", "maps", "jobs_folders")


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as variables: `read_settings` makes the same of them."""
    paths = {name: os.pathsep.join(map(str, getattr(settings, name))) for name in _PATHS}
    values = asdict(settings) | paths
    return {f"TMF_{name.upper()}": _text(value) for name, value in values.items()}


def _text(value: Any) -> str:
    """A setting as a variable has it; a comma is a list of nothing, for an empty text is none."""
    if isinstance(value, (tuple, frozenset)):
        return ",".join(value) or ","
    return "" if value is None else str(value)


def _named_file(name: str, environment: Mapping[str, str]) -> str:
    """The file of a secret, or nothing. Raises `SettingsError` where the secret is given, too."""
    variable = file_variable(name)
    file = environment.get(variable, "") if name in SECRETS else ""
    if file and environment.get(f"TMF_{name.upper()}", ""):
        raise SettingsError(f"TMF_{name.upper()} and {variable} are both given; give one")
    return file


def _content(variable: str, file: str) -> str:
    """The secret in a file, without the end of its line. Raises `SettingsError`."""
    try:
        secret = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{variable}: {file} cannot be read") from error
    if not secret:
        raise SettingsError(f"{variable}: {file} is empty")
    return secret


def _refusal(name: str, value: str) -> str:
    shown = "what is given" if name in SECRETS else kinds.on_one_line(value)
    return f"TMF_{name.upper()}: {shown} is not allowed; give {allowed(name)}"
