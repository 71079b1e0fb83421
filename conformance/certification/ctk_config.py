"""What TM Forum's own kit is configured with: the file `config.json`, read for ours.

It names a URL, headers and payloads. Releases of that kit spell it differently, so names are taken
in any case, and a payload may stand alone, in a list, or under a name of its own. What is not
understood is said, never dropped silently.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.certification.statement import Product
from tmf_apis.given_files import GivenFileError, read_file
from tmf_apis.spec.model import ApiSpec

Json = dict[str, Any]
#: What names the server, the payloads, and the product that is certified.
_URL = ("url", "rooturl", "baseurl", "apiurl")
_PRODUCT = {
    "companyname": "company", "productname": "name", "productversion": "version",
    "producturl": "url",
}  # fmt: skip
_WRAPPED = ("payload", "body", "request")


class ConfigError(ValueError):
    """A file that is no configuration of that kit; the text says why."""


@dataclass(frozen=True, slots=True)
class CtkConfig:
    """A `config.json`; `payloads` are bodies by resource and method, as it names them."""

    url: str
    headers: tuple[tuple[str, str], ...]
    payloads: Mapping[str, Mapping[str, tuple[Json, ...]]]
    product: Product
    #: What of the file was not understood, a sentence each.
    passed_over: tuple[str, ...] = ()


def read(path: Path) -> CtkConfig:
    """The configuration in a file; raises `ConfigError`."""
    try:
        content = read_file(path)
    except GivenFileError as error:
        raise ConfigError(str(error)) from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: no JSON object, as the config.json of TM Forum's kit is")
    given = {_plain(name): value for name, value in content.items()}
    url = next((str(given[name]) for name in _URL if given.get(name)), "")
    payloads = given.get("payloads", {})
    if not url and not payloads:
        raise ConfigError(f"{path}: neither a url nor payloads, as TM Forum's kit has them")
    known = {*_URL, *_PRODUCT, "headers", "payloads"}
    return CtkConfig(
        url=url,
        headers=tuple(_headers(given.get("headers") or {})),
        payloads=_payloads(payloads if isinstance(payloads, dict) else {}),
        product=Product(**{to: str(given[name]) for name, to in _PRODUCT.items() if name in given}),
        passed_over=tuple(
            f"{path.name}: {name} is passed over" for name in content if _plain(name) not in known
        ),
    )


def fixtures(config: CtkConfig, api: ApiSpec) -> tuple[dict[str, Mapping[str, Any]], list[str]]:
    """Payloads as fixtures of an API, by resource; what was passed over, a sentence each."""
    names = {_plain(resource.name): resource.name for resource in api.resources}
    found: dict[str, Mapping[str, Any]] = {}
    notes = list(config.passed_over)
    for named, methods in config.payloads.items():
        resource = names.get(_plain(named))
        if resource is None:
            notes.append(f"payloads of {named} are passed over: {api.number} has no such resource")
            continue
        created, changed = methods.get("POST", ()), methods.get("PATCH", ())
        found[resource] = {
            **({"attributes": created[0]} if created else {}),
            **({"change": changed[0]} if changed else {}),
        }
        notes += [
            f"of {len(bodies)} payloads to {method} {resource} the first is sent"
            for method, bodies in methods.items()
            if len(bodies) > 1
        ]
    return found, notes


def _headers(given: Any) -> Iterator[tuple[str, str]]:
    """Headers as a mapping, or as a list of names (or keys) and values."""
    pairs = given.items() if isinstance(given, dict) else [_pair(one) for one in given]
    for name, value in pairs:
        # What each request says of its own body is the kit's to say.
        if name and _plain(str(name)) not in ("contenttype", "accept"):
            yield str(name), str(value)


def _pair(header: Any) -> tuple[str, str]:
    if not isinstance(header, dict):
        return "", ""
    return header.get("name") or header.get("key") or "", header.get("value", "")


def _payloads(given: Json) -> dict[str, dict[str, tuple[Json, ...]]]:
    return {
        resource: {
            method.upper(): tuple(_bodies(body))
            for method, body in methods.items()
            if method.upper() in ("POST", "PATCH")
        }
        for resource, methods in given.items()
        if isinstance(methods, dict)
    }


def _bodies(given: Any) -> Iterator[Json]:
    """The bodies in what stands under a method: one, a list of them, or several by name."""
    if isinstance(given, list):
        for one in given:
            yield from _bodies(one)
    elif isinstance(given, dict) and given:
        wrapped = [given[name] for name in _WRAPPED if isinstance(given.get(name), dict)]
        if wrapped and len(given) == 1:
            yield from wrapped
        elif all(_is_case(name, value) for name, value in given.items()):
            for one in given.values():
                yield from _bodies(one)
        else:
            yield given


def _is_case(name: str, value: Any) -> bool:
    """Whether a member is a case of its own, such as `TC_Order_1`, and no attribute of a body."""
    return isinstance(value, dict) and name.upper().startswith("TC")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
