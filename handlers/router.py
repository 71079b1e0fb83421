"""From a raw path to what it addresses: one or two dictionary look-ups (R-101, R-111)."""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from handlers import hubs, resources
from handlers.embedded import held
from handlers.http import Request, Response
from handlers.hubs import Hub
from handlers.identity.refusals import not_allowed
from handlers.intake import check_accept
from handlers.invoices.attaching import DOCUMENT
from handlers.invoices.serving import show
from handlers.methods import READS, not_offered
from handlers.notifications.listener import Listener, receive
from handlers.permission.permissions import Permissions
from handlers.permission.rights import Rights
from handlers.resources import Target, decoded
from handlers.service import Service
from tmf_apis.policy.policy import Act, Place
from tmf_apis.spec.model import ApiSpec

#: The escapes of letters, digits and `-._~`.
_NEEDLESS = re.compile("%(?:4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE]|3[0-9]|2[DE])", re.IGNORECASE)
_SLASHES = re.compile("/{2,}")

Operation = Callable[[Target, Request], Awaitable[Response]]

_COLLECTION: dict[str, Operation] = {
    "GET": resources.list_resources,
    "HEAD": resources.list_resources,
    "POST": resources.create,
}
_ITEM: dict[str, Operation] = {
    "GET": resources.retrieve,
    "HEAD": resources.retrieve,
    "PATCH": resources.patch,
    "DELETE": resources.delete,
}


#: What each method does with a collection, and with one of its items.
_COLLECTION_ACTS = {"GET": Act.LIST, "HEAD": Act.LIST, "POST": Act.CREATE}
_ITEM_ACTS = {
    "GET": Act.RETRIEVE,
    "HEAD": Act.RETRIEVE,
    "PATCH": Act.PATCH,
    "DELETE": Act.DELETE,
}


@dataclass(frozen=True, slots=True)
class Route:
    """A collection at one path: what it offers, and on its items."""

    service: Service
    path: str
    collection: dict[str, Operation]
    item: dict[str, Operation]
    #: The collections whose ids a nested path holds, outermost first; None for one that the API
    #: does not have.
    parents: tuple[Service | None, ...] = ()

    def offered(self, *, of_item: bool) -> dict[str, Operation]:
        """The operations of an item, or of the collection."""
        return self.item if of_item else self.collection

    def refusal(self, method: str, *, of_item: bool) -> Response:
        """The answer to a method that is not among them."""
        offered = self.offered(of_item=of_item)
        return not_offered(method, offered, patchable="PATCH" in offered)


@dataclass(frozen=True, slots=True)
class _Template:
    """A nested collection: its raw segments, with None for an id."""

    segments: tuple[str | None, ...]
    route: Route


def normalised(path: str) -> str:
    """A raw path without needless escapes and empty segments (RFC 3986, section 6.2)."""
    plain = _NEEDLESS.sub(lambda escape: chr(int(escape[0][1:], 16)), path)
    return _SLASHES.sub("/", plain).rstrip("/")


class Router:
    """All paths of all APIs, aliases included."""

    def __init__(
        self,
        services: Iterable[Service],
        registries: Iterable[Hub],
        listeners: Iterable[Listener] = (),
        permissions: Permissions | None = None,
    ) -> None:
        self._permissions = permissions
        self._routes: dict[str, Route] = {}
        self._templates: list[_Template] = []
        self._hubs: dict[str, Hub] = {}
        #: The collections whose resources have a document.
        self._documented: dict[str, Service] = {}
        services = list(services)
        for service in services:
            for base in (service.api.base_path, *service.api.aliases):
                self._add(base, service, services)
        for hub in registries:
            for base in (hub.api.base_path, *hub.api.aliases):
                self._hubs[f"{base}/hub"] = hub
        self._listeners = {listener.path: listener for listener in listeners}

    def _add(self, base: str, service: Service, services: list[Service]) -> None:
        spec = service.spec
        path = "/".join((base, *spec.segments))
        route = Route(
            service,
            path,
            _offered(_COLLECTION, spec.collection_methods),
            _offered(_ITEM, spec.item_methods),
            tuple(_parents(service, services)),
        )
        if any(segment.startswith("{") for segment in spec.segments):
            segments = tuple(None if s.startswith("{") else s for s in path.split("/"))
            self._templates.append(_Template(segments, route))
        else:
            self._routes[path] = route
            if service.rules.lines in service.siblings:
                self._documented[path] = service

    def paths(self) -> list[str]:
        """The path of every collection and hub, but for those that hold an id."""
        return [*self._routes, *self._hubs]

    async def handle(self, request: Request) -> Response | None:
        """The answer to a request, or None when its path is not one of ours."""
        response = await self._answer(request)
        if response is None and (plain := normalised(request.path)) != request.path:
            request.path = plain
            response = await self._answer(request)
        return response

    async def _answer(self, request: Request) -> Response | None:
        path = request.path
        route = self._routes.get(path)
        if route is not None:
            return await self._operate(route, request, Target(route.service, path))
        head, _, last = path.rpartition("/")
        route = self._routes.get(head)
        if route is not None and last:
            return await self._operate(route, request, Target(route.service, head, "", last))
        if (hub := self._hubs.get(path)) is not None:
            return await self._on_hub(hub, request)
        if (hub := self._hubs.get(head)) is not None and last:
            return await self._on_subscription(hub, request, last)
        if (listener := self._listeners.get(path)) is not None:
            return await self._on_listener(listener, request)
        collection, _, id = head.rpartition("/")
        if last == DOCUMENT and (service := self._documented.get(collection)) is not None and id:
            return await self._on_document(service, request, id)
        return await self._nested(request) if self._templates else None

    async def _nested(self, request: Request) -> Response | None:
        segments = request.path.split("/")
        for template in self._templates:
            width = len(template.segments)
            ids = _ids(template.segments, segments[:width])
            if ids is None or len(segments) > width + 1:
                continue
            return await self._within(template, request, segments, ids)
        return None

    async def _within(
        self, template: _Template, request: Request, segments: list[str], raw_ids: list[str]
    ) -> Response:
        """The answer of a nested collection. Raises `Missing` where a resource above it is."""
        if request.method == "OPTIONS" and self._permissions is not None:
            # Nobody has said who asks: what is above is not looked at.
            return template.route.refusal(
                request.method, of_item=len(segments) > len(template.segments)
            )
        route, ids = template.route, [decoded(id) for id in raw_ids]
        places = [place for place, segment in enumerate(template.segments) if segment is None]
        holder: Target | None = None
        above = ""
        for depth, (place, parent) in enumerate(zip(places, route.parents, strict=True)):
            if parent is not None:
                service = held(parent, holder, above, request)
                collection = "/".join(segments[:place])
                rights = self._rights_above(request, parent)
                holder = Target(service, collection, _space(ids[:depth]), segments[place], rights)
                await service.records.get(service.collection, ids[depth], holder.scope)
            above = ids[depth]
        width = len(template.segments)
        service = held(route.service, holder, above, request)
        collection, space = "/".join(segments[:width]), _space(ids)
        if len(segments) == width:
            return await self._operate(route, request, Target(service, collection, space))
        return await self._operate(route, request, Target(service, collection, space, segments[-1]))

    async def _operate(self, route: Route, request: Request, target: Target) -> Response:
        """What comes of the method of a request; an item has the end of its path."""
        operation = route.offered(of_item=bool(target.raw_id)).get(request.method)
        if operation is None:
            return route.refusal(request.method, of_item=bool(target.raw_id))
        if self._permissions is not None:
            acts = _ITEM_ACTS if target.raw_id else _COLLECTION_ACTS
            act = acts[request.method]
            if route.service.rules.task and request.method not in READS:
                act = Act.TASK
            rights = self._permissions.rights(request.caller, route.service, act)
            target = target._replace(rights=rights)
        if request.method != "DELETE":  # Whose answer has no content.
            check_accept(request)
        return await operation(target, request)

    def _rights_above(self, request: Request, parent: Service) -> Rights | None:
        """What the caller may of a resource that holds another: to see it, or to change it."""
        if self._permissions is None:
            return None
        act = Act.RETRIEVE if request.method in READS else Act.PATCH
        rights = self._permissions.rights(request.caller, parent, act)
        for embedded in rights.hidden if act is Act.RETRIEVE else rights.fixed:
            if embedded in parent.embeds:
                raise not_allowed(f"Your role may not {act} {embedded} of {parent.spec.name}.")
        return rights

    def _admit(self, request: Request, api: ApiSpec) -> None:
        """Raise `TmfError` (403) for who may not have to do with the events of an API."""
        if self._permissions is not None:
            self._permissions.admit(request.caller, Place(api.number, api.major), Act.HUB)

    async def _on_hub(self, hub: Hub, request: Request) -> Response:
        if request.method not in (*READS, "POST"):
            return not_offered(request.method, [*READS, "POST"])
        self._admit(request, hub.api)
        check_accept(request)
        return await (hubs.register if request.method == "POST" else hubs.list_all)(hub, request)

    async def _on_subscription(self, hub: Hub, request: Request, id: str) -> Response:
        if request.method not in (*READS, "DELETE"):
            return not_offered(request.method, [*READS, "DELETE"])
        self._admit(request, hub.api)
        if request.method == "DELETE":
            return await hubs.remove(hub, request, id)
        check_accept(request)
        return await hubs.show(hub, request, id)

    async def _on_document(self, service: Service, request: Request, raw_id: str) -> Response:
        if request.method not in READS:
            return not_offered(request.method, READS)
        scope = service.scope
        if self._permissions is not None:
            rights = self._permissions.rights(request.caller, service, Act.RETRIEVE)
            if rights.hidden:
                raise not_allowed("Your role does not see all that the document shows.")
            scope = rights.scope
        return await show(service, request, decoded(raw_id), scope)

    async def _on_listener(self, listener: Listener, request: Request) -> Response:
        if request.method != "POST":
            return not_offered(request.method, ["POST"])
        self._admit(request, listener.api)
        check_accept(request)
        return await receive(listener, request)


def _offered(operations: dict[str, Operation], methods: frozenset[str]) -> dict[str, Operation]:
    """The operations a file defines, and HEAD wherever it defines GET (R-107, R-108)."""
    return {m: o for m, o in operations.items() if (m if m != "HEAD" else "GET") in methods}


def _parents(service: Service, services: list[Service]) -> Iterable[Service | None]:
    """The services of the collections above a nested one."""
    segments = service.spec.segments
    for position, segment in enumerate(segments):
        if segment.startswith("{"):
            above = segments[:position]
            found = (s for s in services if s.api is service.api and s.spec.segments == above)
            yield next(found, None)


def _ids(template: tuple[str | None, ...], segments: list[str]) -> list[str] | None:
    """The ids in a path that has the shape of a template, or None."""
    if len(segments) != len(template):
        return None
    if any(
        (t is not None and t != s) or (not s and t is None)
        for t, s in zip(template, segments, strict=True)
    ):
        return None
    return [s for t, s in zip(template, segments, strict=True) if t is None]


def _space(ids: list[str]) -> str:
    """The path of the ids above a nested collection, spelt in one way only."""
    return "/".join(quote(id, safe="") for id in ids)
