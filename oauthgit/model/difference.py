"""What differs between two states of the settings, in terms of what targets run with."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Any, Final, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.formats.sanitize import format_count
from oauthgit.model.location import Location
from oauthgit.model.settings import SecretReference, Settings, Stated
from oauthgit.model.workspace import TARGETS, Kind


class Risk(StrEnum):
    """What a reviewer should look at first; the order is that of reports."""

    HOST = "host"
    PIN = "pin"
    SECRET = "secret"  # noqa: S105 - a word
    PKCE = "PKCE off"
    AUTH_METHOD = "auth method"
    SERVER = "new server"
    GRANT = "grant"
    SCOPE = "scope"
    ENDPOINT = "endpoint"
    CLIENT = "client"
    REDIRECT = "redirect"
    ENVIRONMENT = "environment"
    NONE = ""


class Status(StrEnum):
    """What became of a target; one that does not hold together on one side cannot be compared."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"
    INCOMPARABLE = "incomparable"


class Seal(NamedTuple):
    """What can be known of a secret without a key, to be compared and never to be turned back.

    ``secret``, ``pin`` and ``file`` are fingerprints of the ciphertext of a secret, of that of the endpoints it may be sent
    to, and of that which says whom the file is for; empty where there is none.
    """

    secret: str = ""
    pin: str = ""
    file: str = ""


class Link(NamedTuple):
    """The layer that a layer stands on, None for a branch without origin, and the place that says so."""

    parent: str | None
    place: Stated


class Side(NamedTuple):
    """One of the two states.

    ``targets`` are effective settings by id, branches included; ``unknown`` says of the targets that cannot be compared
    why. ``links`` are those of all layers, ``seals`` those of all secrets. ``policy`` has its defaults filled in, and
    ``policy_document`` is the file that states it. ``rewritten`` are the layers of which a file is not the same on both
    sides, for nothing else can differ, ``loosened`` the pointers at what the policy allows beyond the other side's.
    """

    targets: Mapping[str, Settings]
    unknown: Mapping[str, str]
    links: Mapping[str, Link]
    seals: Mapping[SecretReference, Seal]
    policy: Mapping[str, Any]
    policy_document: Document | None = None
    rewritten: AbstractSet[str] = frozenset()
    loosened: frozenset[str] = frozenset()


class Cause(NamedTuple):
    """The edit that a change comes from: what a layer says of a setting now, and what it said before.

    ``server`` is empty for the settings of the target itself, ``setting`` a dotted name, empty for a whole server, and
    ``branch`` or ``origin`` where a layer came to stand on another one. ``before`` and ``after`` are None where the layer
    says nothing. ``location`` is the place now, or that of before where nothing is left; None in no file of the user's.
    """

    layer: str
    server: str
    setting: str
    before: Any
    after: Any
    location: Location | None


class Change(NamedTuple):
    """One effective value of a target that is another now; None where there is none.

    ``server`` is empty for the settings of the target itself; ``setting`` is a dotted name such as ``user_login.prompt``,
    ``send_only_to`` for the pin of a secret, or empty where a whole server came or went: then its settings are the value.
    Secrets are :class:`SecretState`. ``note`` is what a reviewer should know besides.
    """

    server: str
    setting: str
    before: Any
    after: Any
    risk: Risk = Risk.NONE
    cause: Cause | None = None
    note: str = ""


class TargetDifference(NamedTuple):
    """A target that is not what it was.

    ``was`` is its id before, where there was one, and ``reason`` says why it cannot be compared. ``production`` tells
    whether end users are concerned, before or now. ``location`` is the place of its own file.
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
    """A target that an edit does not reach, and the place of the override which is in its way."""

    target: str
    location: Location | None


class Reach(NamedTuple):
    """An edit, the targets whose effective settings it changes, and those that hide it."""

    cause: Cause
    reached: tuple[str, ...]
    hidden: tuple[Hidden, ...]


class PolicyChange(NamedTuple):
    """A member of the policy that is another now; ``loosened`` if it opens a door or makes a check say less."""

    name: str
    before: Any
    after: Any
    loosened: bool
    location: Location | None


class Differences(NamedTuple):
    """All that differs; ``base`` and ``head`` are how the two states are called, ``unread`` why nothing was compared."""

    base: str
    head: str
    targets: tuple[TargetDifference, ...]
    reaches: tuple[Reach, ...]
    policy: tuple[PolicyChange, ...]
    unread: str = ""

    @property
    def any(self) -> bool:
        """Whether anything differs, or may differ, in what targets run with or in the policy."""
        return bool(self.targets or self.policy or self.unread)

    @property
    def listed(self) -> tuple[TargetDifference, ...]:
        """The targets that a reader is shown: those that run, and branches of which no such target tells."""
        told = {reach.cause.layer for reach in self.reaches if reach.reached or reach.hidden}
        unknown = any(each.status is Status.INCOMPARABLE and each.kind in TARGETS for each in self.targets)
        return tuple(each for each in self.targets if each.kind in TARGETS or not _is_told(each, told, unknown=unknown))

    @property
    def groups(self) -> tuple[tuple[TargetDifference, ...], ...]:
        """The listed targets, those together in which the very same changes."""
        alike: dict[object, list[TargetDifference]] = {}
        for each in self.listed:
            same = [(change.server, change.setting, repr((change.before, change.after))) for change in each.changes]
            is_alike = each.status in {Status.CHANGED, Status.INCOMPARABLE}
            together = is_alike and (each.production, each.status, each.reason, tuple(same))
            alike.setdefault(together or each.target, []).append(each)
        return tuple(tuple(group) for group in alike.values())

    @property
    def edits(self) -> tuple[tuple[Reach, ...], ...]:
        """The edits that reach a target or are hidden from one, those of a layer together that have the same effect."""
        alike: dict[object, list[Reach]] = {}
        for each in self.reaches:
            hidden = tuple(one.target for one in each.hidden)
            if each.reached or hidden:
                alike.setdefault((each.cause.layer, each.reached, hidden), []).append(each)
        return tuple(tuple(group) for group in alike.values())

    @property
    def headline(self) -> str:
        """One sentence or two: how many targets differ, those of production first, and the worst that happens."""
        if self.unread:
            return self.unread
        running = [each for each in self.listed if each.status is not Status.INCOMPARABLE]
        production, others = (sum(each.production is asked for each in running) for asked in (True, False))
        parts = [f"production changes in {format_count(production, 'target')}"] if production else []
        parts += (
            [f"{format_count(others, 'other target' if parts else 'target')} change{'s' * (others == 1)}"]
            if others
            else []
        )
        parts += filter(None, map(self._risky, _RISKS))
        loosened = sum(change.loosened for change in self.policy)
        parts += [f"the policy is loosened in {format_count(loosened, 'place')}"] if loosened else []
        unknown = len(self.listed) - len(running)
        parts += [f"{format_count(unknown, 'target')} cannot be compared"] if unknown else []
        return "; ".join(parts) or "no target runs with other settings"

    def _risky(self, risk: Risk) -> str:
        """Return in words how often a risk occurs: the same edit of several targets' settings counts once."""
        found = {
            (change.cause[:3] if change.cause else each.target, change.server, change.setting)
            for each in self.listed
            for change in each.changes
            if change.risk is risk
        }
        noun, one, many = _RISKS[risk]
        return f"{format_count(len(found), noun)} {one if len(found) == 1 else many}" if found else ""


def _is_told(branch: TargetDifference, told: AbstractSet[str], *, unknown: bool) -> bool:
    """Tell whether targets that run show all that changes in a branch, or that there is something wrong with it."""
    if branch.status is Status.INCOMPARABLE:
        return unknown
    return branch.status is Status.CHANGED and all(each.cause and each.cause.layer in told for each in branch.changes)


_RISKS: Final = {
    Risk.HOST: ("endpoint", "moves to another host", "move to other hosts"),
    Risk.PIN: ("secret", "may go to another endpoint", "may go to other endpoints"),
    Risk.SECRET: ("secret", "changes", "change"),
    Risk.PKCE: ("server", "goes without PKCE", "go without PKCE"),
    Risk.AUTH_METHOD: ("authentication method", "changes", "change"),
    Risk.SERVER: ("server", "is new", "are new"),
    Risk.GRANT: ("server", "gets another grant", "get other grants"),
    Risk.SCOPE: ("scope", "is widened", "are widened"),
}
