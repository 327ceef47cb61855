"""Explain why a name leads to no commit: none yet, none so old, or none here."""

import re
from typing import TYPE_CHECKING, Final

from oauthgit.model.formats.sanitize import redact_urls

if TYPE_CHECKING:
    from oauthgit.discover.git import Repository

_ANCESTOR: Final = re.compile(r"(.+?)(?:[~^][0-9]*)+")
_HEADS: Final = "refs/heads/"


def explain_missing_commit(repository: "Repository", ref: str) -> str:
    """Return the reason and the remedy for a ``ref`` that names no commit.

    Raises:
        GitError: The repository cannot be read.

    """
    ancestor = _ANCESTOR.fullmatch(ref)
    stem, named = ancestor[1] if ancestor else ref, redact_urls(ref)
    branch = _find_unborn(repository)
    if branch and stem in {"HEAD", "@", branch, f"{_HEADS}{branch}"}:
        return (
            f"the branch {redact_urls(branch)} has no commit yet, so there is no earlier state to read; commit the files "
            "first, or name a commit of another branch"
        )
    shallow = repository.run(("rev-parse", "--is-shallow-repository")).stdout.strip()
    if ancestor and shallow == b"false" and repository.find_commit(stem):
        return f"the commit {named} does not exist: {redact_urls(stem)} has no such ancestor; name another commit"
    return (
        f"the commit {named} is not in this repository, or this clone has only a part of the history; "
        "fetch it first (git fetch origin; in CI a checkout of the whole history: fetch-depth: 0)"
    )


def _find_unborn(repository: "Repository") -> str:
    """Return the branch that is checked out if it has no commit, else an empty text."""
    head = repository.run(("symbolic-ref", "--quiet", "HEAD")).stdout.strip().decode(errors="replace")
    if not head.startswith(_HEADS) or not repository.run(("show-ref", "--verify", "--quiet", head)).returncode:
        return ""
    return head.removeprefix(_HEADS)
