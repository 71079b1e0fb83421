"""What is measured against each other runs, and does the same work."""

from pathlib import Path

import httpx

from bench import floor
from bench.data import order, posted
from bench.servers import running


def test_both_servers_keep_orders_and_show_them(tmp_path: Path) -> None:
    floor.fill(tmp_path / "floor.db", [order(1)])
    with running(tmp_path) as servers:
        for server in servers:
            made = httpx.post(server.url, json=posted(), trust_env=False)
            assert made.status_code == 201, server.name
            shown = httpx.get(f"{server.url}/{made.json()['id']}", trust_env=False)
            assert shown.status_code == 200, server.name
            assert shown.json()["description"] == posted()["description"], server.name
