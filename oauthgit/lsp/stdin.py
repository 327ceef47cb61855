"""Read messages of an editor within limits."""

import io
from typing import BinaryIO, Final

MAX_BYTES: Final = 64 * 1024 * 1024
"""Most bytes of one message; a longer one is skipped."""
_EMPTY: Final = b"{}"


class BoundedInput(io.RawIOBase):
    """Wrap a stream, so that no message takes more memory than the limit."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read from ``stream``."""
        self._stream = stream

    def readline(self, size: int | None = -1, /) -> bytes:
        """Return a line, cut after the limit."""
        return self._stream.readline(MAX_BYTES if size is None or size < 0 else size)

    def read(self, size: int = -1, /) -> bytes:
        """Return a message, or an empty object in place of one that is too long."""
        if 0 <= size <= MAX_BYTES:
            return self._stream.read(size)
        left = size
        while left > 0 and (part := self._stream.read(min(left, MAX_BYTES))):
            left -= len(part)
        return _EMPTY
