"""Run discover, parse and validate on a folder, on all cores.

As in ``validate``, a process keeps its documents and returns only paths of invalid files.
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
    """Return the paths of files that are invalid or have findings."""
    documents = read_documents(files)
    read = {document.file for document in documents.valid_documents}
    wrong = {finding.location.file for finding in documents.findings}
    return [file.path for file in files if file.path not in read or file.path in wrong]


workspace, _ = discover(Path.cwd())
parts = [workspace.files[start : start + 32] for start in range(0, len(workspace.files), 32)]
assert not any(run_parallel([partial(find_wrong, part) for part in parts])), "the folder has no findings"
