"""A real OpenID provider in a process of its own: what it signs is taken, what others sign is not.

The provider is `oidc-provider-mock` of PyPI (MIT), which `uv` puts into an environment of its own:
it is for this proof alone, and no part of what is installed. A person logs in there as a browser
does, and shows the token that the provider gave; docs/security.md has the same steps.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import httpx
import orjson

from tests.proofs.serving import ROOT, Served, free_port

PROVIDER = "oidc-provider-mock==0.3.4"
UV = Path(sys.executable).with_name("uv")
#: Seconds to have it from PyPI, and to start.
PATIENCE = 120.0
CLIENT, BACK = "tmf-apis", "http://localhost:8080/"
USERS = (
    {"sub": "ann", "roles": ["admin"]},
    {"sub": "bob", "roles": ["partner"], "party": "42"},
    {"sub": "carl"},
)
CATEGORY = "/tmf-api/productCatalogManagement/v4/category"
CUSTOMER = "/tmf-api/customerManagement/v4/customer"
#: What each of them asks for.
ASKED = (("GET", CATEGORY), ("GET", CUSTOMER), ("POST", CATEGORY))


def prove() -> dict[str, Any]:
    """What each person gets."""
    with TemporaryDirectory() as name, _provider() as issuer, _provider() as stranger:
        flags = ("--authentication", "--issuers", issuer, "--token-types", "jwt")
        served = Served(Path(name), *flags, "--audience", CLIENT)
        try:
            served.wait()
            tokens = {user["sub"]: _token(issuer, str(user["sub"])) for user in USERS}
            tokens["stranger"] = _token(stranger, "ann")
            tokens["spoilt"] = tokens["ann"][:-8] + "AAAAAAAA"
            found = {
                who: [_status(served, token, *ask) for ask in ASKED]
                for who, token in tokens.items()
            }
        finally:
            served.stop()
    wanted = {
        "ann": [200, 200, 201], "bob": [200, 200, 403], "carl": [403, 403, 403],
        "stranger": [401, 401, 401], "spoilt": [401, 401, 401],
    }  # fmt: skip
    problems = [
        f"{who}: {found[who]}, not {wanted[who]}" for who in wanted if found[who] != wanted[who]
    ]
    return {
        "holds": not problems,
        "summary": f"{PROVIDER}: {len(found)} tokens, {len(problems)} problems",
        "statuses": found,
        "problems": problems,
    }


@contextmanager
def _provider() -> Iterator[str]:
    """The issuer of a provider that runs for as long as the block lasts."""
    port = free_port()
    issuer = f"http://localhost:{port}"
    users = [word for user in USERS for word in ("--user-claims", orjson.dumps(user).decode())]
    process = subprocess.Popen(
        [UV, "tool", "run", "--quiet", PROVIDER, "--port", str(port), *users],
        cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = monotonic() + PATIENCE
        while monotonic() < until and process.poll() is None:
            try:
                httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False)
                break
            except httpx.TransportError:
                sleep(0.1)
        yield issuer
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)


def _token(issuer: str, subject: str) -> str:
    """What a person has who logged in: the code comes with the way back, the token for the code."""
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": "openid profile",
    }
    with httpx.Client(base_url=issuer, trust_env=False) as browser:
        back = browser.post("/oauth2/authorize", params=asked, data={"sub": subject})
        code = httpx.URL(back.headers["location"]).params["code"]
        given = browser.post(
            "/oauth2/token",
            data={"grant_type": "authorization_code", "code": code, "redirect_uri": BACK},
            auth=(CLIENT, "any"),
        )
    token: str = given.json()["id_token"]
    return token


def _status(served: Served, token: str, method: str, path: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    body = {"name": "x"} if method == "POST" else None
    url = served.origin + path
    return httpx.request(method, url, headers=headers, json=body, trust_env=False).status_code
