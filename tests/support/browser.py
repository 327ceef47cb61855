"""Chromium from npm, driven by puppeteer-core in a child process of node."""

import json
import os
import platform
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.npm import installed

IN_CI = "OAUTHGIT_TESTS_RUN_IN_CI"
"""The variable that is set if a CI system runs the tests; its own variables are removed."""
_UNPACKED = "unpacked"
_SECONDS = 60


class Browser:
    """Send commands of ``chromium/server.mjs``; each ends within a minute."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, command: str, **options: Any) -> Any:
        """Run a command and return its result."""
        late = threading.Timer(_SECONDS, self._process.kill)
        late.start()
        try:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps({"command": command, **options}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        finally:
            late.cancel()
        assert line, f"the browser ended, or {command} took more than {_SECONDS} seconds"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def open(self, page: Path | str, **options: Any) -> float:
        """Open a file, or an address, in a new tab; return the seconds of processor time until it was ready."""
        seconds: float = self("open", url=page.as_uri() if isinstance(page, Path) else page, **options)
        return seconds

    def evaluate(self, code: str) -> Any:
        """Return the value of an expression in the page."""
        return self("evaluate", code=code)


def find_obstacle() -> str:
    """Return why the browser cannot run here, or an empty text."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "the browser of @sparticuz/chromium needs Linux on x64"
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    return f"the browser needs {' and '.join(missing)}" if missing else ""


@contextmanager
def start(folder: Path) -> Iterator[Browser]:
    """Start the browser, with its profile and temporary files in ``folder``."""
    home = installed("chromium", _unpack)
    environment = _environment(home) | {"RUN_TMPDIR": str(folder)}
    with subprocess.Popen(
        ["node", "server.mjs"],
        cwd=home,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield Browser(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def _unpack(home: Path) -> None:
    """Unpack the browser beside its package, before anything can start it."""
    (home / _UNPACKED).mkdir()
    subprocess.run(["node", "server.mjs", "unpack"], cwd=home, env=_environment(home), check=True, timeout=120)


def _environment(home: Path) -> dict[str, str]:
    """Return an environment in which the package uses its own libraries."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs20.x", "TMPDIR": str(home / _UNPACKED)}
