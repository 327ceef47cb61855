"""Take the changes of an editor, check projects, and publish diagnostics."""

import asyncio
import gc
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException
from pygls.lsp.server import LanguageServer

from oauthgit import __version__
from oauthgit.lsp.answers import answers
from oauthgit.lsp.futures import ForgettingProtocol
from oauthgit.lsp.guards import guard, guard_change
from oauthgit.lsp.protocol import Converter, path_of
from oauthgit.lsp.session import Session
from oauthgit.lsp.view import View
from oauthgit.model.errors import UsageError
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.workspace import File
from oauthgit.pipeline import report_of

if TYPE_CHECKING:
    from oauthgit.model.finding import Finding

_PAUSE: Final = 0.001
"""Seconds in which messages are read that came during a check."""
DEBOUNCE: Final = 0.15
"""Seconds without a change before a project is checked."""
SCHEMA: Final = ("auto", "on", "off")
"""Values of the setting ``schema``; ``auto`` means off in files that name their schema for yaml-language-server."""
_MODELINE: Final = b"# yaml-language-server:"
_WATCHED: Final = ("**/configs/**", "**/.sops.yaml", "**/.github/workflows/*")

_Result = TypeVar("_Result")


class Server(LanguageServer):
    """Hold the session of one editor, and answer its requests.

    Projects are checked and questions answered one after another, between the messages.
    """

    def __init__(self, search: str) -> None:
        """Prepare the answers; ``search`` is the PATH for git."""
        super().__init__(
            "oauthgit",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=ForgettingProtocol,
        )
        self.session = Session(search)
        self.has_shut_down = False
        self._schema = SCHEMA[0]
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._uris: dict[str, str] = {}
        self._published: dict[str, dict[str, list[types.Diagnostic]]] = {}
        self._shown: set[str] = set()
        self._register()

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log the kind of an error; its text may contain a secret."""
        if isinstance(error, JsonRpcContentModified):
            return
        kind = type(error.__cause__ or error).__name__
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"oauthgit: {kind} ({source})"))

    def _register(self) -> None:
        changes: dict[str, Callable[[Any], None]] = {
            types.INITIALIZE: self._initialize,
            types.SHUTDOWN: self._shut_down,
            types.TEXT_DOCUMENT_DID_OPEN: self._open,
            types.TEXT_DOCUMENT_DID_CHANGE: self._change,
            types.TEXT_DOCUMENT_DID_CLOSE: self._close,
            types.TEXT_DOCUMENT_DID_SAVE: self._notice,
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: self._notice,
            types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: self._change_folders,
        }
        for method, change in changes.items():
            self.feature(method)(guard_change(change))
        every = types.FileOperationRegistrationOptions([types.FileOperationFilter(types.FileOperationPattern("**/*"))])
        for method in (
            types.WORKSPACE_DID_CREATE_FILES,
            types.WORKSPACE_DID_RENAME_FILES,
            types.WORKSPACE_DID_DELETE_FILES,
        ):
            self.feature(method, every)(guard_change(self._notice))
        self.feature(types.INITIALIZED)(guard(self._initialized))
        for method, answer, options in answers(self):
            self.feature(method, options)(guard(answer))

    def _initialize(self, params: types.InitializeParams) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # its messages contain answers
        options = params.initialization_options
        schema = options.get("schema", SCHEMA[0]) if isinstance(options, dict) else SCHEMA[0]
        if schema in SCHEMA:
            self._schema = schema
        else:
            self._show(f'the setting "schema" must be one of {", ".join(SCHEMA)}, so it is {self._schema}')
        self._add_folders([folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""])

    async def _initialized(self, _: types.InitializedParams) -> None:
        workspace = self.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if watching and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            registration = types.Registration("files", method, options)
            with suppress(JsonRpcException):  # the client refuses: each check reads the disk anyway
                await self.client_register_capability_async(types.RegistrationParams([registration]))

    def _shut_down(self, _: None) -> None:
        self.has_shut_down = True

    def _change_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        for path in filter(None, (path_of(folder.uri) for folder in params.event.removed)):
            self.session.remove_folder(path)
        self._add_folders([folder.uri for folder in params.event.added])

    def _add_folders(self, uris: Iterable[str]) -> None:
        for path in filter(None, map(path_of, uris)):
            self.session.add_folder(path)
        self._schedule_all()

    def _open(self, params: types.DidOpenTextDocumentParams) -> None:
        if path := path_of(params.text_document.uri):
            self._uris[path] = params.text_document.uri
            self._edit(path, params.text_document.text)

    def _change(self, params: types.DidChangeTextDocumentParams) -> None:
        if (path := path_of(params.text_document.uri)) and path in self._uris:
            self._edit(path, self.workspace.get_text_document(params.text_document.uri).source)

    def _close(self, params: types.DidCloseTextDocumentParams) -> None:
        if path := path_of(params.text_document.uri):
            self._edit(path, None)
            self._uris.pop(path, None)

    def _edit(self, path: str, text: str | None) -> None:
        before = self.session.roots
        self.session.edit(path, text)
        for root in {*before} ^ {*self.session.roots} | {*self.session.roots_of(path)}:
            self._schedule(root)

    def _notice(self, _: object) -> None:
        self.session.touch()
        self._schedule_all()

    def _schedule_all(self) -> None:
        """Check all projects, and remove the diagnostics of those that are gone."""
        for root in dict.fromkeys((*self.session.roots, *self._published)):
            self._schedule(root)

    def _schedule(self, root: str) -> None:
        """Check a project after a while without changes."""
        if root in self._timers:
            self._timers[root].cancel()
        self._timers[root] = asyncio.get_running_loop().call_later(DEBOUNCE, self._begin, root)

    def _begin(self, root: str) -> None:
        del self._timers[root]
        task = asyncio.get_running_loop().create_task(self._publish(root))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _publish(self, root: str) -> None:
        try:
            view = await self.check(root) if root in self.session.roots else None
            found = await self.work(self._diagnose, view) if view else {}
        except Exception as error:  # noqa: BLE001 - the server goes on, and the text may contain a secret
            self.report_server_error(error, "check")
            return
        if view is not None and view.state != self.session.state:
            if root not in self._timers:
                self._schedule(root)
            return
        before = self._published.pop(root, {})
        if found:
            self._published[root] = found
        for uri in dict.fromkeys((*before, *found)):
            if before.get(uri, []) != found.get(uri, []):
                every = [each for of_root in self._published.values() for each in of_root.get(uri, ())]
                version = self.versions().get(uri)
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, every, version))

    async def check(self, root: str) -> View | None:
        """Return the view of the current state of a project; None if it cannot be checked."""
        view = self.session.find_view(root)
        if view is not None:
            return view
        try:
            return await self.work(self.session.check, self.session.inputs(root))
        except UsageError as error:
            self.session.forget(root)
            self._show(str(error))
            return None

    def _diagnose(self, view: View) -> dict[str, list[types.Diagnostic]]:
        """Return the diagnostics of a project by URI."""
        converter = self.converter(view)
        found: dict[str, list[Finding]] = {}
        for finding in report_of(view.project).findings:
            if finding.suppressed is None:
                found.setdefault(finding.location.file, []).append(finding)
        return {converter.uri(path): [*map(converter.diagnostic, findings)] for path, findings in found.items()}

    async def answer(self, answer: Callable[..., _Result], view: View, *arguments: Any) -> _Result:
        """Answer a question; raise JsonRpcContentModified if a text has changed since."""
        found = await self.work(answer, view, *arguments)
        if view.state != self.session.state:
            raise JsonRpcContentModified("the text has changed")
        return found

    async def work(self, work: Callable[..., _Result], *arguments: Any) -> _Result:
        """Run a function, and handle the messages that came meanwhile."""
        gc.disable()  # it takes a tenth of a check
        try:
            found = work(*arguments)
        finally:
            gc.enable()
        await asyncio.sleep(_PAUSE)
        return found

    def uses_schema(self, file: File) -> bool:
        """Return True if this server describes and completes by the schema."""
        return self._schema == "on" or (self._schema == "auto" and _MODELINE not in file.content)

    def converter(self, view: View) -> Converter:
        """Return the converter to types of the protocol for a view."""
        return Converter(view, self.workspace.position_codec, self._uri_of)

    def _uri_of(self, path: str) -> str:
        return self._uris.get(path) or Path(path).as_uri()

    def versions(self) -> dict[str, int | None]:
        """Return the versions of open files by URI."""
        return {uri: self.workspace.get_text_document(uri).version for uri in self._uris.values()}

    def _show(self, text: str) -> None:
        """Show a message to the person, once."""
        if text not in self._shown:
            self._shown.add(text)
            message = f"oauthgit: {escape(text)}"
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
