"""Find the places that the value under the cursor leads to."""

from typing import Final

from oauthgit.discover.catalogue import provider_path
from oauthgit.lsp.usage import find_replaced, find_setting, values_of
from oauthgit.lsp.view import Spot, View
from oauthgit.model.formats.json_pointer import split, value_at
from oauthgit.model.location import Location
from oauthgit.model.workspace import LAYERS, Kind
from oauthgit.pipeline.resolve import catalogue_entry

_IDENTITY: Final = (("origin",), ("branch",), ("model",))
"""Settings that name the branch below a layer."""


def find_definition(view: View, path: str, line: int, column: int) -> Location | None:
    """Return the place of what a value overrides, or of the file that it names.

    The file of a provider has an absolute path.
    """
    file, spot = view.file(path), view.find_spot(path, line, column)
    if file is None or spot is None:
        return None
    tokens = split(spot.pointer)
    if file.kind is Kind.SECRETS and tokens[0] == "for":
        return _start_of(view, file.layer)
    if file.kind not in LAYERS:
        return None
    if tokens in _IDENTITY:
        return _start_of(view, view.project.parents.get(file.layer))
    if tokens[-1] == "provider" and not spot.on_key:
        named = str(value_at(spot.document.data, spot.pointer))
        return Location(provider_path(named) or "") if catalogue_entry(named) else None
    return _below(view, file.layer, spot)


def find_references(view: View, path: str, line: int, column: int) -> list[Location]:
    """Return the places that override a value, and the targets that use it."""
    layer, spot = view.layer_at(path), view.find_spot(path, line, column)
    if layer is None or spot is None:
        return []
    if len(split(spot.pointer)) == 1:
        return [settings.location for settings in view.users_of(layer) if settings.target != layer]
    found: dict[Location, None] = {}
    for settings in view.users_of(layer):
        pointer = find_setting(settings, spot.pointer) or spot.pointer
        for origin in values_of(settings, pointer):
            if origin.layer == layer:
                break
            if origin.location is not None:
                found[origin.location] = None
        if pointer in settings.settings or pointer in settings.definitions:
            found[settings.location] = None
    found.pop(spot.document.locate(spot.pointer), None)
    return list(found)


def _start_of(view: View, layer: str | None) -> Location | None:
    file = view.file_of(layer) if layer else None
    return Location(file.path) if file else None


def _below(view: View, layer: str, spot: Spot) -> Location | None:
    """Return the place that a value overrides, or that a mapping adds to."""
    own = view.settings_of(layer)
    pointer = find_setting(own, spot.pointer) if own else None
    if pointer is not None:
        replaced = find_replaced(view, layer, pointer)
        return replaced.location if replaced else None
    below = view.project.parents.get(layer)
    settings = view.settings_of(below) if below else None
    defined = settings.definitions.get(spot.pointer) if settings else None
    return defined.location if defined else None
