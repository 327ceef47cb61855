"""An editor: the client of pytest-lsp, with open files and places in them by their text."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

from lsprotocol import types
from pytest_lsp import LanguageClient

PATIENCE = 20.0
"""Seconds that a server may take on a busy machine."""


class Buffer:
    """An open file. Characters are counted as the server and the editor agreed."""

    def __init__(self, editor: "Editor", path: Path, text: str) -> None:
        self.editor, self.path, self.text = editor, path, text
        self.uri = path.as_uri()
        self.document = types.TextDocumentIdentifier(self.uri)
        self._versions = itertools.count(1)
        item = types.TextDocumentItem(self.uri, "yaml", next(self._versions), text)
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, text: str) -> None:
        self.text = text
        document = types.VersionedTextDocumentIdentifier(next(self._versions), self.uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.editor.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def replace(self, old: str, new: str) -> None:
        assert old in self.text
        self.change(self.text.replace(old, new, 1))

    def close(self) -> None:
        self.editor.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document))

    def position(self, snippet: str, offset: int = 0) -> types.Position:
        """Return the position of a snippet that is in the text once, and ``offset`` characters behind its start."""
        start = self.text.index(snippet) + offset
        before = self.text[:start].rpartition("\n")[2]
        return types.Position(self.text.count("\n", 0, start), self.editor.units(before))

    def at(self, range_: types.Range) -> str:
        """Return the text of a range on one line."""
        line = self.text.split("\n")[range_.start.line].encode(self.editor.encoding)
        assert range_.start.line == range_.end.line
        return line[range_.start.character * self.editor.size : range_.end.character * self.editor.size].decode(
            self.editor.encoding
        )

    async def diagnostics(self, wanted: Callable[[Sequence[types.Diagnostic]], bool]) -> Sequence[types.Diagnostic]:
        return await self.editor.diagnostics(self.uri, wanted)

    async def codes(self, *codes: str) -> Sequence[types.Diagnostic]:
        """Wait until the diagnostics have exactly these codes, in their order."""
        return await self.diagnostics(lambda found: [each.code for each in found] == [*codes])

    async def hover(self, snippet: str, offset: int = 0) -> str:
        params = types.HoverParams(self.document, self.position(snippet, offset))
        found = await self.editor.client.text_document_hover_async(params)
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def complete(self, snippet: str) -> dict[str, types.CompletionItem]:
        """Return the completions at the end of a snippet, by label."""
        params = types.CompletionParams(self.document, self.position(snippet, len(snippet)))
        found = await self.editor.client.text_document_completion_async(params)
        assert found is None or isinstance(found, types.CompletionList)
        return {item.label: item for item in found.items} if found else {}

    async def actions(self, snippet: str, *kinds: str) -> dict[str, types.CodeAction]:
        """Return the edits that are offered at a snippet, by title."""
        start = self.position(snippet)
        context = types.CodeActionContext([], only=[*kinds] or None)
        params = types.CodeActionParams(self.document, types.Range(start, start), context)
        found = await self.editor.client.text_document_code_action_async(params)
        return {action.title: action for action in found or () if isinstance(action, types.CodeAction)}

    def apply(self, edits: Sequence[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit]) -> str:
        """Return the text with one edit."""
        (edit,) = edits
        assert isinstance(edit, types.TextEdit)
        start, end = self._offset(edit.range.start), self._offset(edit.range.end)
        return self.text[:start] + edit.new_text + self.text[end:]

    def _offset(self, position: types.Position) -> int:
        lines = self.text.split("\n")
        before = lines[position.line].encode(self.editor.encoding)[: position.character * self.editor.size]
        return sum(len(line) + 1 for line in lines[: position.line]) + len(before.decode(self.editor.encoding))


class Editor:
    """The client of one server process."""

    def __init__(self, client: LanguageClient, encoding: str, registered: Sequence[types.Registration]) -> None:
        self.client = client
        self.registered = registered
        self.on_publish: Callable[[types.PublishDiagnosticsParams], None] | None = None
        self.encoding = "utf-8" if encoding == types.PositionEncodingKind.Utf8 else "utf-16-le"
        self.size = 1 if self.encoding == "utf-8" else 2

    def units(self, text: str) -> int:
        return len(text.encode(self.encoding)) // self.size

    def open(self, path: Path, text: str | None = None) -> Buffer:
        return Buffer(self, path, path.read_bytes().decode() if text is None else text)

    async def diagnostics(
        self, uri: str, wanted: Callable[[Sequence[types.Diagnostic]], bool]
    ) -> Sequence[types.Diagnostic]:
        """Wait for diagnostics of a file."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not wanted(found := self.client.diagnostics.get(uri, ())):
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError([(each.code, each.message) for each in found])
            await asyncio.sleep(0.01)
        return found


def capabilities(encoding: types.PositionEncodingKind = types.PositionEncodingKind.Utf16) -> types.ClientCapabilities:
    """Return what an editor can do that renders Markdown and watches files."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[encoding]),
        workspace=types.WorkspaceClientCapabilities(
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        ),
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
                related_information=True, version_support=True, code_description_support=True
            ),
        ),
    )
