"""Refuse a sparse checkout, whose absent files would look like deleted ones."""

import os
from collections.abc import Collection
from pathlib import Path

from oauthgit.discover.git import GitError, Repository
from oauthgit.discover.layout import CONFIGS, SOPS_RULES, is_yaml
from oauthgit.model.formats.local_path import decode_path
from oauthgit.model.formats.sanitize import format_count, redact_urls
from oauthgit.model.git_index import may_leave_files_out

_SKIPPED = b"S "


def refuse_sparse(repository: Repository, absent: Collection[str] = ()) -> None:
    """Refuse a working tree that leaves out files of the settings.

    ``absent`` are known paths below the root that are in a commit and not in the working tree. Without any, git is started
    only if its index may mark files as left out.

    Raises:
        GitError: Files are left out, or git cannot read its index.

    """
    if not absent and not may_leave_files_out(str(repository.top)):
        return
    folders = Path(repository.below).parts
    rules = (str(Path(*folders[:depth], SOPS_RULES)) for depth in range(len(folders) + 1))
    answer = repository.run(("ls-files", "-t", "-z", "--", repository.within(CONFIGS), *rules))
    if answer.returncode:
        raise repository.explain_failure("the files of the index")
    skipped = (decode_path(line[2:]) for line in answer.stdout.split(b"\0") if line.startswith(_SKIPPED))
    left = sorted(path for path in skipped if is_yaml(path) and not os.path.lexists(repository.top / path))
    if left:
        raise GitError(
            f"this checkout is sparse: it leaves out {format_count(len(left), 'file')} of the settings, such as "
            f"{redact_urls(left[0])}; restore what it leaves out: git sparse-checkout disable, or in cone mode git "
            f"sparse-checkout add {CONFIGS}"
        )
