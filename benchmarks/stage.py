"""The first two stages alone, on all cores: read the files of a folder, parse them, check their schemas.

As in ``validate``, a process keeps what it has read to itself, and hands back what is wrong.
"""

import gc
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from oauthgit.discover import discover
from oauthgit.model.workspace import File
from oauthgit.pipeline.engine.workers import run_parallel
from oauthgit.pipeline.read import read_documents

gc.disable()


def find_wrong(files: Sequence[File]) -> list[str]:
    """Return the paths of files that cannot be used as they stand."""
    documents = read_documents(files)
    read = {document.file for document in documents.usable}
    wrong = {finding.location.file for finding in documents.findings}
    return [file.path for file in files if file.path not in read or file.path in wrong]


workspace, _ = discover(Path.cwd())
parts = [workspace.files[start : start + 32] for start in range(0, len(workspace.files), 32)]
assert not any(run_parallel([partial(find_wrong, part) for part in parts])), "the folder is healthy"
