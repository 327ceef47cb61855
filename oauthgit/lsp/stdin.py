"""Read messages of an editor without a thread, and within limits.

With a thread in the process, projects would not be checked on several processors (``pipeline/engine/workers.py``).
"""

import asyncio
import os
import stat
import sys
from typing import BinaryIO, Final

from pygls.io_ import StdinAsyncReader

MAX_BYTES: Final = 64 * 1024 * 1024
"""Most bytes of one message; a longer one is skipped."""
_CHUNK_SIZE: Final = 64 * 1024
_EMPTY: Final = b"{}"


class BoundedReader:
    """Read lines and messages of a stream."""

    def __init__(self, stream: "asyncio.StreamReader | StdinAsyncReader") -> None:
        """Read from ``stream``."""
        self._stream = stream

    async def readline(self) -> bytes:
        """Return a line, empty at the end; one that is too long becomes a blank."""
        try:
            return await self._stream.readline()
        except ValueError:
            return b" \n"

    async def readexactly(self, size: int) -> bytes:
        """Return a message, or an empty object in place of one that is too long.

        The result is empty at the end of the stream.
        """
        try:
            if size <= MAX_BYTES:
                return await self._stream.readexactly(size)
            for start in range(0, size, _CHUNK_SIZE):
                if not await self._stream.readexactly(min(_CHUNK_SIZE, size - start)):
                    return b""
        except asyncio.IncompleteReadError:
            return b""
        return _EMPTY


async def open_reader(stdin: BinaryIO) -> BoundedReader:
    """Return a reader of a pipe; a thread reads anything else, and on Windows."""
    stream = asyncio.StreamReader(limit=_CHUNK_SIZE)
    mode = os.fstat(stdin.fileno()).st_mode
    if sys.platform == "win32" or not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return BoundedReader(StdinAsyncReader(stdin))
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), stdin)
    return BoundedReader(stream)
