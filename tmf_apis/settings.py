"""All settings, their defaults, and how the environment and the command line give them."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, post_load, validate
from marshmallow import fields as f

from tmf_apis.behaviour.cancelling import policy
from tmf_apis.behaviour.reference_policy import Policy

STRICT_WORDS = (
    "attributes",
    "business",
    "conditional",
    "lifecycle",
    "parameters",
    "system-attributes",
)
#: Settings that are secrets, and the fewest characters of one that opens doors.
SECRETS = ("admin_token", "callback_secret")
SHORTEST_TOKEN = 16


#: A scheme, a host, and a port that is not the usual one.
_ORIGIN = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")


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
    `references` a policy for references to what is served, or a file of such.
    `default_limit` 0 means all. `strict` holds some of `STRICT_WORDS`. `max_body` is in bytes.
    Parameters of lists with one of the `ignored_parameters`, in whatever case, are no filters.

    Who knows the `admin_token` sees what administrators see; without one, everybody does in
    `development`.

    `tasks` says whether this process carries out tasks, `cancellation` who decides about one;
    import and export jobs read and write in `jobs_folders` and at `jobs_hosts` only. `sandbox`
    lets orders move by themselves, each state lasting `sandbox_delay` seconds. Documents of bills
    name the `bill_issuer` as their sender where no party of the bill is.

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
    cancellation: str = "immediate"
    tasks: bool = True
    jobs_folders: tuple[Path, ...] = ()
    jobs_hosts: tuple[str, ...] = ()
    sandbox: bool = False
    sandbox_delay: float = 3.0
    bill_issuer: str = ""
    default_limit: int = 100
    max_limit: int = 1000
    max_body: int = 4 * 1024 * 1024
    strict: frozenset[str] = frozenset()
    ignored_parameters: tuple[str, ...] = ("_", "access_token", "api_key", "apikey")
    development: bool = False
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
        return self.base_url or f"http://{self.host}:{self.port}"


class _Words(f.Field[frozenset[str]]):
    """A comma list of strict words; `1` means all, nothing or `0` none."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> frozenset[str]:
        words = frozenset(word.strip() for word in str(value).split(",") if word.strip())
        if words == {"1"}:
            return frozenset(STRICT_WORDS)
        words -= {"0"}
        if unknown := words - set(STRICT_WORDS):
            known = ", ".join(STRICT_WORDS)
            raise ValidationError(f"{', '.join(sorted(unknown))} unknown; use {known}, or 1")
        return words


class _Paths(f.Field[tuple[Path, ...]]):
    """Paths joined by the system's path separator."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[Path, ...]:
        if isinstance(value, (list, tuple)):
            return tuple(Path(part) for part in value)
        return tuple(Path(part) for part in str(value).split(os.pathsep) if part)


class _List(f.Field[tuple[str, ...]]):
    """Texts joined by commas, in lower case; each is checked on its own."""

    def __init__(self, check: Callable[[str], object] = str, **options: Any) -> None:
        super().__init__(**options)
        self._check = check

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[str, ...]:
        parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
        found = tuple(str(part).strip().lower() for part in parts if str(part).strip())
        for part in found:
            try:
                self._check(part)
            except ValueError as error:
                raise ValidationError(str(error)) from error
        return found


class _File(f.Field[Path]):
    """A file that is there."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Path:
        if not Path(value).is_file():
            raise ValidationError(f"{value} is not a file")
        return Path(value)


class _Folder(f.Field[Path]):
    """A folder that is there."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Path:
        if not Path(value).is_dir():
            raise ValidationError(f"{value} is not a folder")
        return Path(value)


def _is_scheme(value: str) -> None:
    if value not in ("http", "https"):
        raise ValueError(f"{value} is no scheme of a callback; use http, https")


def _is_host(value: str) -> None:
    if any(character in "/: " for character in value.strip("[]")) and not _is_address(value):
        raise ValueError(f"{value} is not the name of a host; give it without scheme and port")


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def _is_origin(value: str) -> None:
    if value != "*" and not _ORIGIN.fullmatch(value):
        raise ValueError(f"{value} is no origin; give a scheme and a host: https://app.example.com")


def _is_base_url(value: str) -> None:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query):
        raise ValidationError("an absolute http or https URL without a query is needed")


def _is_token(value: str) -> None:
    if value and len(value) < SHORTEST_TOKEN:
        raise ValidationError(f"at least {SHORTEST_TOKEN} characters are needed")


def _is_policy(value: str) -> None:
    try:
        policy(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def _is_reference_policy(value: str) -> None:
    if value not in list(Policy) and not Path(value).is_file():
        raise ValidationError(f"{value} is neither {', '.join(Policy)} nor a file")


class _SettingsSchema(Schema):
    host = f.String(validate=validate.Length(min=1))
    port = f.Integer(validate=validate.Range(0, 65535))
    store = f.String(validate=validate.Length(min=1))
    base_url = f.String(validate=_is_base_url)
    trusted_proxies = _List(partial(ip_network, strict=False))
    allowed_hosts = _List(_is_host)
    cors_origins = _List(_is_origin)
    compression = f.Boolean()
    specs = _Paths()
    schemas = _Folder()
    lifecycles = _File()
    references = f.String(validate=_is_reference_policy)
    cancellation = f.String(validate=_is_policy)
    tasks = f.Boolean()
    jobs_folders = _Paths()
    jobs_hosts = _List()
    sandbox = f.Boolean()
    sandbox_delay = f.Float(validate=validate.Range(0, 86400))
    bill_issuer = f.String()
    default_limit = f.Integer(validate=validate.Range(min=0))
    max_limit = f.Integer(validate=validate.Range(min=0))
    max_body = f.Integer(validate=validate.Range(min=1))
    strict = _Words()
    ignored_parameters = _List()
    development = f.Boolean()
    admin_token = f.String(validate=_is_token)
    workers = f.Integer(validate=validate.Range(1, 64))
    sample_data = f.Boolean()
    events = f.Boolean()
    callback_schemes = _List(_is_scheme)
    callback_hosts = _List()
    callback_networks = _List(ip_network)
    callback_secret = f.String()
    callback_access = _File()
    delivery_timeout = f.Integer(validate=validate.Range(1, 600))
    retry_for = f.Integer(validate=validate.Range(min=0))
    delivery_at_once = f.Integer(validate=validate.Range(1, 256))
    pause_after = f.Integer(validate=validate.Range(min=1))
    keep_events = f.Integer(validate=validate.Range(min=0))
    max_events = f.Integer(validate=validate.Range(min=1))
    max_dead_letters = f.Integer(validate=validate.Range(min=0))
    max_subscriptions = f.Integer(validate=validate.Range(min=0))

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Settings:
        data["base_url"] = data.get("base_url", "").rstrip("/")
        return Settings(**data)


def read_settings(environment: Mapping[str, str], **given: Any) -> Settings:
    """The settings in force: what is `given` (flags that are not None), else the environment,
    else the defaults. A secret may be in a file that the environment names: TMF_<NAME>_FILE.
    Raises `SettingsError` naming every setting that is wrong.
    """
    values: dict[str, Any] = {}
    for field in fields(Settings):
        variable = f"TMF_{field.name.upper()}"
        if given.get(field.name) is not None:
            values[field.name] = given[field.name]
        elif environment.get(variable, "") != "":
            values[field.name] = environment[variable]
        elif field.name in SECRETS and (file := environment.get(f"{variable}_FILE", "")) != "":
            values[field.name] = _content(f"{variable}_FILE", file)
    try:
        settings: Settings = _SettingsSchema().load(values)
    except ValidationError as error:
        wrong = "; ".join(
            f"TMF_{name.upper()}: {' '.join(map(str, texts))}"
            for name, texts in error.messages_dict.items()
        )
        raise SettingsError(wrong) from error
    return settings


def _content(variable: str, file: str) -> str:
    """The secret in a file, without the end of its line. Raises `SettingsError`."""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{variable}: {file} cannot be read") from error
