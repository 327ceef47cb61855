"""Read compressed answers within a limit.

Some servers compress without a request to do so.
"""

import zlib
from typing import Final

_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""The parameters of zlib for the content codings of RFC 9110 section 8.4.1."""


def decompress(content: bytes, coding: str, most: int) -> tuple[bytes, bool] | None:
    """Return at most ``most`` bytes, and True if these are all.

    Return None if ``content`` is not compressed, compressed by another method, or damaged.
    """
    window = _WINDOWS.get(coding.strip().lower())
    if window is None:
        return None
    stream = zlib.decompressobj(window)
    try:
        plain = stream.decompress(content, most)
    except zlib.error:
        return None
    return plain, stream.eof
