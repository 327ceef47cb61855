"""The progress line: only on a terminal, and removed at the end of the run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.coverage_variables import coverage_variables
from support.sops import KEY

pytestmark = pytest.mark.measured_children


def on_a_terminal(sample: Path, *arguments: str) -> tuple[str, str]:
    """Run smoke with standard error on a real terminal; return the terminal's text and standard output."""
    pty = pytest.importorskip("pty", exc_type=ImportError)
    ours, theirs = pty.openpty()
    environment = {"SOPS_AGE_KEY_FILE": str(KEY), "PATH": str(Path(sys.executable).parent), "TERM": "xterm"}
    command = [sys.executable, "-m", "oauthgit", "smoke", "--sandbox", *arguments]
    with subprocess.Popen(
        command, cwd=sample, env=environment | coverage_variables(), stdout=subprocess.PIPE, stderr=theirs, text=True
    ) as process:
        os.close(theirs)
        out, _ = process.communicate(timeout=60)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # the error of a terminal whose other end is closed
        pass
    os.close(ours)
    assert process.returncode == 0
    return shown.decode(), out


def test_progress_line_is_shown_and_removed_on_a_terminal(sample: Path) -> None:
    shown, out = on_a_terminal(sample)
    assert " 1/35 " in shown, "as many as there are distinct credentials"
    assert "slowest: 127.0.0.1" in shown
    assert shown.endswith("\r\x1b[K")
    assert "\x1b" not in out


def test_quiet_run_shows_no_progress(sample: Path) -> None:
    assert on_a_terminal(sample, "--quiet")[0] == ""
