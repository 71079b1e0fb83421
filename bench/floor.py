"""The floor: the thinnest ASGI program that does the same database work.

The same SQLite settings, group commit, indexes and rows of mentions, spelt out for one resource;
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

from persistence.sqlite.connection import connect, write_ahead
from persistence.sqlite.file import Watch
from persistence.sqlite.writer import Writer

COLUMNS = (
    "state", "@type", "creationDate", "requestedStartDate", "requestedCompletionDate",
    "completionDate", "expectedCompletionDate", "cancellationDate",
)  # fmt: skip
_NAMED = ", ".join(f'"{column}"' for column in COLUMNS)
TABLES = (
    f"""CREATE TABLE orders (key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        n INTEGER NOT NULL, {_NAMED}, body TEXT NOT NULL)""",
    """CREATE TABLE mentions (path INTEGER NOT NULL, value TEXT NOT NULL, key INTEGER NOT NULL,
        PRIMARY KEY (path, value, key)) WITHOUT ROWID""",
    *(f'CREATE INDEX orders_{n} ON orders ("{column}")' for n, column in enumerate(COLUMNS)),
)
INSERT = f"INSERT INTO orders (id, n, {_NAMED}, body) VALUES (?, 1{', ?' * len(COLUMNS)}, ?)"


def insert(connection: sqlite3.Connection, order: dict[str, Any], body: bytes) -> None:
    """Keep an order: its row, and what it mentions."""
    row = [order["id"], *(order.get(column) for column in COLUMNS), body.decode()]
    key = connection.execute(INSERT, row).lastrowid
    mentions = [(0, p["partyOrPartyRole"]["id"], key) for p in order["relatedParty"]]
    for item in order["productOrderItem"]:
        mentions.append((1, item["productOffering"]["id"], key))
        pair = item["product"]["productCharacteristic"][0]
        mentions.append((2, f"{pair['name']} {pair['value']}", key))
    connection.executemany("INSERT OR IGNORE INTO mentions VALUES (?, ?, ?)", mentions)


def fill(path: Path, orders: list[dict[str, Any]]) -> None:
    """Make the file and put the orders in."""
    connection = connect(path, make=True)
    write_ahead(connection)
    for statement in TABLES:
        connection.execute(statement)
    connection.execute("BEGIN")
    for order in orders:
        insert(connection, order, orjson.dumps(order))
    connection.execute("COMMIT")
    connection.close()


class Floor:
    """The ASGI application."""

    def __init__(self, path: Path) -> None:
        self._read = connect(path, mapped=True)
        self._read.text_factory = bytes
        watch = Watch(path)
        watch.begin()
        self._writer = Writer(path, watch)
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
            'SELECT body FROM orders WHERE +state = ? ORDER BY "creationDate" DESC LIMIT ?',
            (state, limit),
        ).fetchall()
        self._read.execute("COMMIT")
        return 200, b"[" + b",".join(row[0] for row in rows) + b"]"

    async def _post(self, order: dict[str, Any]) -> tuple[int, bytes]:
        order["id"] = str(uuid4())
        body = orjson.dumps(order)
        await self._writer.write_for_client(lambda connection: insert(connection, order, body))
        return 201, body

    async def _patch(self, id: str, change: dict[str, Any]) -> tuple[int, bytes]:
        sql = "SELECT body, n FROM orders WHERE id = ?"
        while True:
            old, n = self._read.execute(sql, (id,)).fetchone()
            body = orjson.dumps(orjson.loads(old) | change)
            if await self._writer.write_for_client(_update(id, n, body.decode())):
                return 200, body


def _update(id: str, n: int, body: str) -> Any:
    def work(connection: sqlite3.Connection) -> int:
        sql = "UPDATE orders SET body = ?, n = n + 1 WHERE id = ? AND n = ?"
        return connection.execute(sql, (body, id, n)).rowcount

    return work


def application() -> Floor:
    """The floor over the file that `FLOOR_STORE` names."""
    return Floor(Path(os.environ["FLOOR_STORE"]))
