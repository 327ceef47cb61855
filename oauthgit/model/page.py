"""Represent the state of a project, for the HTML page."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from oauthgit.model.formats.forge import Forge
from oauthgit.model.secret_status import SecretStatus
from oauthgit.model.settings import Settings


class Author(NamedTuple):
    """Name who committed a line, and the day."""

    name: str
    day: str


class Source(NamedTuple):
    """Name the state of the files; what is unknown is empty.

    ``repository`` is host and path of the remote, without user and token, or the name of the folder. ``committed`` are
    the files that are as in the commit, by their path from the root; all files are if ``is_changed`` is false. ``folder``
    is the path from the repository to the root. ``forge`` is None if no link to a file can be made.
    """

    repository: str = ""
    commit: str = ""
    branch: str = ""
    is_changed: bool = False
    committed: frozenset[str] = frozenset()
    folder: str = ""
    forge: Forge | None = None


class Page(NamedTuple):
    """Hold the settings of targets and branches, and the facts that explain them.

    ``blocked`` maps targets that cannot be merged, or lack settings, to the reason. ``today`` is the day of the page
    (ISO 8601), ``window`` the days in which the end of a secret is soon. ``digest`` is that of the files read, empty if
    one may contain a plaintext secret. ``policy_commit`` changed the policy last. ``digests`` are those of the
    settings by target and server; ``authors`` those who suppressed findings, by file and line of the comment.
    ``limits`` are sentences about what this page leaves out.
    """

    targets: Sequence[Settings]
    secrets: Sequence[SecretStatus] = ()
    blocked: Mapping[str, str] = {}
    source: Source = Source()
    today: str = ""
    window: int = 0
    digest: str = ""
    policy_commit: str = ""
    digests: Mapping[tuple[str, str], str] = {}
    authors: Mapping[tuple[str, int], Author] = {}
    limits: tuple[str, ...] = ()
