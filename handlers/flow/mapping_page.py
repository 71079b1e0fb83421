"""`/flow/mapping`: what becomes of characteristics of products, as it holds. For administrators."""

from dataclasses import dataclass
from typing import Any

import orjson
from jinja2 import ChainableUndefined

from handlers.administrators import Administrators
from handlers.http import Request, Response
from handlers.intake import check_accept
from handlers.methods import READS, not_offered
from handlers.negotiating import wants_page_more
from handlers.protection import PROTECTION
from handlers.templating import templates
from tmf_apis import __version__
from tmf_apis.flow.mapping import Rules

_PATH = "/flow/mapping"
_PAGES = templates(ChainableUndefined)


@dataclass(frozen=True, slots=True)
class MappingPage:
    """Answers one path: as a page for people, as JSON for programs."""

    rules: Rules
    administrators: Administrators

    async def handle(self, request: Request) -> Response | None:
        """The answer to a request, or None when its path is another."""
        if request.path != _PATH:
            return None
        self.administrators.admit(request)
        if request.method not in READS:
            return not_offered(request.method, READS)
        told = _told(self.rules)
        if wants_page_more(request):
            page = _PAGES.get_template("flow_mapping.html").render(
                version=__version__, root="../", rows=told
            )
            return Response(200, page.encode(), dict(PROTECTION), media=b"text/html; charset=utf-8")
        check_accept(request)
        return Response(200, orjson.dumps(told), {"Vary": "Accept", "Cache-Control": "no-store"})


def _told(rules: Rules) -> list[dict[str, Any]]:
    """A row for each attribute of each target."""
    return [
        {"product": product, "target": target, "attribute": name, **source.told()}
        for (product, target), attributes in rules.items()
        for name, source in attributes.items()
    ]
