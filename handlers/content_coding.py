"""Bodies that come compressed (RFC 9110, section 8.4): gzip, and no more than fits the limit."""

import zlib

from tmf_apis.memory import remembering
from tmf_apis.tmf630.errors import MALFORMED_BODY, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, TmfError

_GZIP = ("gzip", "x-gzip")
#: Tells zlib that a header and a checksum of gzip are around the data.
_GZIP_WINDOW = 31


@remembering(1 << 14)
def is_zipped(coding: str) -> bool:
    """Whether a `Content-Encoding` says that a body is in gzip.

    Raises `TmfError` (415) for a coding that is not read, and for several.
    """
    name = coding.strip().lower()
    if name not in (*_GZIP, "identity", ""):
        raise TmfError(
            UNSUPPORTED_MEDIA_TYPE,
            f"Content-Encoding: {coding} is not read; send gzip, or the body as it is.",
            {"Accept-Encoding": "gzip"},
        )
    return name in _GZIP


def unzipped(body: bytes, limit: int) -> bytes:
    """What a body in gzip holds.

    Raises `TmfError`: 413 when that is more than `limit` bytes, of which no more than those are
    unpacked; 400 when it is no gzip, not whole, or followed by more.
    """
    reader = zlib.decompressobj(_GZIP_WINDOW)
    try:
        found = reader.decompress(body, limit + 1)
    except zlib.error as error:
        raise TmfError(MALFORMED_BODY, "The body is not in gzip, as it says.") from error
    if len(found) > limit:
        raise TmfError(TOO_LARGE, f"The body is larger than {limit} bytes, unzipped; send less.")
    if not reader.eof or reader.unused_data:
        raise TmfError(MALFORMED_BODY, "The body is not one whole piece of gzip.")
    return found
