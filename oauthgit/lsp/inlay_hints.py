"""Annotate values with what becomes of them: overridden above, or replacing below."""

from collections.abc import Iterator
from typing import NamedTuple

from oauthgit.lsp.usage import find_hiding, find_replaced, find_uses
from oauthgit.lsp.view import View
from oauthgit.model.formats.json_pointer import split
from oauthgit.model.formats.sanitize import cut
from oauthgit.model.settings import server_of
from oauthgit.model.workspace import LAYERS, Kind
from oauthgit.report.text.layout import words

_LONGEST = 60


class Hint(NamedTuple):
    """Hold a text and the place behind a value, in lines and columns of the parser."""

    line: int
    column: int
    text: str


def list_hints(view: View, path: str, first: int, last: int) -> list[Hint]:
    """Return the hints on some lines of a layer, in their order."""
    file, document = view.file(path), view.document(path)
    if file is None or document is None or file.kind not in LAYERS:
        return []
    own = view.settings_of(file.layer)
    hints = []
    for pointer in own.settings if own else ():
        if not server_of(pointer) or pointer not in document.marks:
            continue
        _, _, line, column = document.marks[pointer].value
        if first <= line <= last:
            texts = [*_overridden(view, file.layer, pointer)] if file.kind is Kind.BRANCH else []
            texts += _replacing(view, file.layer, pointer)
            hints += [Hint(line, column, "; ".join(texts))] if texts else []
    return sorted(hints)


def _overridden(view: View, layer: str, pointer: str) -> Iterator[str]:
    uses = list(find_uses(view, layer, pointer))
    hidden = sum(find_hiding(use, layer) is not None for use in uses)
    if hidden:
        yield f"overridden in {hidden} of {len(uses)}"


def _replacing(view: View, layer: str, pointer: str) -> Iterator[str]:
    replaced = find_replaced(view, layer, pointer)
    if replaced is not None and replaced.value is None:
        yield "replaces a reset"
    elif replaced is not None and split(pointer)[-1] == "client_secret":
        yield "replaces another secret"
    elif replaced is not None:
        yield f"replaces {cut(words(replaced.value), _LONGEST)}"
