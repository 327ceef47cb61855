"""The first two stages alone, on all cores: read the files of a folder, parse them, check their schemas."""

import gc
from functools import partial
from pathlib import Path

from oauthgit.discover import discover
from oauthgit.pipeline.assembling import read
from oauthgit.pipeline.sharing import parts, shared

gc.disable()
workspace, _ = discover(Path.cwd())
done = shared([partial(read, part) for part in parts(workspace.files, 32)])
assert all(reading.usable and not reading.of_shape for part in done for reading in part), "the folder is healthy"
