"""The first two stages alone, on all cores: read the files of a folder, parse them, check their schemas.

As in ``validate``, a process keeps what it has read to itself, and hands back what is wrong.
"""

import gc
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from oauthgit.discover import discover
from oauthgit.model.workspace import File
from oauthgit.pipeline.engine.workers import parts, shared
from oauthgit.pipeline.resolve import read

gc.disable()


def wrong(files: Sequence[File]) -> list[str]:
    """Return the paths of files that cannot be used as they stand."""
    readings = zip(files, read(files), strict=True)
    return [file.path for file, reading in readings if not reading.usable or reading.of_text or reading.of_shape]


workspace, _ = discover(Path.cwd())
assert not any(shared([partial(wrong, part) for part in parts(workspace.files, 32)])), "the folder is healthy"
