"""The flow as people and programs see it: pages, data, server-sent events, and the command line."""

import json
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from tests.handlers.flow.ordering import Flowing, added, order_of
from tests.handlers.serving import running
from tests.handlers.tasks.waiting import until
from tmf_apis.catalog import choose
from tmf_apis.cli import main

PAGE = {"Accept": "text/html"}


def run(flowing: Flowing, *words: str) -> Result:
    store = flowing.server.settings.store
    return CliRunner().invoke(main, ["flow", *words, "--store", store])


def test_the_list_and_an_order_are_pages_without_a_script_of_their_own(flowing: Flowing) -> None:
    order = flowing.ordered(added("1", "offer-router-mesh"))
    listed = flowing.server.client.get("/flow", headers=PAGE)
    assert f'href="flow?order={order["id"]}"' in listed.text
    page = flowing.server.client.get(f"/flow?order={order['id']}", headers=PAGE).text
    assert '<strong class="completed">completed</strong>' in page
    assert "1/deliver" in page and "Mesh Router" in page and "114" in page
    assert "<script>" not in page and "onclick" not in page
    assert flowing.server.client.get("/assets/flow.js").status_code == 200


def test_the_same_is_data(flowing: Flowing) -> None:
    order = flowing.ordered(added("1", "offer-router-mesh"))
    rows = {row["order"]: row for row in flowing.get("/flow")}
    row = rows[order["id"]]
    assert (row["state"], row["done"], row["steps"], row["held"]) == ("completed", 4, 4, "")
    flow = flowing.flow(order["id"])
    assert [step["kind"] for step in flow["steps"]] == ["product", "deliver", "rate", "finish"]
    assert {step["state"] for step in flow["steps"]} == {"done"}
    assert [rate["name"] for rate in flow["rates"]] == ["Mesh Router"]


def test_the_same_is_data_in_the_manner_of_tmf701(flowing: Flowing) -> None:
    order = flowing.ordered(added("1", "offer-router-mesh"))
    path = f"/flow/processFlow/{order['id']}"
    process = flowing.get(path)
    assert (process["@type"], process["state"]) == ("ProcessFlow", "completed")
    assert process["href"] == str(flowing.server.client.base_url.join(path))
    assert flowing.get(process["relatedEntity"][0]["href"])["id"] == order["id"]
    assert process in flowing.get("/flow/processFlow")
    tasks = flowing.get(f"{path}/taskFlow")
    assert [task["id"] for task in tasks] == [each["id"] for each in process["taskFlow"]]
    for task in tasks:
        assert flowing.get(httpx.URL(task["href"]).raw_path.decode()) == task
    assert {task["state"] for task in tasks} == {"completed"}


@pytest.mark.parametrize("path", ["nobody", "nobody/taskFlow", "{id}/taskFlow/none", "{id}/x"])
def test_no_process_and_no_task_of_another_name_is_there(path: str, flowing: Flowing) -> None:
    id = flowing.ordered(added("1", "offer-router-mesh"))["id"]
    client = flowing.server.client
    answer = client.get(f"/flow/processFlow/{path.format(id=id)}")
    assert (answer.status_code, answer.json()["code"]) == (404, "60")
    assert client.post(f"/flow/processFlow/{id}", json={}).status_code == 405


def test_the_mapping_is_a_page_and_data(flowing: Flowing) -> None:
    page = flowing.server.client.get("/flow/mapping", headers=PAGE).text
    assert 'href="../assets/site.css' in page
    assert "sspec-fibre-line" in page and "150 → bronze" in page and "always Helmcrag" in page
    wanted = {
        "product": "spec-tv-pack",
        "target": "sspec-tv",
        "attribute": "recordingHours",
        "from": "recordingHours",
    }
    assert wanted in flowing.get("/flow/mapping")
    assert flowing.server.client.delete("/flow/mapping").status_code == 405


def test_a_flow_is_streamed_until_nothing_is_left_to_do(flowing: Flowing) -> None:
    id = flowing.order(added("1", "offer-fibre-150"))
    flowing.over(id, "inProgress", "completed")
    events: list[Any] = []
    with flowing.server.client.stream("GET", f"/flow/stream?order={id}") as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        for line in answer.iter_lines():
            if line.startswith("data: "):
                events.append(json.loads(line.removeprefix("data: ")))
    assert events[-1]["state"] == "completed"
    assert {event["id"] for event in events} == {id}


def test_the_command_line_shows_the_plan_before_anything_runs(flowing: Flowing) -> None:
    id = flowing.order(added("1", "offer-tv-pack"), requestedInitialState="draft")
    steps = json.loads(run(flowing, "plan", id, "--json").stdout)
    assert [step["kind"] for step in steps] == [
        "product", "order", "reserve", "activate", "complete", "deliver", "rate", "finish"
    ]  # fmt: skip
    assert flowing.products(id) == []
    assert "There is no order nobody" in run(flowing, "plan", "nobody").stderr


def test_the_command_line_lists_shows_and_decides(flowing: Flowing) -> None:
    id = flowing.order(added("1", "offer-of-never"))
    flowing.over(id, "held")
    until(lambda: flowing.flow(id), lambda flow: flow["state"] == "held")
    assert id in run(flowing, "list").stdout
    assert run(flowing, "show", id).exit_code == 0
    assert "There is no flow of nobody" in run(flowing, "show", "nobody").stderr
    assert run(flowing, "give-up", id).exit_code == 0
    flowing.over(id, "failed")


def test_without_the_flow_there_is_none(tmp_path_factory: Any) -> None:
    with running(tmp_path_factory.mktemp("none"), choose(), tasks=True, development=True) as server:
        made = server.client.post(
            "/tmf-api/productOrderingManagement/v5/productOrder",
            json=order_of(added("1", "offer-5g-light")),
        ).json()
        assert server.client.get("/flow").status_code == 404
        path = httpx.URL(made["href"]).path
        assert server.client.get(path).json()["state"] == "acknowledged"
