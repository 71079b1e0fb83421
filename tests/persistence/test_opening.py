"""A store URL names a store, or is refused."""

from pathlib import Path

import pytest

from persistence.errors import Unusable
from persistence.mongo.store import MongoStore
from persistence.opening import open_store
from persistence.sqlite.store import SqliteStore
from persistence.urls import same_store, without_password


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///data/tmf.db", "data/tmf.db"),
        ("sqlite:////var/lib/tmf.db", "/var/lib/tmf.db"),
        ("sqlite:///with%20space.db", "with space.db"),
    ],
)
def test_a_url_names_a_file(url: str, path: str) -> None:
    store = open_store(url)
    assert isinstance(store, SqliteStore)
    assert store._path == Path(path)


@pytest.mark.parametrize("url", ["mongodb://h:1/tmf", "mongodb+srv://h.example.org"])
def test_a_url_names_a_mongodb_server(url: str) -> None:
    assert isinstance(open_store(url), MongoStore)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mongodb:h",
        "data/tmf.db",
        "sqlite://",
        "sqlite:///",
        "sqlite://host/x.db",
        "sqlite:x.db",
        "redis://h/",
        "sqlite://[",
    ],
)
def test_what_names_no_store_is_refused(url: str) -> None:
    with pytest.raises(Unusable, match="not a store"):
        open_store(url)


def test_opening_touches_nothing_yet(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/new/store.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sqlite:///a.db", "sqlite:///./a.db", True),
        ("sqlite:///a.db", "sqlite:///b.db", False),
        ("mongodb://h/tmf", "mongodb://u:p@H:27017/", True),
        ("mongodb://g,h:1/x", "mongodb://h:1,i/x?w=1", True),
        ("mongodb://h:1/x", "mongodb://h:2/x", False),
        ("mongodb://h/x", "mongodb://h/y", False),
        ("sqlite:///a.db", "mongodb://a.db", False),
    ],
)
def test_two_urls_may_name_one_store(one: str, other: str, same: bool) -> None:
    assert same_store(one, other) is same
    assert same_store(other, one) is same


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mongodb://u:p@h:1,i/x?w=1", "mongodb://u:***@h:1,i/x?w=1"),
        ("mongodb://h:1/x", "mongodb://h:1/x"),
        ("mongodb://u:p@[", "mongodb://…"),
    ],
)
def test_no_password_is_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown
