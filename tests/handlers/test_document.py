"""The file of an API as it is served: it names this server, and what this server does."""

from copy import deepcopy
from typing import Any

import pytest

from tests.handlers.asking import shown
from tests.handlers.conftest import Start
from tests.handlers.facts import APIS
from tests.handlers.serving import Server
from tmf_apis.spec.model import ApiSpec


def given(document: dict[str, Any]) -> dict[str, Any]:
    """A file without the refusals that are never given: pages of others may read, not write."""
    found = deepcopy(document)
    for path, item in found["paths"].items():
        for method, operation in item.items():
            if not path.startswith("/listener/"):
                for status in ("401", "429", *(["403"] if method == "get" else [])):
                    operation["responses"].pop(status, None)
    return found


@pytest.mark.rule("R-102", "R-105")
@pytest.mark.parametrize("api", APIS, ids=lambda api: f"{api.number}-{api.major}")
def test_the_file_of_an_api_names_the_server_it_came_from(api: ApiSpec, server: Server) -> None:
    seen = set()
    for base in (api.base_path, *api.aliases):
        answer = server.client.get(f"{base}/openapi.json")
        here = {"servers": [{"url": server.url + base}]}
        assert shown(answer) == given(api.document) | here
        tag = {"If-None-Match": answer.headers["etag"]}
        assert server.client.get(f"{base}/openapi.json", headers=tag).status_code == 304
        seen.add(answer.headers["etag"])
    assert len(seen) == 1 + len(api.aliases)


@pytest.mark.rule("R-105")
def test_the_file_of_an_api_names_the_external_url(start: Start) -> None:
    server = start(base_url="https://api.example.com/shop")
    document = shown(server.client.get(f"{APIS[0].base_path}/openapi.json"))
    assert document["servers"] == [{"url": f"https://api.example.com/shop{APIS[0].base_path}"}]


@pytest.mark.rule("R-205")
@pytest.mark.parametrize("api", APIS, ids=lambda api: f"{api.number}-{api.major}")
def test_it_promises_no_refusal_that_is_never_given(api: ApiSpec, server: Server) -> None:
    document = shown(server.client.get(f"{api.base_path}/openapi.json"))
    assert "securitySchemes" not in document["components"] and "security" not in document
    for path, item in document["paths"].items():
        for method, operation in item.items():
            named = {"401", "403", "429"} & set(operation["responses"])
            allowed = set() if method == "get" else {"403"}
            assert path.startswith("/listener/") or named <= allowed, (method, path)
