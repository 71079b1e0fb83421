"""Servers whose states go where they cannot (R-814)."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.given.enforcing import LAX, REFUSED, enforcing

GIVEN = (enforcing,)


@flaw("R-814", "R-638-02", "L-*", on="TMF638 v5 service", given=GIVEN)
async def a_service_moves_anywhere(asked: Asked, server: Server) -> Answered:
    """Lets a service move from any state to any other."""
    return await server(asked.with_header(LAX, "all"))


@flaw("R-814", "R-622-07", "L-*", on="TMF622 v5 productOrder", given=GIVEN)
async def an_order_moves_anywhere(asked: Asked, server: Server) -> Answered:
    """Lets an order move from any state to any other."""
    return await server(asked.with_header(LAX, "all"))


@flaw("R-814", "R-622-07", "L-*", on="TMF622 v4 productOrder", given=GIVEN)
async def a_final_state_can_be_left(asked: Asked, server: Server) -> Answered:
    """Takes an order up again that is completed or cancelled."""
    return await server(asked.with_header(LAX, "final"))


@flaw("R-814", "R-638-02", "L-*", "S-002", on="TMF638 v4 service", given=GIVEN)
async def an_illegal_move_breaks_the_server(asked: Asked, server: Server) -> Answered:
    """Answers 500 to a move that is not allowed."""
    answered = await server(asked)
    illegal = REFUSED in answered.body
    return refusal(500, "IllegalStateException") if illegal else answered


@flaw("R-814", "R-638-02", "L-*", on="TMF638 v5 service", given=GIVEN)
async def an_illegal_move_is_passed_over(asked: Asked, server: Server) -> Answered:
    """Answers 200 to a move that is not allowed, and stays where it was."""
    answered = await server(asked)
    if REFUSED in answered.body:
        return await server(asked.reading())
    return answered


@flaw("L-638", "R-638-02", "R-814", on="TMF638 v4 service", given=GIVEN)
async def no_move_is_legal(asked: Asked, server: Server) -> Answered:
    """Refuses every change of a state."""
    body = asked.json
    if asked.merges and "state" in body:
        before = await server(asked.reading())
        if before.ok and before.json["state"] != body["state"]:
            return refusal(409, "The state cannot be changed")
    return await server(asked)


@flaw("R-705", "R-622-*", "L-*", "R-814", "R-1*", on="TMF622 v4 productOrder", given=GIVEN)
async def a_new_order_is_completed(asked: Asked, server: Server) -> Answered:
    """Calls an order completed as soon as it is there."""
    answered = await server(asked)
    if asked.creates and answered.ok:
        where = f"{asked.path}/{answered.json['id']}"
        for state in ("inProgress", "completed"):
            moved = await server(asked.patching({"state": state}, where))
        return answered.with_body(moved.body)
    return answered
