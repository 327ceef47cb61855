"""A selection of tests without the calls that Windows lacks; ``poe portable`` runs many more."""

import os
import subprocess
import sys

import pytest

from support.paths import REPOSITORY

SELECTION = (
    "tests/portable/test_folders.py",
    "tests/portable/test_child_process.py::test_slow_program_ends_in_time[leaves a child at the pipe]",
    "tests/portable/test_child_process.py::test_only_given_variables_are_passed_on",
    "tests/portable/test_commands.py::test_smoke_and_set_work_with_real_sops",
    "tests/portable/test_commands.py::test_fix_keeps_the_line_endings",
    "tests/decrypt/test_decrypt.py::test_no_temporary_file_remains_or_holds_a_secret",
)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="these tests run without the calls anyway")
def test_selection_passes_without_posix_calls() -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--portable",
        "-q",
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
        *SELECTION,
    ]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=170)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout


def test_simulation_takes_the_calls_away() -> None:
    code = """
import os, signal, sys
gone = [name for name in ("fork", "killpg", "memfd_create", "O_NOFOLLOW", "geteuid") if hasattr(os, name)]
gone += [name for name in ("fcntl", "resource", "pwd") if sys.modules.get(name, 0) is not None]
gone += ["SIGKILL"] * hasattr(signal, "SIGKILL") + ["dir_fd"] * bool(os.supports_dir_fd)
sys.exit(" ".join(gone) or 0)
"""
    folder = REPOSITORY / "tests/support/portable_site"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
