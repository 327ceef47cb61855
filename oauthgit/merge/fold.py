"""Fold layers by JSON Merge Patch, and record the history of every value.

Source: RFC 7396.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any, Final, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.formats.json_pointer import child
from oauthgit.model.layered import changeable
from oauthgit.model.settings import Origin, Stated


class Layer(NamedTuple):
    """Hold the values of one document as a merge patch.

    Without a document, the places are unknown. Scalars, lists and references to secrets are replaced as a whole; only
    mappings are merged.
    """

    name: str
    patch: Mapping[str, Any]
    document: Document | None = None

    def origin(self, pointer: str, value: Any, *, key: bool = False) -> Origin:
        """Return what this layer says at ``pointer``, with its place."""
        document = self.document
        return Origin(self.name, value, Stated(document.file, document.marks, pointer, key) if document else None)


class Fold(NamedTuple):
    """Hold the result of folding some layers.

    ``history`` has the origins of every value by pointer, the latest first; a null, or the replacement of its mapping,
    has the value None. ``definitions`` has the first layer of every mapping in ``data``. A fold is immutable, so folds
    share common parts.
    """

    data: Mapping[str, Any]
    history: Mapping[str, tuple[Origin, ...]]
    definitions: Mapping[str, Origin]


EMPTY: Final = Fold({}, {}, {})


def fold_layer(below: Fold, layer: Layer) -> Fold:
    """Apply one layer to a fold (RFC 7396 section 2).

    Mappings are merged, null removes a value, and everything else replaces it.
    """
    trace = _Trace(layer, changeable(below.history), changeable(below.definitions))
    return Fold(_merge(below.data, layer.patch, "", trace), trace.history, trace.definitions)


class _Trace(NamedTuple):
    """Record the history and the definitions while a layer is applied."""

    layer: Layer
    history: MutableMapping[str, tuple[Origin, ...]]
    definitions: MutableMapping[str, Origin]

    def record(self, pointer: str, value: Any) -> None:
        self.history[pointer] = (self.layer.origin(pointer, value), *self.history.get(pointer, ()))

    def define(self, pointer: str) -> None:
        self.definitions[pointer] = self.layer.origin(pointer, None, key=True)

    def end(self, pointer: str, value: Any) -> None:
        """Record that all atoms of ``value`` are gone, itself if it is one."""
        if not isinstance(value, dict):
            self.record(pointer, None)
            return
        self.definitions.pop(pointer, None)
        for key, inner in value.items():
            self.end(child(pointer, key), inner)


def _merge(target: Mapping[str, Any], patch: Mapping[str, Any], pointer: str, trace: _Trace) -> dict[str, Any]:
    result = dict(target)
    for key, value in patch.items():
        at = f"{pointer}/{key}" if key.isidentifier() else child(pointer, key)
        old = result.get(key)
        if isinstance(value, dict):
            if not isinstance(old, dict):
                trace.define(at)
                if key in result:
                    trace.end(at, old)
            result[key] = _merge(old if isinstance(old, dict) else {}, value, at, trace)
            continue
        if isinstance(old, dict):
            trace.end(at, old)
        trace.record(at, value)
        if value is None:
            result.pop(key, None)
        else:
            result[key] = value
    return result
