"""Find what the targets make of one value in a layer."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from oauthgit.lsp.view import View
from oauthgit.model.formats.json_pointer import parent, split
from oauthgit.model.location import Location
from oauthgit.model.settings import Origin, Settings

_SERVER: Final = 2
"""The number of tokens in the pointer of a server."""


class Use(NamedTuple):
    """Hold the values of a setting in one target that uses a layer.

    The first of ``values`` is in force, or is the null that removed the setting.
    """

    settings: Settings
    values: Sequence[Origin]


def find_setting(settings: Settings, pointer: str) -> str | None:
    """Return the pointer of the setting that has the value at a pointer, or None.

    An item belongs to the list that is the setting.
    """
    while pointer and pointer not in settings.settings and pointer not in settings.resets:
        pointer = parent(pointer)
    return pointer or None


def values_of(settings: Settings, pointer: str) -> tuple[Origin, ...]:
    """Return the values that layers state for a setting, the effective one first."""
    setting, gone = settings.settings.get(pointer), settings.resets.get(pointer, ())
    return (setting.origin, *gone, *setting.replaced) if setting else tuple(gone)


def find_uses(view: View, layer: str, pointer: str) -> Iterator[Use]:
    """Yield the use of a setting by each target that runs with a layer."""
    for settings in view.users_of(layer):
        if values := values_of(settings, pointer):
            yield Use(settings, values)


def find_hiding(use: Use, layer: str) -> Location | None:
    """Return the place of the value that hides the one of a layer, or None.

    It may be a null. Defaults hide nothing: below a null, they are in force.
    """
    above = itertools.takewhile(lambda each: each.layer != layer, use.values)
    found = next((each.location for each in above if each.location is not None), None)
    return found if any(each.layer == layer for each in use.values) else None


def find_replaced(view: View, layer: str, pointer: str) -> Origin | None:
    """Return the value in a file that the value of a layer replaces, or None."""
    settings = view.settings_of(layer)
    values = values_of(settings, pointer) if settings else ()
    own = next((number for number, each in enumerate(values) if each.layer == layer), None)
    below = () if own is None else values[own + 1 :]
    return next((each for each in below if each.layer != layer and each.location is not None), None)


def name_of(pointer: str) -> str:
    """Return the dotted name of a setting below its server, or its name."""
    tokens = split(pointer)
    return ".".join(tokens[2:] if tokens[0] == "oauth_servers" and len(tokens) > _SERVER else tokens[-1:])
