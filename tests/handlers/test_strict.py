"""`TMF_STRICT`: what a server is strict about on request (D11)."""

import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import Case, each, one_per_api
from tests.handlers.serving import Server
from tmf_apis.settings import STRICT_WORDS, read_settings

ATTRIBUTES, SYSTEM = frozenset({"attributes"}), frozenset({"system-attributes"})
#: A resource of TMF639 v4 has attributes that only its sub-classes declare.
OPEN = "TMF639-v4/resource"


def owned(case: Case) -> list[str]:
    declared = set(case.resource.attributes.children)
    return sorted(declared - case.resource.creatable - {"id", "href"})


@pytest.mark.rule("R-1105")
@each(one_per_api(lambda case: case.creatable and str(case) != OPEN))
def test_unknown_attributes_are_refused(case: Case, start: Start) -> None:
    server: Server = start(strict=ATTRIBUTES)
    assert server.make(case)["id"]
    body = case.create_body(**{"x-new": 1})
    refused(server.client.post(case.path, json=body), 400, "25", "/x-new: ")
    extended = body | {"@schemaLocation": "https://schemas.example/mine.json"}
    if "@schemaLocation" in case.resource.creatable:
        assert shown(server.client.post(case.path, json=extended), 201)["x-new"] == 1


@pytest.mark.rule("R-1105")
@each(one_per_api(lambda case: case.offers("PATCH") and str(case) != OPEN))
def test_unknown_attributes_are_refused_in_a_patch(case: Case, start: Start) -> None:
    server: Server = start(strict=ATTRIBUTES)
    made = server.make(case)
    answer = server.client.patch(case.item(made["id"]), json={"x-new": 1})
    refused(answer, 400, "25", "/x-new: ")
    assert server.client.get(case.item(made["id"])).json() == made
    patch = case.patch_body()
    assert server.client.patch(case.item(made["id"]), json=patch).status_code == 200


@pytest.mark.rule("R-704")
@each(lambda case: case.creatable and bool(owned(case)))
def test_attributes_of_the_server_are_refused(case: Case, start: Start) -> None:
    server: Server = start(strict=SYSTEM)
    for name in owned(case):
        body = case.create_body(**{name: "mine"})
        refused(server.client.post(case.path, json=body), 400, "24", f"/{name}: ")
    assert server.make(case)["id"]
    assert server.make(case, href="ignored")["href"] != "ignored"


@pytest.mark.rule("R-704", "R-1105")
@pytest.mark.parametrize(
    ("text", "words"),
    [("", ()), ("0", ()), ("1", STRICT_WORDS), ("attributes, lifecycle", STRICT_WORDS[::2])],
)
def test_the_words_of_the_setting(text: str, words: tuple[str, ...]) -> None:
    assert read_settings({"TMF_STRICT": text}).strict == frozenset(words)
