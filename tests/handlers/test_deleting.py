"""DELETE: nothing left (R-815), where the file has it; 405 where it has not."""

import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.facts import Case, deletable, each
from tests.handlers.serving import Server


@pytest.mark.rule("R-106", "R-201", "R-209", "R-815", "R-816")
@each(deletable)
def test_leaves_nothing(case: Case, server: Server) -> None:
    kept, gone = server.make(case), server.make(case)
    url = case.item(gone["id"])
    answer = server.client.delete(url)
    assert (answer.status_code, answer.content) == (204, b"")
    assert set(answer.headers) == {"date"}
    refused(server.client.get(url), 404, "60", gone["id"])
    refused(server.client.delete(url), 404, "60", gone["id"])
    if case.offers("PATCH"):
        refused(server.client.patch(url, json=case.patch_body()), 404, "60", gone["id"])
    both = f"{case.path}?id={kept['id']},{gone['id']}"
    assert shown(server.client.get(both)) == [kept]


@pytest.mark.rule("R-708", "R-815")
@each(lambda case: case.offers("DELETE") and case.chooses_id)
def test_frees_the_id(case: Case, server: Server) -> None:
    first = server.make(case)
    tag = server.client.get(case.item(first["id"])).headers["etag"]
    server.client.delete(case.item(first["id"]))
    second = server.make(case, id=first["id"])
    assert second["href"] == first["href"]
    assert server.client.get(case.item(first["id"])).headers["etag"] != tag
