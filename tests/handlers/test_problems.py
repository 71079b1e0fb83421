"""What a failure of the store is to a client."""

import logging

import orjson
import pytest
from pymongo.errors import OperationFailure

from handlers.problems import LATER, respond
from persistence.errors import Busy, Refused, StoreError, TooSlow, Unavailable


@pytest.mark.rule("R-203")
@pytest.mark.parametrize(
    ("error", "status", "again", "message"),
    [
        (
            Refused("MongoDB answered Unauthorized"),
            500,
            None,
            "The store refuses the request, now and later: MongoDB answered Unauthorized.",
        ),
        (Unavailable("no primary"), 503, "2", "The store does not answer; try again."),
        (
            TooSlow(("name",)),
            503,
            "2",
            "The query took too long: no index serves name. Add a condition on an indexed"
            " attribute.",
        ),
    ],
)
def test_only_what_may_pass_says_try_again(
    error: StoreError, status: int, again: str | None, message: str
) -> None:
    answer = respond(error)
    assert answer.status == status
    assert answer.headers.get("Retry-After") == again
    assert orjson.loads(answer.body)["message"] == message


def test_operators_learn_what_the_store_said(caplog: pytest.LogCaptureFixture) -> None:
    error = Refused("MongoDB answered Unauthorized")
    error.__cause__ = OperationFailure("not authorized on tmf to execute find", 13)
    with caplog.at_level(logging.ERROR):
        respond(error)
    assert "not authorized on tmf to execute find" in caplog.text


def test_a_crowd_that_is_shed_does_not_come_back_at_once() -> None:
    answers = [respond(Busy("16 long reads are under way")) for _ in range(500)]
    (told,) = {(answer.status, answer.body) for answer in answers}
    assert told[0] == 503
    assert orjson.loads(told[1])["message"] == (
        "There is too much to do just now: 16 long reads are under way; try again."
    )
    least, most = LATER
    assert {int(answer.headers["Retry-After"]) for answer in answers} == {*range(least, most + 1)}
