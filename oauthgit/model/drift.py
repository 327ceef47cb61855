"""Describe how the platform drifted from git: values that a table shows otherwise."""

from collections import Counter
from enum import StrEnum
from typing import Any, NamedTuple

from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.workspace import Kind


class DriftState(StrEnum):
    """Name the states of a value that drifted."""

    DIFFERS = "differs"
    ONLY_IN_GIT = "only in git"
    ONLY_ON_PLATFORM = "only on the platform"


class HiddenSecret:
    """Represent a secret that is known to differ; it holds no text."""

    def __repr__(self) -> str:
        return "HiddenSecret()"


class DriftItem(NamedTuple):
    """Describe one setting, server or target that drifted.

    ``setting`` is a dotted name, empty for a whole server; ``server`` is empty for the target itself. ``git`` and
    ``platform`` are the values; for a whole server in git it is all its settings. ``location`` is the line in git that
    decides, ``layer`` its layer. ``cell`` is the place in the table. ``follows`` is the branch whose screen is edited
    instead, or empty. ``own`` are the settings of a server that the target's own layer states. ``servers`` are those of a
    target that is missing as a whole.
    """

    target: str
    kind: Kind
    environment: str | None
    server: str
    setting: str
    state: DriftState
    git: Any = None
    platform: Any = None
    location: Location | None = None
    layer: str = ""
    cell: Location | None = None
    follows: str = ""
    own: frozenset[str] = frozenset()
    servers: tuple["DriftItem", ...] = ()

    @property
    def name(self) -> str:
        """Return the dotted name of the server or the setting in its target."""
        return ".".join(part for part in (self.server, self.setting) if part)


class NotCompared(NamedTuple):
    """Count values that were not compared for one reason.

    ``settings`` and ``targets`` are the names of those concerned; either is empty if the reason states it.
    """

    reason: str
    values: int
    settings: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


class TableFile(NamedTuple):
    """Name a table that was compared; ``time`` is that of its last change, in UTC."""

    name: str
    time: str = ""


class Drift(NamedTuple):
    """Hold the result of a comparison of git with the platform.

    ``equal`` is the number of equal values. ``findings`` state each drift at the line in git that decides.
    """

    files: tuple[TableFile, ...]
    items: tuple[DriftItem, ...]
    not_compared: tuple[NotCompared, ...] = ()
    equal: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return True if nothing was compared."""
        return not self.items and not self.equal

    @property
    def counts(self) -> Counter[DriftState]:
        """Return the number of items in each state."""
        return Counter(item.state for item in self.items)
