"""A run as its CI system names it: what it checks, whose change that is, and which branch is the default one."""

from typing import NamedTuple


class CiContext(NamedTuple):
    """Facts that a CI system states about a run; outside of one everything is empty.

    ``name`` is that of a known system, ``is_ci`` is true in unknown ones as well. ``base`` is the ref or commit that a
    change is compared with. ``fork`` is true where a stranger wrote the change, or nobody states who did.
    ``default_branch``, ``target_branch`` (of a change) and ``branch`` (that is built) are short names;
    ``default_commit`` is a commit of the default branch. ``repositories`` are URLs of the repository, any of which
    ``origin`` may have; they may hold a token and are never shown.
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
