"""Describe the differences between two states of the settings of targets."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Any, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.location import Location
from oauthgit.model.risk import Risk
from oauthgit.model.settings import SecretReference, Settings, Stated
from oauthgit.model.workspace import TARGETS, Kind


class Status(StrEnum):
    """Name the changes of a target; a target invalid on one side is incomparable."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"
    INCOMPARABLE = "incomparable"


class SecretFingerprint(NamedTuple):
    """Hold fingerprints of a secret, made without a key, to compare two states.

    ``secret`` is the fingerprint of the secret's ciphertext, ``pin`` that of the endpoints it may be sent to.
    ``file`` is that of the layer that the file is for. Each is empty if there is none. The values cannot be derived
    from them.
    """

    secret: str = ""
    pin: str = ""
    file: str = ""


class Link(NamedTuple):
    """Hold the parent of a layer, None for a branch without origin, and its place."""

    parent: str | None
    place: Stated


class Side(NamedTuple):
    """Hold one of the two states.

    ``targets`` maps ids to effective settings, branches included. ``unknown`` maps targets that cannot be compared
    to the reason. ``links`` are those of all layers, ``fingerprints`` those of all secrets. ``policy`` has its defaults
    filled in, and ``policy_document`` is the file that states it. ``rewritten`` are the layers with a file that
    differs between the sides; other layers cannot differ. ``loosened`` are pointers to settings of the policy that
    allow more than those of the other side.
    """

    targets: Mapping[str, Settings]
    unknown: Mapping[str, str]
    links: Mapping[str, Link]
    fingerprints: Mapping[SecretReference, SecretFingerprint]
    policy: Mapping[str, Any]
    policy_document: Document | None = None
    rewritten: AbstractSet[str] = frozenset()
    loosened: frozenset[str] = frozenset()


class Cause(NamedTuple):
    """Describe the edit that causes a change: the value in a layer before and after.

    ``server`` is empty for the settings of the target itself. ``setting`` is a dotted name; it is empty for a whole
    server, and ``branch`` or ``origin`` if the layer got another parent. ``before`` and ``after`` are None if the
    layer does not state the setting. ``location`` is the place after the edit, or the place before if the setting
    is gone. It is None if no file of the user is the cause.
    """

    layer: str
    server: str
    setting: str
    before: Any
    after: Any
    location: Location | None


class Note(NamedTuple):
    """Hold information for a reviewer, and the command to run, if there is one.

    ``secret`` identifies the secret that the command changes. One command is enough for all targets that share it.
    """

    text: str
    command: str = ""
    secret: str = ""


class Change(NamedTuple):
    """Describe one effective value of a target that changed; None where it is absent.

    ``server`` is empty for the settings of the target itself. ``setting`` is a dotted name such as
    ``user_login.prompt``, ``send_only_to`` for the pin of a secret, or empty if a whole server was added or
    removed: then the value is all its settings. Secrets are :class:`SecretState`. ``resembles`` is another
    environment to which the new value belongs, or empty. ``own`` are the settings of an added server that the target's
    own layer states.
    """

    server: str
    setting: str
    before: Any
    after: Any
    risk: Risk = Risk.NONE
    cause: Cause | None = None
    note: Note | None = None
    resembles: str = ""
    own: frozenset[str] = frozenset()


class TargetDifference(NamedTuple):
    """Describe a target that changed.

    ``was`` is its earlier id, if it had another. ``reason`` is set if it cannot be compared. ``production`` is true if
    end users are affected, before or after. ``location`` is the place of its own file.
    """

    target: str
    status: Status
    kind: Kind
    environment: str | None
    model: str = ""
    branch: str = ""
    production: bool = False
    location: Location | None = None
    changes: tuple[Change, ...] = ()
    was: str = ""
    reason: str = ""


class Hidden(NamedTuple):
    """Hold a target that an edit does not affect, and the override that hides it."""

    target: str
    location: Location | None


class Reach(NamedTuple):
    """Hold an edit, the targets that it changes, and the targets that hide it."""

    cause: Cause
    reached: tuple[str, ...]
    hidden: tuple[Hidden, ...]


class PolicyChange(NamedTuple):
    """Describe a changed member of the policy.

    ``loosened`` is true if the policy trusts more, or if a check reports less.
    """

    name: str
    before: Any
    after: Any
    loosened: bool
    location: Location | None


class Differences(NamedTuple):
    """Hold all differences between two states.

    ``base`` and ``head`` are the names of the two states, ``unread`` is the reason if nothing was compared. ``done`` names
    what the platform has already: target, server and setting; the last two are empty for the whole.
    """

    base: str
    head: str
    targets: tuple[TargetDifference, ...]
    reaches: tuple[Reach, ...]
    policy: tuple[PolicyChange, ...]
    unread: str = ""
    done: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def any(self) -> bool:
        """Return True if settings of targets or the policy differ, or may differ."""
        return bool(self.targets or self.policy or self.unread)

    @property
    def listed(self) -> tuple[TargetDifference, ...]:
        """Return the targets to show: targets that run, and branches with other changes.

        A branch is left out if targets that run already show all its changes.
        """
        reported = {reach.cause.layer for reach in self.reaches if reach.reached or reach.hidden}
        unknown = any(each.status is Status.INCOMPARABLE and each.kind in TARGETS for each in self.targets)
        return tuple(
            each for each in self.targets if each.kind in TARGETS or not _is_reported(each, reported, unknown=unknown)
        )

    @property
    def groups(self) -> tuple[tuple[TargetDifference, ...], ...]:
        """Return the listed targets, grouped by identical changes."""
        alike: dict[object, list[TargetDifference]] = {}
        for each in self.listed:
            same = [(change.server, change.setting, repr((change.before, change.after))) for change in each.changes]
            is_alike = each.status in {Status.CHANGED, Status.INCOMPARABLE}
            together = is_alike and (each.production, each.status, each.reason, tuple(same))
            alike.setdefault(together or each.target, []).append(each)
        return tuple(tuple(group) for group in alike.values())

    @property
    def edits(self) -> tuple[tuple[Reach, ...], ...]:
        """Return the edits that reach a target or are hidden from one.

        Edits of a layer with the same effect form one group.
        """
        alike: dict[object, list[Reach]] = {}
        for each in self.reaches:
            hidden = tuple(one.target for one in each.hidden)
            if each.reached or hidden:
                alike.setdefault((each.cause.layer, each.reached, hidden), []).append(each)
        return tuple(tuple(group) for group in alike.values())


def notes_of(targets: Iterable[TargetDifference]) -> tuple[Note, ...]:
    """Return the notes of all changes, without repetitions, in their order."""
    notes = (change.note for each in targets for change in each.changes if change.note)
    first: dict[tuple[str, str], Note] = {}
    for note in notes:
        first.setdefault((note.text, note.secret or note.command), note)
    return tuple(first.values())


def _is_reported(branch: TargetDifference, reported: AbstractSet[str], *, unknown: bool) -> bool:
    """Return True if other targets already show all changes, or errors, of a branch."""
    if branch.status is Status.INCOMPARABLE:
        return unknown
    return branch.status is Status.CHANGED and all(
        each.cause and each.cause.layer in reported for each in branch.changes
    )
