"""Answer the questions of an editor about a place in a file."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from oauthgit.lsp.actions import FIX_ALL, MOVE, QUICK_FIX, list_actions
from oauthgit.lsp.completion import complete
from oauthgit.lsp.hover import describe
from oauthgit.lsp.inlay_hints import list_hints
from oauthgit.lsp.navigation import find_definition, find_references
from oauthgit.lsp.positions import Positions
from oauthgit.lsp.protocol import completions, markup, path_of
from oauthgit.lsp.view import View
from oauthgit.model.workspace import File

if TYPE_CHECKING:
    from oauthgit.lsp.server import Server

_TRIGGERS: Final = [":", " ", "[", "{", ","]


def answers(server: "Server") -> Iterator[tuple[str, Callable[[Any], Awaitable[Any]], Any]]:
    """Yield the method, the function and the options of each question."""
    of = _Answers(server)
    yield types.TEXT_DOCUMENT_HOVER, of.hover, None
    yield types.TEXT_DOCUMENT_COMPLETION, of.complete, types.CompletionOptions(trigger_characters=_TRIGGERS)
    yield types.TEXT_DOCUMENT_DEFINITION, of.find_definition, None
    yield types.TEXT_DOCUMENT_REFERENCES, of.find_references, None
    kinds = types.CodeActionOptions(code_action_kinds=[QUICK_FIX, MOVE, FIX_ALL])
    yield types.TEXT_DOCUMENT_CODE_ACTION, of.list_actions, kinds
    yield types.TEXT_DOCUMENT_INLAY_HINT, of.list_hints, None


class _Answers:
    """Answer from views of the current texts."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """Return the description of a value."""
        question = await self._find(params)
        if question is None:
            return None
        view, file, (line, column) = question
        answer = partial(describe, with_schema=self._server.uses_schema(file))
        text = await self._server.answer(answer, view, file.path, line, column)
        hovering = (
            self._server.client_capabilities.text_document and self._server.client_capabilities.text_document.hover
        )
        formats = (hovering.content_format if hovering else None) or ()
        return types.Hover(markup(text, formats)) if text else None

    async def complete(self, params: types.CompletionParams) -> types.CompletionList | None:
        """Return completions; a broken file is completed from the last view."""
        path = path_of(params.text_document.uri)
        root = next(iter(self._server.session.roots_of(path)), None) if path else None
        view = root and (self._server.session.last_view(root) or await self._server.check(root))
        file = self._server.session.file_of(path, root) if path and root else None
        if not view or file is None:
            return None
        positions = Positions(file.content, self._server.workspace.position_codec)
        line, column = positions.place(params.position)
        found = await self._server.work(
            partial(complete, with_schema=self._server.uses_schema(file)), view, file, line, column
        )
        return completions(found, positions, line, column)

    async def find_definition(self, params: types.DefinitionParams) -> types.Location | None:
        """Return the place that a value leads to."""
        question = await self._find(params)
        if question is None:
            return None
        view, file, place = question
        found = await self._server.answer(find_definition, view, file.path, *place)
        return self._server.converter(view).location(found) if found else None

    async def find_references(self, params: types.ReferenceParams) -> list[types.Location]:
        """Return the places that a value is used in."""
        question = await self._find(params)
        if question is None:
            return []
        view, file, place = question
        found = await self._server.answer(find_references, view, file.path, *place)
        return [*map(self._server.converter(view).location, found)]

    async def list_actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Return the edits for a range."""
        question = await self._find(params, params.range.start)
        if question is None:
            return []
        view, file, (line, column) = question
        converter = self._server.converter(view)
        last, _ = converter.positions(file.path).place(params.range.end)
        kinds = params.context.only or ()
        found = await self._server.answer(list_actions, view, file.path, (line, last), column, kinds)
        workspace = self._server.client_capabilities.workspace
        compares = bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)
        versions = self._server.versions() if compares else None
        return [converter.action(action, versions) for action in found]

    async def list_hints(self, params: types.InlayHintParams) -> list[types.InlayHint]:
        """Return the annotations in a range."""
        question = await self._find(params, params.range.start)
        if question is None:
            return []
        view, file, (first, _) = question
        positions = self._server.converter(view).positions(file.path)
        last, _ = positions.place(params.range.end)
        found = await self._server.answer(list_hints, view, file.path, first, last)
        return [
            types.InlayHint(positions.position(hint.line, hint.column), hint.text, padding_left=True) for hint in found
        ]

    async def _find(
        self, params: Any, position: types.Position | None = None
    ) -> tuple[View, File, tuple[int, int]] | None:
        """Return the view, the file and the place of a question, or None elsewhere."""
        path = path_of(params.text_document.uri)
        for root in self._server.session.roots_of(path) if path else ():
            view = await self._server.check(root)
            file = view.file(self._server.session.place_of(path, root)) if view and path else None
            if view and file:
                place = Positions(file.content, self._server.workspace.position_codec).place(
                    position or params.position
                )
                return view, file, place
        return None
