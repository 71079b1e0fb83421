"""Memory of large documents, which the system gets back."""

import ctypes
from contextlib import suppress

#: Bytes from which on a piece of memory is the system's again as soon as it is free.
LARGE = 1 << 20
_M_MMAP_THRESHOLD = -3


def give_back_large() -> None:
    """Have the C library keep no large piece of memory that is free.

    Left to itself glibc takes a piece that was freed as a sign to keep all of that size from then
    on, up to 32 MB, and small ones settle in them: one body of 4 MB costs tens of megabytes for
    ever. Other libraries have no such setting.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE)
