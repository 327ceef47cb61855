"""Convert findings, places and edits to types of the protocol."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

from lsprotocol import types
from pygls import IS_WIN
from pygls.uris import to_fs_path
from pygls.workspace import PositionCodec

from oauthgit.lsp.actions import Action
from oauthgit.lsp.completion import Completion, Item
from oauthgit.lsp.positions import Positions
from oauthgit.lsp.view import View
from oauthgit.model.annotations import details, sanitize
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.fix import Remove
from oauthgit.model.location import Location
from oauthgit.model.schema import find_home

_SEVERITIES: Final = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
_KINDS: Final = {
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.Value,
    "reference": types.CompletionItemKind.Reference,
}
_RELATED: Final = 20


class Converter:
    """Convert for one view; ``uri_of`` returns the URI of an absolute path."""

    def __init__(self, view: View, codec: PositionCodec, uri_of: Callable[[str], str]) -> None:
        """Take the negotiated encoding of positions as ``codec``."""
        self._view = view
        self._codec = codec
        self._uri_of = uri_of
        self._positions: dict[str, Positions] = {}

    def uri(self, path: str) -> str:
        """Return the URI of a file, whose path may be relative to the root."""
        return self._uri_of(
            os.path.normpath(f"{self._view.project.workspace.root}/{path}" if path[:1] != "/" else path)
        )

    def positions(self, path: str) -> Positions:
        """Return the converter of places in a file."""
        if path not in self._positions:
            file = self._view.file(path)
            self._positions[path] = Positions(file.content if file else b"", self._codec)
        return self._positions[path]

    def location(self, location: Location) -> types.Location:
        """Return a place with its URI."""
        return types.Location(self.uri(location.file), self._range(location))

    def diagnostic(self, finding: Finding) -> types.Diagnostic:
        """Return a finding with its targets, its advice and the page of its rule."""
        related = [
            types.DiagnosticRelatedInformation(self.location(each.location), sanitize(each.message))
            for each in finding.related[:_RELATED]
        ]
        return types.Diagnostic(
            self._range(finding.location),
            "\n".join((sanitize(finding.message), *details(finding._replace(related=())))),
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            code_description=types.CodeDescription(page_of(finding.code)),
            source="oauthgit",
            tags=[types.DiagnosticTag.Unnecessary] if isinstance(finding.fix, Remove) else None,
            related_information=related or None,
        )

    def action(self, action: Action, versions: Mapping[str, int | None] | None) -> types.CodeAction:
        """Return an edit as offered to the editor, with the versions of open files.

        Without ``versions`` it has the form for editors that do not compare them.
        """
        changes = {self.uri(path): [self._edit(path, *contents)] for path, contents in action.contents.items()}
        edits = [
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(uri, versions.get(uri) if versions else None), found
            )
            for uri, found in changes.items()
        ]
        edit = types.WorkspaceEdit(changes) if versions is None else types.WorkspaceEdit(document_changes=edits)
        return types.CodeAction(
            action.title,
            kind=action.kind,
            diagnostics=[self.diagnostic(action.finding)] if action.finding else None,
            is_preferred=action.is_preferred or None,
            edit=edit,
        )

    def _range(self, location: Location) -> types.Range:
        positions = self.positions(location.file)
        return types.Range(
            positions.position(location.line, location.column),
            positions.position(location.end_line, location.end_column),
        )

    def _edit(self, path: str, old: bytes, new: bytes) -> types.TextEdit:
        """Return the smallest edit of one range that makes the new content of the old."""
        before, after = old.decode(errors="replace"), new.decode(errors="replace")
        start = _count_equal(before, after)
        tail = _count_equal(before[start:][::-1], after[start:][::-1])
        positions = self.positions(path)
        around = types.Range(positions.at(start), positions.at(len(before) - tail))
        return types.TextEdit(around, after[start : len(after) - tail])


def _count_equal(one: str, other: str) -> int:
    """Return how many characters at the start of two texts are equal."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def completions(found: Completion, positions: Positions, line: int, column: int) -> types.CompletionList:
    """Return completions that replace the text before the cursor at a place."""
    around = types.Range(positions.position(line, column - found.replaced), positions.position(line, column))
    return types.CompletionList(is_incomplete=False, items=[_item(item, around) for item in found.items])


def _item(item: Item, around: types.Range) -> types.CompletionItem:
    return types.CompletionItem(
        item.label,
        kind=_KINDS[item.kind],
        detail=item.detail or None,
        documentation=item.documentation or None,
        filter_text=item.label,
        text_edit=types.TextEdit(around, item.text or item.label),
    )


def page_of(code: str) -> str:
    """Return the URI of the packaged page of a rule."""
    return Path(find_home("docs"), "docs", "rules", f"{code}.md").as_uri()


def path_of(uri: str) -> str | None:
    """Return the absolute path of a file's URI, or None for another URI.

    On Windows its host may be a file server; elsewhere it is this machine (RFC 8089).
    """
    parts = urlsplit(uri)
    if parts.scheme != "file" or IS_WIN:
        return to_fs_path(uri) if parts.scheme == "file" else None
    path = os.fsdecode(unquote_to_bytes(parts.path))
    return path if parts.netloc in {"", "localhost"} and path.startswith("/") and "\0" not in path else None


def markup(text: str, formats: Iterable[types.MarkupKind]) -> types.MarkupContent:
    """Return Markdown, marked as plain text for a client that does not render it."""
    kinds = list(formats)
    is_rendered = not kinds or types.MarkupKind.Markdown in kinds
    return types.MarkupContent(types.MarkupKind.Markdown if is_rendered else types.MarkupKind.PlainText, text)
