"""Describe the files of a new repository, and the result for each of them."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from oauthgit.model.installation import Installation

HOOK: Final = ".pre-commit-config.yaml"

System = Literal["github", "gitlab", "azure"]

State = Literal["created", "completed", "there", "lacking", "outdated", "blocked", "above"]
"""``completed``: replaced, because it was as an earlier run without a key had written it; ``there``: nothing to do;
``lacking``: a person must add lines; ``outdated``: written by another version; ``blocked``: a link or another obstacle is in
its place; ``above``: the file must be in the top folder of the repository."""


class Facts(NamedTuple):
    """Hold the facts about a folder and the person who prepares it.

    ``systems`` are the CI systems in use. ``recipients`` are public keys of age. ``below`` is the folder's path
    within its repository, empty at the top and outside of a repository. ``settings`` maps the paths of existing
    policy and layers to their content. ``schemas`` maps kinds to the text of their schema.
    """

    installation: Installation
    systems: tuple[System, ...] = ("github",)
    recipients: tuple[str, ...] = ()
    below: str = ""
    settings: Mapping[str, bytes] = {}
    schemas: Mapping[str, str] = {}


class WantedFile(NamedTuple):
    """Describe a file that should exist.

    If it exists without ``mark``, ``adds`` are the missing lines, and ``where`` is the place for them. A file with
    ``top`` must be in the top folder of the repository. A ``generated`` file must not be edited. A file whose content is
    in ``drafts`` was written by an earlier run with fewer facts, and was not edited since. ``pins`` is true if it
    installs oauthgit.
    """

    path: str
    content: str
    mark: str = ""
    adds: str = ""
    where: str = ""
    top: bool = False
    generated: bool = False
    drafts: tuple[str, ...] = ()
    pins: bool = False


class Outcome(NamedTuple):
    """Hold the result for a wanted file; ``why`` is the obstacle."""

    wanted: WantedFile
    state: State
    why: str = ""


class ScaffoldResult(NamedTuple):
    """Hold the results for the folder ``root``.

    ``examples`` is true if its settings are the examples. ``encrypts`` is true if a creation rule matches secrets
    files. ``in_repository`` is true if git has the folder, ``has_origin`` if it also has this remote.
    """

    root: str
    facts: Facts
    outcomes: tuple[Outcome, ...]
    examples: bool
    encrypts: bool
    in_repository: bool
    has_origin: bool = False
