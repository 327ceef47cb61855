"""Answer questions about one checked state of a project."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import parent
from oauthgit.model.location import Span
from oauthgit.model.project import Project
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import LAYERS, TARGETS, File
from oauthgit.parse import parse
from oauthgit.pipeline.engine.recent import Recent
from oauthgit.pipeline.read import Reading, layers_of
from oauthgit.pipeline.resolve import State, chain_of, resolve_workspace

_Readings = Mapping[tuple[str, bytes], Reading]


class Spot(NamedTuple):
    """Hold the innermost value at a place of a file; ``on_key`` is true on its key."""

    document: Document
    pointer: str
    span: Span
    on_key: bool


class View:
    """Hold a checked project, and merge layers of it when they are needed.

    ``unread`` are the findings of reading the files, ``recent`` the evaluations for the next check. ``state`` numbers the
    inputs. ``readings`` are the files that were read to answer questions.
    """

    def __init__(
        self, project: Project, unread: Sequence[Finding], recent: Recent, known: _Readings, state: int
    ) -> None:
        """Take what the check before has read as ``known``."""
        self.project = project
        self.unread = unread
        self.recent = recent
        self.state = state
        self.readings: dict[tuple[str, bytes], Reading] = {}
        self._known = known
        self._files = {file.path: file for file in project.workspace.files}
        self._merged: dict[str, State] = {}

    def file(self, path: str) -> File | None:
        """Return a file of the project, or None."""
        return self._files.get(path)

    def file_of(self, layer: str) -> File | None:
        """Return the file of a layer, or None."""
        path = layers_of(self.project.workspace.files).get(layer)
        return None if path is None else self._files[path]

    def document(self, path: str) -> Document | None:
        """Return a file as it was written, or None if it cannot be parsed."""
        file = self.file(path)
        return None if file is None else parse(file)[0]

    def find_spot(self, path: str, line: int, column: int) -> Spot | None:
        """Return the innermost key or scalar at a place, or None."""
        document = self.document(path)
        if document is None:
            return None
        found: Spot | None = None
        for pointer, mark in document.marks.on_lines((line,)).items():
            for span, on_key in ((mark.key, True), (mark.value, False)):
                if span is None or not span[:2] <= (line, column) <= span[2:]:
                    continue
                if found is None or len(pointer) > len(found.pointer):
                    found = Spot(document, pointer, span, on_key)
        is_scalar = found is not None and not any(parent(pointer) == found.pointer for pointer in document.marks)
        return found if found is not None and (found.on_key or is_scalar) else None

    def merge_users(self, layer: str) -> State:
        """Return the merged settings of a layer, of the branches below, and of its users."""
        if layer not in self._merged:
            parents = self.project.parents
            users = [each for each in (*parents, layer) if layer in chain_of(each, parents)]
            needed = {below for user in users for below in chain_of(user, parents)}
            every = self.project.workspace.files
            files = tuple(file for file in every if file.is_shared or file.layer in needed)
            known = {**self._known, **self.readings}
            merged = resolve_workspace(
                self.project.workspace._replace(files=files), known=known, layers=layers_of(every)
            )
            self.readings |= merged.documents.readings
            self._merged[layer] = merged
        return self._merged[layer]

    def settings_of(self, layer: str) -> Settings | None:
        """Return the merged settings of one layer, or None if it cannot be merged."""
        return next((each for each in self.merge_users(layer).targets if each.target == layer), None)

    def users_of(self, layer: str) -> list[Settings]:
        """Return the settings of the targets that run with a layer."""
        return [
            settings
            for settings in self.merge_users(layer).targets
            if settings.kind in TARGETS and any(part.layer == layer for part in settings.chain)
        ]

    def layer_at(self, path: str) -> str | None:
        """Return the layer that a file states, or None if it states none."""
        file = self.file(path)
        return file.layer if file is not None and file.kind in LAYERS else None


def lines_of(file: File) -> list[str]:
    """Return the lines of a file as the parser counts them, which may be broken."""
    return file.content.decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
