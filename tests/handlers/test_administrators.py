"""What administrators see is for them: by token, or in development."""

from base64 import b64encode
from pathlib import Path

import pytest

from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tmf_apis.settings import SettingsError, read_settings

TOKEN = "a token of many characters: ü"
PATHS = [
    *("/events", "/events/", "/events/state", "/events/stream?eventType=X"),
    *("/tasks", "/tasks/", "/tasks/state", "/tasks/nothing"),
]


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize("path", PATHS)
def test_without_a_token_nobody_is_let_in(path: str, start: Start) -> None:
    refused(start().client.get(path), 403, "41", "TMF_ADMIN_TOKEN")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer nothing", basic("", ""), basic(TOKEN, "x"), "Basic !", "Digest x",
     "Basic " + b64encode(b"\xff:\xff").decode(), f"Bearer {TOKEN}x".encode()],
)  # fmt: skip
def test_another_token_is_refused(
    authorization: str | bytes | None, path: str, start: Start
) -> None:
    server = start(admin_token=TOKEN, development=True)
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = server.client.get(path, headers=headers)
    refused(answer, 401, "40", "administration token")
    assert answer.headers["www-authenticate"].startswith('Basic realm="administration"')


def test_who_knows_the_token_is_let_in(start: Start) -> None:
    client = start(admin_token=TOKEN).client
    for authorization in (basic("", TOKEN), basic("anybody", TOKEN)):
        headers = {"Authorization": authorization}
        assert client.get("/events/state", headers=headers).json()["subscriptions"] == []
        page = client.get("/events", headers=headers)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    refused(client.get("/events/nothing", headers={"Authorization": basic("", TOKEN)}), 404, "61")
    plain = start(admin_token="plain characters only").client
    headers = {"Authorization": "bearer plain characters only"}
    assert plain.get("/events/state", headers=headers).status_code == 200


def test_in_development_everybody_is(start: Start) -> None:
    client = start(development=True).client
    assert client.get("/events").status_code == 200
    assert client.get("/events/state").status_code == 200
    assert client.get("/tasks").status_code == 200
    assert client.get("/tasks/state").json()["totals"].keys() == {"open", "failed"}
    refused(client.post("/tasks/state"), 405, "62")
    refused(client.get("/tasks/nothing"), 404, "61")


def test_the_landing_page_leads_only_where_somebody_may_go(start: Start) -> None:
    headers = {"Accept": "text/html"}
    link = '<a href="events">'
    assert link not in start().client.get("/", headers=headers).text
    assert link in start(development=True).client.get("/", headers=headers).text


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("a token of a file\n")
    named = {"TMF_ADMIN_TOKEN_FILE": str(file), "TMF_CALLBACK_SECRET_FILE": str(file)}
    settings = read_settings(named)
    assert (settings.admin_token, settings.callback_secret) == ("a token of a file",) * 2
    with pytest.raises(SettingsError, match="TMF_ADMIN_TOKEN and TMF_ADMIN_TOKEN_FILE are both"):
        read_settings({**named, "TMF_ADMIN_TOKEN": "a token of its own"})
    assert read_settings(named, admin_token="that of the flag").admin_token == "that of the flag"
    with pytest.raises(SettingsError, match=r"TMF_ADMIN_TOKEN_FILE: .* cannot be read"):
        read_settings({"TMF_ADMIN_TOKEN_FILE": str(tmp_path)})
    file.write_text("short")
    with pytest.raises(SettingsError, match=r"^TMF_ADMIN_TOKEN: .* give at least 16 characters$"):
        read_settings({"TMF_ADMIN_TOKEN_FILE": str(file)})
    file.write_text("\n")
    with pytest.raises(SettingsError, match=r"TMF_ADMIN_TOKEN_FILE: .* is empty"):
        read_settings({"TMF_ADMIN_TOKEN_FILE": str(file)})


def test_the_store_may_be_in_a_file_for_its_url_may_hold_a_password(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("mongodb://app:secret@db/tmf\n")
    assert read_settings({"TMF_STORE_FILE": str(file)}).store == "mongodb://app:secret@db/tmf"
    with pytest.raises(SettingsError, match="TMF_STORE and TMF_STORE_FILE are both given"):
        read_settings({"TMF_STORE_FILE": str(file), "TMF_STORE": "sqlite:///tmf.db"})
