"""What a new repository should hold, and what became of each file."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

System = Literal["github", "gitlab", "azure"]

State = Literal["created", "there", "lacking", "outdated", "blocked", "above"]
"""``there``: nothing to do; ``lacking``: lines are to be added by hand; ``outdated``: written by another version;
``blocked``: a link or another obstacle is in the way; ``above``: the file belongs to the top of the repository."""


class Facts(NamedTuple):
    """What is known of a folder and of who prepares it.

    ``systems`` are the CI systems in use. ``recipients`` are public keys of age. ``below`` is the folder's path within
    its repository, empty at the top and outside of one. ``settings`` maps the paths of the policy and the layers that are
    there to their content. ``schemas`` maps kinds to the text of their schema.
    """

    version: str
    systems: tuple[System, ...] = ("github",)
    recipients: tuple[str, ...] = ()
    below: str = ""
    settings: Mapping[str, bytes] = {}
    schemas: Mapping[str, str] = {}


class Wanted(NamedTuple):
    """A file that should be there.

    Where it is, but without ``mark``, ``adds`` are the lines that it lacks, and ``where`` says in which place. A file of
    ``top`` belongs to the top of the repository. One that is ``generated`` is nobody's to edit.
    """

    path: str
    content: str
    mark: str = ""
    adds: str = ""
    where: str = ""
    top: bool = False
    generated: bool = False


class Outcome(NamedTuple):
    """What became of a wanted file; ``why`` says what is in its way."""

    wanted: Wanted
    state: State
    why: str = ""


class Scaffolded(NamedTuple):
    """What was done in the folder ``root``.

    ``examples`` tells whether the settings there are the examples, ``encrypts`` whether a creation rule takes secrets files.
    """

    root: str
    facts: Facts
    outcomes: tuple[Outcome, ...]
    examples: bool
    encrypts: bool
