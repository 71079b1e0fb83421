"""`/ready` tells whether the store can be written to; `/health` only that the process is there."""

from pathlib import Path

from tests.handlers.serving import running
from tmf_apis.catalog import Catalog, built_in


def test_a_store_that_is_gone_makes_the_server_not_ready(tmp_path: Path) -> None:
    with running(tmp_path, Catalog(tuple(built_in()[:1])), kind="sqlite") as server:
        file = tmp_path / "tmf.db"
        assert server.client.get("/ready").json() == {"status": "ready"}
        aside = file.rename(tmp_path / "aside.db")
        refused = server.client.get("/ready")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        assert server.client.get("/health").status_code == 200
        aside.rename(file)
        assert server.client.get("/ready").status_code == 200
