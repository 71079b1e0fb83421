"""Where a job may read and write: folders and hosts that the operator names (R-620-11).

A file is what its path leads to, symbolic links followed; a host is asked at an address that no
callback would be refused at, and is not followed elsewhere.
"""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

import httpx

from handlers.notifications.names import addresses_of
from handlers.tasks.task import Failed
from handlers.trust import trusted
from tmf_apis.settings import Settings
from tmf_apis.tmf630.callbacks import CallbackRules, address_fault, host_fault, literal, plain_host

#: The largest file that is read or written, packed or not, and seconds a host has for each piece.
MAX_FILE, PATIENCE = 2 * 1024**3, 30.0
PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Places:
    """What is open to jobs: folders, and hosts under the rules of callbacks."""

    folders: Sequence[Path]
    hosts: Sequence[str]
    rules: CallbackRules

    @asynccontextmanager
    async def reading(self, url: str) -> AsyncIterator[BinaryIO]:
        """The file at a URL, which may be sought in. Raises `Failed`."""
        if _is_remote(url):
            with TemporaryFile() as fetched:
                await self._fetch(url, fetched)
                fetched.seek(0)
                yield fetched
            return
        path = self._path(url)
        try:
            file = path.open("rb")
        except OSError as error:
            raise Failed(f"{url}: {error.strerror}") from error
        with file:
            yield file

    @asynccontextmanager
    async def writing(self, url: str, name: str) -> AsyncIterator[BinaryIO]:
        """A file that is at a URL once the block ends well, whole; `name` keeps those of several
        jobs apart. Raises `Failed`.
        """
        if _is_remote(url):
            with TemporaryFile() as file:
                yield file
                file.seek(0)
                await self._send(url, file)
            return
        path = self._path(url)
        part = path.with_name(f"{path.name}.{name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            raise Failed(f"{url}: {error.strerror}") from error
        finally:
            part.unlink(missing_ok=True)

    def _path(self, url: str) -> Path:
        """The file that a URL or a path names, in an open folder."""
        parts = urlsplit(url)
        if parts.scheme not in ("", "file") or parts.netloc not in ("", "localhost"):
            raise Failed(f"{url}: a file, http or https is needed")
        if not self.folders:
            raise Failed(f"{url}: no folder is open to jobs (TMF_JOBS_FOLDERS)")
        given = Path(unquote(parts.path) if parts.scheme else url)
        for folder in self.folders:
            home = folder.resolve()
            try:
                path = (home / given).resolve()
            except (OSError, ValueError) as error:
                raise Failed(f"{url}: no path of a file") from error
            if path.is_relative_to(home) and path != home:
                return path
        raise Failed(f"{url}: in no folder that is open to jobs (TMF_JOBS_FOLDERS)")

    async def _fetch(self, url: str, file: BinaryIO) -> None:
        size = 0
        async with await self._client(url) as client, client.stream("GET", url) as answer:
            _demand_ok(url, answer)
            async for piece in answer.aiter_raw(PIECE):
                size += len(piece)
                if size > MAX_FILE:
                    raise Failed(f"{url}: larger than {MAX_FILE} bytes")
                file.write(piece)

    async def _send(self, url: str, file: BinaryIO) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            while piece := file.read(PIECE):
                yield piece

        async with await self._client(url) as client:
            _demand_ok(url, await client.put(url, content=pieces()))

    async def _client(self, url: str) -> "_Client":
        """A client that reaches one host only, at an address that was judged."""
        parts = urlsplit(url)
        host = plain_host(parts.hostname or "")
        if not any(fnmatchcase(host, name) for name in self.hosts):
            raise Failed(f"{url}: {host} is not open to jobs (TMF_JOBS_HOSTS)")
        found = literal(host)
        addresses = [found] if found is not None else await addresses_of(host)
        if not addresses:
            raise Failed(f"{url}: {host} has no address")
        fault = host_fault(host, self.rules)
        if fault or any(address_fault(address, self.rules) for address in addresses):
            raise Failed(f"{url}: {host} has an address that this server does not go to")
        return _Client(host, str(addresses[0]))


class _Client(httpx.AsyncClient):
    """A client whose connections go to one address, whatever the name of a host says meanwhile."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            verify=trusted(), timeout=PATIENCE, trust_env=False, follow_redirects=False
        )
        self._pinned = (host, address)

    async def send(self, request: httpx.Request, **options: object) -> httpx.Response:
        """Send a request to the address."""
        _, address = self._pinned
        request.extensions["sni_hostname"] = request.url.host
        request.url = request.url.copy_with(host=address)
        try:
            return await super().send(request, **options)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            raise Failed(f"{self._pinned[0]} does not answer") from error


def places(settings: Settings) -> Places:
    """The places that the settings open."""
    rules = CallbackRules(networks=settings.callback_networks, development=settings.development)
    return Places(settings.jobs_folders, settings.jobs_hosts, rules)


def _is_remote(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


def _demand_ok(url: str, answer: httpx.Response) -> None:
    if answer.is_redirect:
        raise Failed(f"{url}: answers with a redirect, which is not followed")
    if not answer.is_success:
        raise Failed(f"{url}: answers {answer.status_code}")
