"""Who may go on: a client that asks too often, or for too much at once, waits (429).

A client is who its token says, and where nobody is asked, or nobody known asks, an address. Each
process counts by itself.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from time import monotonic

from handlers.http import Request, Response
from handlers.limiting.buckets import Buckets
from handlers.methods import READS
from handlers.roots import PROBES
from tmf_apis.tmf630.errors import TOO_MANY_REQUESTS, TmfError


class Kind(StrEnum):
    """Kinds of requests, which have limits of their own."""

    READ = "read"
    LIST = "list"
    WRITE = "write"


class Limiter:
    """Counts what clients ask for.

    `rates` are requests a second and `at_once` requests under way, by kind; a kind that is not
    there has no limit. `lists` are the paths whose reads are lists.
    """

    def __init__(
        self,
        rates: Mapping[str, float],
        at_once: Mapping[str, float],
        lists: Collection[str],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._buckets = {Kind(name): Buckets(rate) for name, rate in rates.items()}
        self._most = {Kind(name): int(most) for name, most in at_once.items()}
        self._lists = frozenset(lists)
        self._clock = clock
        self._under_way: Counter[tuple[Kind, str]] = Counter()

    @contextmanager
    def turn(self, request: Request) -> Iterator[None]:
        """A turn for a request, for as long as the block lasts. Raises `TmfError` (429)."""
        if request.path in PROBES:
            yield
            return
        kind, client = self._kind(request), _client(request)
        self._take(kind, client, request)
        most = self._most.get(kind)
        if most is None:
            yield
            return
        place = kind, client
        if self._under_way[place] >= most:
            raise _refused(f"{most} {_SAID[kind]} of yours are under way; wait for them.", 1)
        self._under_way[place] += 1
        try:
            yield
        finally:
            self._under_way[place] -= 1
            if not self._under_way[place]:
                del self._under_way[place]

    def tell(self, request: Request, response: Response) -> None:
        """Let an answer say how much is left (draft-ietf-httpapi-ratelimit-headers-10)."""
        if request.limit is not None:
            kind, taken = request.limit
            buckets = self._buckets[Kind(kind)]
            window = max(1, round(buckets.size / buckets.rate))
            response.headers["RateLimit-Policy"] = f'"{kind}";q={buckets.size};w={window}'
            response.headers["RateLimit"] = f'"{kind}";r={taken.left};t={taken.seconds}'

    def _take(self, kind: Kind, client: str, request: Request) -> None:
        buckets = self._buckets.get(kind)
        if buckets is None:
            return
        taken = buckets.take(client, self._clock())
        request.limit = kind, taken
        if not taken.granted:
            raise _refused(
                f"You send more than {buckets.rate:g} {_SAID[kind]} a second; wait a moment.",
                taken.seconds,
            )

    def _kind(self, request: Request) -> Kind:
        if request.method not in READS and request.method != "OPTIONS":
            return Kind.WRITE
        return Kind.LIST if request.path in self._lists else Kind.READ


def limiter_of(
    rates: Collection[str], at_once: Collection[str], lists: Collection[str]
) -> Limiter | None:
    """The limiter of the settings, in which a limit is `kind=number`; None where there is none."""
    if not rates and not at_once:
        return None
    return Limiter(_by_kind(rates), _by_kind(at_once), lists)


def _by_kind(limits: Collection[str]) -> dict[str, float]:
    return {name: float(most) for name, _, most in (limit.partition("=") for limit in limits)}


def _client(request: Request) -> str:
    """Who asks: the program of a token, whoever uses it, or an address."""
    caller = request.caller
    if caller is None:
        return request.proxies.address(request.peer, request.header)
    claims = caller.claims
    client = claims.get("client_id") or claims.get("azp")
    return f"{claims.get('iss')}\n{client}" if isinstance(client, str) else caller.actor


def _refused(text: str, seconds: int) -> TmfError:
    return TmfError(TOO_MANY_REQUESTS, text, {"Retry-After": str(seconds)})


_SAID = {Kind.READ: "reads", Kind.LIST: "lists", Kind.WRITE: "writes"}
