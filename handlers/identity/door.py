"""Who is let in where: some paths are for everybody, the others for who says who they are.

What is open tells what the suite is (pages, files, probes), never what is kept in it.
"""

from collections.abc import Collection

from handlers.http import Request
from handlers.identity.identity import Identity
from handlers.identity.refusals import malformed
from handlers.methods import READS


class Door:
    """Stands before every path; those in `open` are for everybody, those below `pages` are for
    people, whose browsers cannot send a bearer token by themselves.
    """

    def __init__(self, identity: Identity, open: Collection[str], pages: Collection[str]) -> None:
        self._identity = identity
        self._open = frozenset(open)
        self._pages = tuple(f"{page}/" for page in pages)

    async def admit(self, request: Request) -> None:
        """Know who asks from here on. Raises `TmfError`: 401, 400, 503.

        A browser asks by OPTIONS what it may send before it sends who asks.
        """
        if request.query and "access_token=" in request.query:
            raise malformed("access_token: send the token in Authorization; addresses are logged.")
        request.caller = self._identity.recognised(request)
        if request.caller is not None or request.path in self._open or request.method == "OPTIONS":
            return
        on_page = request.method in READS and f"{request.path}/".startswith(self._pages)
        request.caller = await self._identity.identify(request, on_page=on_page)
