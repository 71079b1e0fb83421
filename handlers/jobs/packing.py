"""Files of jobs as they are packed: gzip or plain, a JSON array or JSON lines."""

from gzip import BadGzipFile, GzipFile
from io import RawIOBase
from typing import BinaryIO, cast
from zlib import error as ZlibError

from handlers.jobs.places import MAX_FILE
from handlers.tasks.task import Failed

_GZIP = b"\x1f\x8b"
#: What a file of lines is called by its media type, and by the end of its name.
_LINES = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")
_LINE_ENDINGS = (".jsonl", ".ndjson", ".jsonlines")


class Unpacked(RawIOBase):
    """A packed file as it is inside; whoever reads more of it than allowed gets `Failed`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = GzipFile(fileobj=file)

    def readable(self) -> bool:
        """Whether it can be read: it can."""
        return True

    def seekable(self) -> bool:
        """Whether it can be sought in: it can, by beginning anew."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to a place."""
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """What comes next."""
        try:
            piece = self._file.read(size)
        except (EOFError, BadGzipFile, ZlibError) as error:
            raise Failed(f"the file is cut short or not gzip: {error}") from error
        if self._file.tell() > MAX_FILE:
            raise Failed(f"the file has more than {MAX_FILE} bytes inside")
        return piece

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line, or the start of a long one."""
        try:
            piece = self._file.readline(-1 if size is None else size)
        except (EOFError, BadGzipFile, ZlibError) as error:
            raise Failed(f"the file is cut short or not gzip: {error}") from error
        if self._file.tell() > MAX_FILE:
            raise Failed(f"the file has more than {MAX_FILE} bytes inside")
        return piece


def unpacked(file: BinaryIO) -> BinaryIO:
    """A file as it is inside: of one that begins as gzip what is packed in it."""
    packed = file.read(len(_GZIP)) == _GZIP
    file.seek(0)
    return cast(BinaryIO, Unpacked(file)) if packed else file


class Writer:
    """Writes records into a file, in the form that its name and media type ask for."""

    def __init__(self, file: BinaryIO, url: str, media_type: str) -> None:
        name = url.lower()
        packed = name.endswith(".gz") or "gzip" in media_type
        name = name.removesuffix(".gz")
        self._lines = media_type in _LINES or name.endswith(_LINE_ENDINGS)
        self._gzip = GzipFile(fileobj=file, mode="wb", mtime=0, filename="") if packed else None
        self._file = self._gzip or file
        self._begun = False

    def write(self, record: bytes) -> None:
        """Add an encoded record."""
        if self._lines:
            self._file.write(record + b"\n")
        else:
            self._file.write((b",\n" if self._begun else b"[\n") + record)
        self._begun = True

    def close(self) -> None:
        """End the file, which stays open for whoever opened it."""
        if not self._lines:
            self._file.write(b"\n]\n" if self._begun else b"[]\n")
        if self._gzip is not None:
            self._gzip.close()
