"""Servers that mistake what an entity is and where (R-101 to R-106, R-1205)."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.flaw import flaw

ON = "TMF639 v5 resource"


@flaw("R-103", "R-104", "R-701", on=ON)
async def href_leads_nowhere(asked: Asked, server: Server) -> Answered:
    """Sends an `href` that answers 404."""
    answered = await server(asked)
    if asked.on_item or asked.on_list:
        answered = answered.each(
            lambda e: (
                e | {"href": e["href"].replace("/resource/", "/entity/")} if "href" in e else e
            )
        )
        if location := answered.header("location"):
            return answered.with_header("location", location.replace("/resource/", "/entity/"))
    return answered


@flaw("R-702", "R-103", "R-104", "R-303", "R-304", "R-709", "S-001", on=ON)
async def href_is_missing(asked: Asked, server: Server) -> Answered:
    """Knows no `href`."""
    answered = await server(asked)
    if asked.on_item or asked.on_list:
        return answered.each(lambda e: {k: v for k, v in e.items() if k != "href"})
    return answered


@flaw("R-810", "R-103", "R-104", on=ON)
async def href_changes(asked: Asked, server: Server) -> Answered:
    """Sends another `href` in lists than at creation."""
    answered = await server(asked)
    if asked.reads or asked.lists:
        return answered.each(
            lambda e: e | {"href": e["href"].replace("//", "//www.", 1)} if "href" in e else e
        )
    return answered


@flaw("R-702", "R-103", "R-1205", "R-701", "S-001", on=ON)
async def ids_are_numbers(asked: Asked, server: Server) -> Answered:
    """Answers ids as numbers."""
    answered = await server(asked)
    if asked.on_item or asked.on_list:
        return answered.each(lambda e: e | {"id": hash(e["id"])} if "id" in e else e)
    return answered


@flaw("R-1205", on=ON)
async def ids_ignore_case(asked: Asked, server: Server) -> Answered:
    """Finds an entity by its id in the other case."""
    answered = await server(asked)
    if asked.on_item and answered.status == 404:
        own = asked.path.rpartition("/")[2]
        for other in (own.lower(), own.upper()):
            found = await server(asked.reading(f"{asked.collection}/{other}"))
            if other != own and found.ok:
                return found
    return answered
