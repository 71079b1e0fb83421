"""The flags that say what is judged and how the server is reached.

What can be known to be wrong is refused here, before the first request is sent.
"""

import socket
import ssl
from dataclasses import replace
from random import randrange
from typing import Any
from urllib.parse import urlsplit

import click

from conformance.check import PROFILES, TWO_VERSIONS
from conformance.client import tls
from conformance.fixtures import FixtureError
from conformance.fixtures import read as read_fixtures
from conformance.flag_types import (
    CHECK_OR_RULE,
    FILE,
    HEADER,
    POSITIVE,
    URL,
    Mistake,
    unknown,
)
from conformance.options import OAuth2, Options
from tmf_apis.catalog import built_in, neighbours
from tmf_apis.spec.loading import SpecError
from tmf_apis.spec.model import ApiSpec
from tmf_apis.spec.reader import read

_FLAGS = (
    click.option("--api", help="Number of the API, for instance TMF620."),
    click.option("--version", help="Major version: v4 or v5."),
    click.option("--spec", type=FILE, help="Judge by this official file instead."),
    click.option("--other-spec", type=FILE, help="The file of the other version (two-versions)."),
    click.option("--profile", type=click.Choice(PROFILES), default="full"),
    click.option("--resource", multiple=True, help="Only this resource; repeatable."),
    click.option(
        "--only", type=CHECK_OR_RULE, multiple=True, help="Only this check or rule; repeatable."
    ),
    click.option("--fixtures", type=FILE, help="What the server needs beyond its file."),
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
    click.option("--deadline", type=POSITIVE, default=900.0),
    click.option("--parallel", type=click.IntRange(min=1), default=10),
    click.option("--patience", type=POSITIVE, default=5.0, help="Seconds to wait for an event."),
    click.option("--listener-url", type=URL, help="Where the server reaches the listener."),
    click.option("--listener-port", type=click.IntRange(0, 65535), default=0),
    click.option(
        "--seed", type=click.IntRange(min=0), default=1, help="Draws the questions; 0 draws itself."
    ),
    click.option(
        "--fuzz", type=click.IntRange(min=0), default=0, help="Also so many generated cases each."
    ),
)
#: The versions that are built in.
OLDER, NEWEST = "v4", "v5"
#: The options that are named like their flags.
_SAME = (
    "profile", "only", "ca", "client_cert", "client_key", "insecure", "proxy", "rate", "delay",
    "timeout", "deadline", "parallel", "patience", "listener_port", "fuzz",
)  # fmt: skip


def reaching(command: Any) -> Any:
    """The command with the flags that say what is judged and how the server is reached."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


def options(url: str, api: ApiSpec, given: dict[str, Any]) -> Options:
    """What the flags say; raises `Mistake` for what cannot go well."""
    names = [resource.name for resource in api.resources]
    for name in given["resource"]:
        if name not in names:
            raise Mistake(unknown(f"resource of {api.number} {api.major}", name, names))
    try:
        fixtures = read_fixtures(given["fixtures"]) if given["fixtures"] else {}
    except FixtureError as error:
        raise Mistake(str(error)) from error
    made = Options(
        url=url,
        other_url=_other_url(url, given),
        resources=tuple(given["resource"]),
        headers=tuple(given["header"]),
        fixtures=fixtures,
        oauth2=_oauth2(given),
        listener_url=given["listener_url"] or "",
        seed=given["seed"] or randrange(1, 1_000_000),
        **{name: given[name] for name in _SAME},
    )
    _check_certificates(made)
    _check_port(made.listener_port)
    return made


def chosen_api(given: dict[str, Any]) -> ApiSpec:
    """The API that is judged: that of the file, or the built-in one of a number and version."""
    if given["spec"]:
        try:
            return _at_home(read(given["spec"]))
        except SpecError as error:
            raise Mistake(str(error)) from error
    version = given["version"] or (NEWEST if given["profile"] == TWO_VERSIONS else "")
    if not given["api"] or not version:
        raise Mistake("Name the API by --api and --version, or give its file by --spec.")
    return _built_in(given["api"].upper(), "v" + version.lower().lstrip("v").split(".")[0])


def offered_apis(url: str, given: dict[str, Any]) -> tuple[ApiSpec, ...]:
    """Every API that is built in, for a server that may have any of them at its origin."""
    if urlsplit(url).path.strip("/"):
        raise Mistake("--all looks for every API below the origin of a server: give that by --url.")
    for name in ("api", "spec", "resource", "sign", "other_url"):
        if given[name]:
            raise Mistake(f"--all judges every API: it goes without --{name.replace('_', '-')}.")
    wanted = given["version"] and "v" + given["version"].lower().lstrip("v").split(".")[0]
    newest = given["profile"] == TWO_VERSIONS
    return tuple(
        api
        for api in built_in()
        if (not wanted or api.major == wanted) and (not newest or api.major == NEWEST)
    )


def other_api(api: ApiSpec, given: dict[str, Any]) -> ApiSpec | None:
    """The other version of the API, where both are judged together."""
    if given["profile"] != TWO_VERSIONS:
        return None
    if given["other_spec"]:
        return chosen_api({**given, "spec": given["other_spec"]})
    return _built_in(api.number, OLDER if api.major == NEWEST else NEWEST, "--other-spec")


def _built_in(number: str, major: str, flag: str = "--spec") -> ApiSpec:
    for api in (*built_in(), *neighbours()):
        if (api.number, api.major) == (number, major):
            return api
    raise Mistake(f"{number} {major} is not built in; give its file by {flag}.")


def _other_url(url: str, given: dict[str, Any]) -> str:
    """Where the other version is: an origin leads to both."""
    found: str = given.get("other_url") or ""
    if given["profile"] == TWO_VERSIONS and not found and urlsplit(url).path.strip("/"):
        raise Mistake("Say where the other version is by --other-url, or give an origin by --url.")
    return found


def _oauth2(given: dict[str, Any]) -> OAuth2 | None:
    if not given["oauth2_token_url"]:
        return None
    parts = ("oauth2_token_url", "oauth2_client_id", "oauth2_client_secret", "oauth2_scope")
    return OAuth2(*(given[name] or "" for name in parts))


def _at_home(api: ApiSpec) -> ApiSpec:
    """The API at its canonical path: some official files name another one (R-120 to R-127)."""
    for known in (*built_in(), *neighbours()):
        if (known.number, known.major) == (api.number, api.major):
            return replace(api, base_path=known.base_path)
    return api


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
