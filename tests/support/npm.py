"""Packages that tests use, from npm or for pip, fetched once for all runs."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import pytest

from support.paths import REPOSITORY

CACHE = Path.home() / ".cache" / "oauthgit-tests"
_NAMES = ("package.json", "package-lock.json", ".npmrc", "server.mjs")


def installed(name: str, complete: Callable[[Path], None] = lambda _: None, cache: Path = CACHE) -> Path:
    """Install the lock file of a folder of ``tests/support`` outside this tree; return the folder with its script.

    It needs node 20 or newer, and locks of files; without these the test is skipped. ``complete`` finishes the folder
    before others see it.
    """
    contents = [(REPOSITORY / "tests/support" / name / each).read_bytes() for each in _NAMES]

    def install(fresh: Path) -> None:
        for each, content in zip(_NAMES, contents, strict=True):
            (fresh / each).write_bytes(content)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=fresh, check=True, timeout=150)
        complete(fresh)

    return kept(hashlib.sha256(b"\0".join(contents)).hexdigest()[:16], install, cache)


def kept(name: str, fill: Callable[[Path], None], cache: Path = CACHE) -> Path:
    """Return a folder that is filled once for all runs, completely or not at all; without locks of files, skip the test."""
    fcntl = pytest.importorskip("fcntl")
    folder = cache / name
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{name}.lock").open("w") as lock:  # other workers of this run wait, so that nothing is loaded twice
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            fresh = Path(mkdtemp(dir=cache))
            try:
                fill(fresh)
                fresh.rename(folder)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    return folder
