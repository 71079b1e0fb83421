"""Servers that are civil to the clients they were tried with (R-1xx, R-2xx, R-613)."""

import re
from datetime import datetime, timedelta
from email.utils import format_datetime

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, answer, refusal
from tests.conformance.flawed_servers.flaw import flaw

_BOUND = 2**63
_TEXTS = ("name", "description", "specificProblem", "sourceSystemId", "alarmDetails")


@flaw("R-203", "R-107", "R-205", "R-817", "R-901", on="TMF629 v4 customer")
async def methods_are_refused_by_the_framework(asked: Asked, server: Server) -> Answered:
    """Answers 405 in the words of its framework."""
    answered = await server(asked)
    if answered.status != 405:
        return answered
    own = answer({"detail": "Method Not Allowed"}, 405)
    return own.with_header("allow", answered.header("allow"))


@flaw("R-112", on="TMF620 v5 category")
async def records_are_older_than_they_are(asked: Asked, server: Server) -> Answered:
    """Says in Last-Modified that a record was changed before it was, by its own time zone."""
    answered = await server(asked)
    record = answered.json if asked.reads and answered.ok else None
    if not isinstance(record, dict) or "lastUpdate" not in record:
        return answered
    moment = datetime.fromisoformat(record["lastUpdate"]) - timedelta(hours=5)
    return answered.with_header("last-modified", format_datetime(moment, usegmt=True))


@flaw("R-108", on="TMF642 v4 alarm")
async def heads_weigh_nothing(asked: Asked, server: Server) -> Answered:
    """Says in the answer to HEAD that its body has no bytes, of a body that has some."""
    answered = await server(asked)
    return answered.with_header("content-length", "0") if asked.method == "HEAD" else answered


@flaw("R-110", on="TMF639 v4 resource")
async def ranges_of_media_are_unknown(asked: Asked, server: Server) -> Answered:
    """Answers 406 to Accept: application/*, which JSON is one of."""
    if "application/*" in asked.header("accept"):
        return refusal(406, "Not acceptable")
    return await server(asked)


@flaw("R-613", "S-002", on="TMF620 v4 category")
async def limits_are_of_64_bits(asked: Asked, server: Server) -> Answered:
    """Answers 500 to a limit that its database has no number for."""
    limit = re.sub(r"^\+", "", asked.parameters.get("limit", ""))
    if asked.lists and limit.isdecimal() and int(limit) >= _BOUND:
        return refusal(500, "Internal server error")
    return await server(asked)


@flaw("R-208", "R-206", "R-1208", "R-812", "S-002", on="TMF642 v5 alarm")
async def objects_for_texts_are_a_surprise(asked: Asked, server: Server) -> Answered:
    """Answers 500 to an object where a text belongs."""
    answered = await server(asked)
    body = asked.json
    if not (asked.creates or asked.merges) or not isinstance(body, dict):
        return answered
    odd = any(isinstance(body.get(name), dict) for name in _TEXTS)
    return refusal(500, "Internal server error") if answered.status == 400 and odd else answered
