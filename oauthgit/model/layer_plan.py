"""Represent what an import states in each layer, before it is written."""

from collections.abc import Mapping
from typing import NamedTuple

from oauthgit.model.platform_row import Row, Value
from oauthgit.model.workspace import Kind

Stated = Mapping[str, Value | None]
"""Settings of a server by dotted names, as one layer states them; None is a null."""


class KnownLayer(NamedTuple):
    """Hold what a file in git states: the branch below it, and its servers.

    ``members`` are the members of the file that are texts.
    """

    parent: str | None
    members: Mapping[str, str]
    servers: Mapping[str, Stated]


class LayerPlan(NamedTuple):
    """Hold what one layer will state.

    ``members`` are the members of the file above the servers, those of the identity first. ``servers`` have all statements
    of the servers in the tables, ``before`` the old ones; servers and members that the tables lack stay as they are.
    """

    layer: str
    kind: Kind
    is_new: bool
    members: Mapping[str, str]
    servers: Mapping[str, Stated]
    before: Mapping[str, Stated]
    rows: tuple[Row, ...]


class Guess(NamedTuple):
    """Hold a value that the tables lack; ``server`` is empty for one of a layer."""

    layer: str
    server: str
    name: str
    value: str
    why: str
