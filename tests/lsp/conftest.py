"""A server process for the tests of a module, and an editor that it serves."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest_asyncio
from coverage import Coverage
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

from support.editor import Editor, capabilities
from support.paths import REPOSITORY


@asynccontextmanager
async def serving(encoding: types.PositionEncodingKind, **options: str) -> AsyncIterator[Editor]:
    """Start a server, which is measured if its tests are, and end it as editors do."""
    measured = {
        "COVERAGE_PROCESS_START": str(REPOSITORY / "pyproject.toml"),
        "COVERAGE_FILE": str(REPOSITORY / ".coverage"),
    }
    variables = {**os.environ, **(measured if Coverage.current() else {})}
    command = [sys.executable, "-m", "oauthgit", "lsp"]
    client = await ClientServerConfig(server_command=command, server_env=variables).start()
    assert isinstance(client, LanguageClient)
    registered: list[types.Registration] = []

    def register(params: types.RegistrationParams) -> None:
        registered.extend(params.registrations)

    client.feature(types.CLIENT_REGISTER_CAPABILITY)(register)

    params = types.InitializeParams(capabilities(encoding), initialization_options=options)
    answer = await client.initialize_session(params)
    editor = Editor(client, answer.capabilities.position_encoding or "", registered)

    def publish(params: types.PublishDiagnosticsParams) -> None:
        client.diagnostics[params.uri] = params.diagnostics
        if editor.on_publish:
            editor.on_publish(params)

    client.protocol.fm.features.pop(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(publish)
    yield editor
    await client.shutdown_session()
    await client.stop()  # type: ignore[no-untyped-call]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor() -> AsyncIterator[Editor]:
    """Return an editor that counts in UTF-16 and has no other server for YAML."""
    async with serving(types.PositionEncodingKind.Utf16, schema="on") as started:
        yield started
