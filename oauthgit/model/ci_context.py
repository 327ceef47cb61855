"""Describe a run of a CI system: its change, branches and repositories."""

from typing import NamedTuple


class CiContext(NamedTuple):
    """Hold the facts that a CI system states about a run; empty outside of one.

    ``name`` is that of a known system; ``is_ci`` is true in unknown systems as well. ``base`` is the ref or commit
    that a change is compared with. ``fork`` is true if the change comes from a fork, or if its origin is not
    stated. ``default_branch``, ``target_branch`` (of a change) and ``branch`` (that is built) are short names.
    ``default_commit`` is a commit of the default branch. ``repositories`` are URLs of the repository, any of
    which ``origin`` may have; they may contain a token and are never shown.
    """

    name: str = ""
    is_ci: bool = False
    base: str | None = None
    fork: bool = False
    default_branch: str | None = None
    default_commit: str | None = None
    target_branch: str | None = None
    branch: str | None = None
    repositories: tuple[str, ...] = ()
