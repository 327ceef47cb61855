"""Refuse a sparse checkout, whose absent files would look like deleted ones."""

import os
from collections.abc import Iterable

from oauthgit.discover.git import GitError, Repository
from oauthgit.discover.layout import CONFIGS
from oauthgit.model.formats.sanitize import redact_urls

_SKIPPED = b"S "


def refuse_sparse(repository: Repository, absent: Iterable[str]) -> None:
    """Refuse a working tree in which a sparse checkout leaves out ``absent`` files.

    ``absent`` are paths below the root of files that are in a commit and not in the working tree. Without such files, git
    is not started.

    Raises:
        GitError: The checkout is sparse, or git cannot read its index.

    """
    missing = set(absent)
    if not missing:
        return
    answer = repository.run(("ls-files", "-t", "-z", "--", repository.within(CONFIGS)))
    if answer.returncode:
        raise repository.explain_failure("the files of the index")
    outer = len(repository.within("x")) - 1
    skipped = {os.fsdecode(line[2:])[outer:] for line in answer.stdout.split(b"\0") if line.startswith(_SKIPPED)}
    if left := sorted(missing & skipped):
        raise GitError(
            f"this checkout is sparse: it leaves out {len(left):,} of the files of {CONFIGS}, such as {redact_urls(left[0])}, so "
            "the working tree cannot be compared; restore them first (git sparse-checkout disable), or compare two commits"
        )
