"""The floor: the thinnest ASGI program that does the same database work.

The same SQLite settings, the same group commit, the same indexes that the measured queries use;
no routing, no validation, no headers but Content-Type and Content-Length. What our server costs
more than this is what TMF630 costs. Changes need a decision note (D22).
"""

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import orjson

from persistence.sqlite.connection import connect
from persistence.sqlite.writer import Writer

TABLE = """CREATE TABLE orders (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, n INTEGER NOT NULL,
    state TEXT, created TEXT, body TEXT NOT NULL)"""
INDEXES = (
    "CREATE INDEX orders_state ON orders (state)",
    "CREATE INDEX orders_created ON orders (created)",
)
INSERT = "INSERT INTO orders (id, n, state, created, body) VALUES (?, 1, ?, ?, ?)"


def fill(path: Path, orders: list[dict[str, Any]]) -> None:
    """Make the file and put the orders in."""
    connection = connect(path)
    connection.execute(TABLE)
    for index in INDEXES:
        connection.execute(index)
    connection.execute("BEGIN")
    rows = [(o["id"], o["state"], o["creationDate"], orjson.dumps(o).decode()) for o in orders]
    connection.executemany(INSERT, rows)
    connection.execute("COMMIT")
    connection.close()


class Floor:
    """The ASGI application."""

    def __init__(self, path: Path) -> None:
        self._read = connect(path)
        self._read.text_factory = bytes
        self._writer = Writer(path)
        self._writer.start()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] == "GET":
            status, body = self._get(scope)
        else:
            body = (await receive())["body"]
            change = orjson.loads(body)
            if scope["method"] == "POST":
                status, body = await self._post(change)
            else:
                status, body = await self._patch(scope["path"].rpartition("/")[2], change)
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _get(self, scope: dict[str, Any]) -> tuple[int, bytes]:
        if not scope["query_string"]:
            sql = "SELECT body FROM orders WHERE id = ?"
            row = self._read.execute(sql, (scope["path"].rpartition("/")[2],)).fetchone()
            return (200, row[0]) if row else (404, b"{}")
        query = parse_qs(scope["query_string"].decode())
        state, limit = query["state"][0], int(query["limit"][0])
        self._read.execute("BEGIN")
        self._read.execute("SELECT count(*) FROM orders WHERE state = ?", (state,)).fetchone()
        rows = self._read.execute(
            "SELECT body FROM orders WHERE +state = ? ORDER BY created DESC LIMIT ?",
            (state, limit),
        ).fetchall()
        self._read.execute("COMMIT")
        return 200, b"[" + b",".join(row[0] for row in rows) + b"]"

    async def _post(self, order: dict[str, Any]) -> tuple[int, bytes]:
        order["id"] = str(uuid4())
        body = orjson.dumps(order)
        row = (order["id"], order.get("state"), order.get("creationDate"), body.decode())
        await self._writer.write(lambda connection: connection.execute(INSERT, row))
        return 201, body

    async def _patch(self, id: str, change: dict[str, Any]) -> tuple[int, bytes]:
        sql = "SELECT body, n FROM orders WHERE id = ?"
        while True:
            old, n = self._read.execute(sql, (id,)).fetchone()
            body = orjson.dumps(orjson.loads(old) | change)
            if await self._writer.write(_update(id, n, body.decode())):
                return 200, body


def _update(id: str, n: int, body: str) -> Any:
    def work(connection: sqlite3.Connection) -> int:
        sql = "UPDATE orders SET body = ?, n = n + 1 WHERE id = ? AND n = ?"
        return connection.execute(sql, (body, id, n)).rowcount

    return work


def application() -> Floor:
    """The floor over the file that `FLOOR_STORE` names."""
    return Floor(Path(os.environ["FLOOR_STORE"]))
