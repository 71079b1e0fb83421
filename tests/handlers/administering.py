"""The tests of the web once more, on servers that ask who asks. Whoever says nothing is taken for
an administrator, so that all is answered as it is where nobody is asked.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handlers.identity.keys import make_first, signed

#: Whether the tests run so.
ASKED = os.environ.get("TMF_TEST_ADMIN") == "1"
#: Settings of servers that are about who asks, which stay as they are.
OF_ITS_OWN = frozenset({"authentication", "admin_token"})
#: Tests of what is otherwise on purpose where nobody is asked, and why it is.
OPEN_ALONE = {
    "test_the_file_of_an_api_names_the_server_it_came_from": "files tell of tokens and refusals",
    "test_it_promises_no_refusal_that_is_never_given": "files tell of tokens and refusals",
    "test_without_a_token_nobody_is_let_in": "pages of administrators are theirs by another token",
    "test_the_landing_page_leads_only_where_somebody_may_go": "the same",
    "test_a_page_of_administrators_is_for_them_as_data_too": "the same",
    "test_the_file_of_an_api_says_that_it_asks": "it is compared with that of who asks nobody",
    "test_the_landing_page_says_who_is_asked": "the same",
    "test_one_client_at_its_limit_is_in_nobodys_way": "who is not asked is known by the address",
    "test_some_parameters_are_no_filters": "a token in the query is refused",
    "test_a_strict_server_refuses_it": "a token in the query is refused",
}
#: Seconds that tests may take.
_LONG = 12 * 3600


def asking(folder: Path) -> dict[str, Any]:
    """The settings of a server that asks, with keys in a folder."""
    keys = folder / "keys"
    make_first(keys)
    return {"authentication": True, "keys": keys}


def as_admin(app: Any, keys: Path) -> Any:
    """An application whose requests are those of an administrator, if they do not say whose."""
    token = signed(keys, "tmf-apis", _LONG, sub="admin", roles=["admin"])
    header = (b"authorization", f"Bearer {token}".encode())

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or any(name == header[0] for name, _ in scope["headers"]):
            await app(scope, receive, send)
            return

        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = message | {"headers": [*_not_varying(message["headers"])]}
            await send(message)

        await app(scope | {"headers": [*scope["headers"], header]}, receive, answer)

    return asked


def _not_varying(headers: Any) -> Iterator[tuple[bytes, bytes]]:
    """The headers of an answer but for what says that it is for who asked alone."""
    for name, value in headers:
        if name.lower() == b"vary":
            value = b", ".join(x for x in value.split(b", ") if x.lower() != b"authorization")
        if value or name.lower() != b"vary":
            yield name, value
