"""Servers that speak HTTP nearly as it is written (R-1xx, R-203)."""

from dataclasses import replace

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw

#: What cannot hold where no list can be read.
_LISTS = ("R-1*", "R-2*", "R-3*", "R-4*", "R-5*", "R-6*")


@flaw("R-112", on="TMF629 v5 customer")
async def a_star_matches_nothing(asked: Asked, server: Server) -> Answered:
    """Takes the * of If-Match for a tag that nothing has."""
    if (asked.patches or asked.deletes) and asked.header("if-match") == "*":
        return refusal(412, "Precondition failed")
    return await server(asked)


@flaw("R-112", "R-803", on="TMF642 v5 alarm")
async def json_patches_are_not_conditional(asked: Asked, server: Server) -> Answered:
    """Carries out a JSON Patch whatever If-Match says."""
    if asked.patches and "json-patch" in asked.header("content-type"):
        asked = asked.without_header("if-match")
    return await server(asked)


@flaw("R-112", on="TMF620 v4 catalog")
async def what_is_not_modified_has_no_tag(asked: Asked, server: Server) -> Answered:
    """Answers 304 without the ETag that it is about."""
    answered = await server(asked)
    return answered.without_header("etag") if answered.status == 304 else answered


@flaw("R-109", "R-110", on="TMF622 v5 productOrder")
async def media_types_have_a_case(asked: Asked, server: Server) -> Answered:
    """Answers 415 to Application/JSON."""
    media = asked.header("content-type").partition(";")[0]
    if asked.creates and media != media.lower():
        return refusal(415, "Unsupported media type")
    return await server(asked)


@flaw("R-109", *_LISTS, on="TMF641 v4 serviceOrder")
async def lists_begin_with_a_mark(asked: Asked, server: Server) -> Answered:
    """Puts a byte order mark before its lists."""
    answered = await server(asked)
    if not asked.lists or not answered.ok:
        return answered
    return answered.with_body(b"\xef\xbb\xbf" + answered.body)


@flaw("R-203", "R-205", "R-112", on="TMF638 v4 service")
async def failed_preconditions_say_nothing(asked: Asked, server: Server) -> Answered:
    """Answers 412 with nothing else."""
    answered = await server(asked)
    return Answered(412, (("content-length", "0"),)) if answered.status == 412 else answered


@flaw("R-107", "R-106", on="TMF629 v4 customer")
async def a_record_can_be_posted_to(asked: Asked, server: Server) -> Answered:
    """Takes POST on a record for a merge patch of it."""
    if asked.method == "POST" and asked.on_item:
        return await server(replace(asked, method="PATCH"))
    return await server(asked)
