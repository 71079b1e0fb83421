"""The flags that say what is judged and how the server is reached.

What can be known to be wrong is refused here, before the first request is sent.
"""

import socket
import ssl
from collections.abc import Iterable, Mapping
from random import randrange
from typing import Any
from urllib.parse import urlsplit

import click

from conformance import fuzzing
from conformance.certification import ctk_config
from conformance.certification.ctk_config import CtkConfig
from conformance.check import PROFILES, TWO_VERSIONS
from conformance.client import tls
from conformance.expectations import EXPECTATIONS, TASKS
from conformance.fixtures import FixtureError
from conformance.fixtures import read as read_fixtures
from conformance.flag_types import (
    CHECK_OR_RULE,
    CTK_CONFIG,
    FILE,
    FILE_OR_FOLDER,
    HEADER,
    POSITIVE,
    URL,
    Mistake,
    unknown,
)
from conformance.options import OAuth2, Options
from tmf_apis.spec.model import ApiSpec

#: What is judged, and how the server is reached.
_REACHING = (
    click.option("--api", help="Number of the API, for instance TMF620."),
    click.option("--version", help="Its version: v4, or as exactly as 4.1.0."),
    click.option(
        "--spec", type=FILE_OR_FOLDER, help="Judge by this official file, or by one of this folder."
    ),
    click.option("--resource", multiple=True, help="Only this resource; repeatable."),
    click.option("--fixtures", type=FILE, help="What the server needs beyond its file."),
    click.option("--config", type=CTK_CONFIG, help="The config.json of TM Forum's own kit."),
    click.option(
        "--header", type=HEADER, multiple=True, metavar="NAME:VALUE", help="Sent every time."
    ),
    click.option("--oauth2-token-url", type=URL, help="Where to have a token."),
    click.option("--oauth2-client-id", envvar="TMF_KIT_CLIENT_ID"),
    click.option("--oauth2-client-secret", envvar="TMF_KIT_CLIENT_SECRET"),
    click.option("--oauth2-scope", default=""),
    click.option("--ca", type=FILE, help="Certificates to trust, PEM."),
    click.option("--client-cert", type=FILE, help="Certificate of the client, PEM."),
    click.option("--client-key", type=FILE, help="Its key, PEM."),
    click.option("--insecure", is_flag=True, help="Trust any certificate."),
    click.option("--proxy", type=URL, help="URL of a proxy."),
    click.option("--rate", type=POSITIVE, help="Requests a second at most."),
    click.option(
        "--delay", type=click.FloatRange(min=0), default=0.0, help="Seconds before each request."
    ),
    click.option("--timeout", type=POSITIVE, default=10.0),
    click.option("--patience", type=POSITIVE, default=5.0, help="Seconds to wait for an event."),
    click.option("--listener-url", type=URL, help="Where the server reaches the listener."),
    click.option("--listener-port", type=click.IntRange(0, 65535), default=0),
)
#: By what it is judged.
_JUDGING = (
    click.option("--other-spec", type=FILE, help="The file of the other version (two-versions)."),
    click.option("--profile", type=click.Choice(PROFILES), default="full"),
    click.option(
        "--only", type=CHECK_OR_RULE, multiple=True, help="Only this check or rule; repeatable."
    ),
    click.option(
        "--expect",
        type=click.Choice(tuple(EXPECTATIONS)),
        multiple=True,
        default=(TASKS,),
        help="What the server does on its own; repeatable.",
    ),
    click.option(
        "--task-patience", type=POSITIVE, default=10.0, help="Seconds to wait for its end."
    ),
    click.option("--deadline", type=POSITIVE, default=900.0),
    click.option("--parallel", type=click.IntRange(min=1), default=10),
    click.option(
        "--seed", type=click.IntRange(min=0), default=1, help="Draws the questions; 0 draws itself."
    ),
    click.option(
        "--fuzz", type=click.IntRange(min=0), default=0, help="Also so many generated cases each."
    ),
)
#: The options that are named like their flags.
_SAME = (
    "profile", "only", "ca", "client_cert", "client_key", "insecure", "proxy", "rate", "delay",
    "timeout", "deadline", "parallel", "patience", "task_patience", "listener_port", "fuzz",
)  # fmt: skip


def reaching(command: Any) -> Any:
    """The command with the flags that say what is judged and how the server is reached."""
    return _with(command, _REACHING)


def judging(command: Any) -> Any:
    """The command with those, and with the flags that say by what it is judged."""
    return _with(command, (*_REACHING, *_JUDGING))


def address(url: str | None, given: dict[str, Any]) -> str:
    """Where the server is: what --url says, else the file of --config."""
    config: CtkConfig | None = given["config"]
    found = url or (config.url if config else "")
    if not found:
        raise Mistake("Say where the server is by --url, or by --config with a url in it.")
    return str(URL.convert(found, None, None))


def options(url: str, api: ApiSpec, given: dict[str, Any]) -> Options:
    """What the flags say; raises `Mistake` for what cannot go well."""
    names = [resource.name for resource in api.resources]
    for name in given["resource"]:
        if name not in names:
            raise Mistake(unknown(f"resource of {api.number} {api.major}", name, names))
    config: CtkConfig | None = given["config"]
    made = Options(
        url=url,
        other_url=_other_url(url, given),
        resources=tuple(given["resource"]),
        headers=(*(config.headers if config else ()), *given["header"]),
        fixtures=_fixtures(api, given),
        oauth2=_oauth2(given),
        listener_url=given["listener_url"] or "",
        expects=tuple(given.get("expect", ())),
        seed=given.get("seed", 1) or randrange(1, 1_000_000),
        **{name: given[name] for name in _SAME if name in given},
    )
    if made.fuzz and not fuzzing.installed():
        raise Mistake("--fuzz needs schemathesis: pip install 'tmf-apis[fuzz]'.")
    _check_certificates(made)
    _check_port(made.listener_port)
    return made


def passed_over(api: ApiSpec, given: dict[str, Any]) -> tuple[str, ...]:
    """What of the file of --config is not heeded, a sentence each."""
    config: CtkConfig | None = given["config"]
    return tuple(ctk_config.fixtures(config, api)[1]) if config else ()


def _with(command: Any, flags: Iterable[Any]) -> Any:
    for flag in reversed(tuple(flags)):
        command = flag(command)
    return command


def _fixtures(api: ApiSpec, given: dict[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What the file of fixtures says, laid over the payloads of --config."""
    config: CtkConfig | None = given["config"]
    payloads = ctk_config.fixtures(config, api)[0] if config else {}
    try:
        said = read_fixtures(given["fixtures"]) if given["fixtures"] else {}
    except FixtureError as error:
        raise Mistake(str(error)) from error
    return payloads | {name: {**payloads.get(name, {}), **own} for name, own in said.items()}


def _other_url(url: str, given: dict[str, Any]) -> str:
    """Where the other version is: an origin leads to both."""
    found: str = given.get("other_url") or ""
    if given.get("profile") == TWO_VERSIONS and not found and urlsplit(url).path.strip("/"):
        raise Mistake("Say where the other version is by --other-url, or give an origin by --url.")
    return found


def _oauth2(given: dict[str, Any]) -> OAuth2 | None:
    if not given["oauth2_token_url"]:
        return None
    parts = ("oauth2_token_url", "oauth2_client_id", "oauth2_client_secret", "oauth2_scope")
    return OAuth2(*(given[name] or "" for name in parts))


def _check_certificates(options: Options) -> None:
    if options.client_key and not options.client_cert:
        raise Mistake("--client-key is the key of a certificate: give that by --client-cert.")
    try:
        tls(options)
    except (ssl.SSLError, OSError) as error:
        files = [str(f) for f in (options.ca, options.client_cert, options.client_key) if f]
        raise Mistake(f"{', '.join(files)}: no PEM that can be used: {error}") from error


def _check_port(port: int) -> None:
    """Whether the listener can have its port, for the checks would find out one by one."""
    try:
        if port:
            socket.create_server(("", port)).close()
    except OSError as error:
        raise Mistake(f"--listener-port {port} cannot be had: {error.strerror}.") from error
