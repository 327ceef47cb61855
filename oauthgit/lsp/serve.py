"""Run the language server on standard input and output."""

import asyncio
import logging
from contextlib import suppress
from threading import Event
from typing import BinaryIO

from pygls.io_ import StdoutWriter, run_async

from oauthgit.lsp.server import Server
from oauthgit.lsp.stdin import open_reader


def serve(search: str, stdin: BinaryIO, stdout: BinaryIO) -> bool:
    """Serve one editor until it ends; return True if it shut the server down first."""
    logging.getLogger("pygls").addHandler(logging.NullHandler())
    logging.getLogger("pygls").propagate = False  # its messages contain texts of files
    server = Server(search)
    with suppress(BrokenPipeError, KeyboardInterrupt, SystemExit):
        asyncio.run(_serve(server, stdin, stdout))
    return server.has_shut_down


async def _serve(server: Server, stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Handle messages until the stream ends."""
    server.protocol.set_writer(StdoutWriter(stdout))
    reader = await open_reader(stdin)
    await run_async(Event(), reader, server.protocol, error_handler=server.report_server_error)
