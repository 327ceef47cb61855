"""Run the command of a remedy as a user does: in a shell's environment, with a terminal, a key and an editor."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from support.cli import Program, Result
from support.coverage_variables import coverage_variables
from support.sops import FOLDERS, key
from support.terminal import open_terminal

TYPED = "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ"
"""The secret that is given where a command asks for one."""


def run_command(root: Path, words: Sequence[str], *, editing: str = "", identity: str = "demo") -> Result:
    """Run a command in ``root``; the editor of sops applies ``editing``, an expression of sed.

    ``identity`` names the available keys, such as ``demo second``.
    """
    home = root.parent / "home"
    home.mkdir(exist_ok=True)
    editor = home / "editor"
    editor.write_text(f"#!/bin/sh\nsed -i -e '{editing}' \"$1\"\n")
    editor.chmod(0o700)
    environment = {
        "PATH": FOLDERS,
        "HOME": str(home),
        "EDITOR": str(editor),
        "SOPS_AGE_KEY": "\n".join(map(key, identity.split())),
        "SOPS_DISABLE_VERSION_CHECK": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        **coverage_variables(),
    }
    with (
        open_terminal() as terminal,
        subprocess.Popen(
            words,
            cwd=root,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=terminal.take,  # noqa: PLW1509 - one system call
        ) as running,
    ):
        out, err = running.communicate(f"{TYPED}\n", timeout=60)
    assert TYPED not in out + err
    return Result(running.returncode, out, err)


def report(program: Program, root: Path, *arguments: str, identity: str = "demo") -> list[dict[str, Any]]:
    """Return the findings of a command with a report, run in this process with the same keys and programs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", FOLDERS)
        patch.setenv("HOME", str(root.parent / "home"))
        patch.setenv("SOPS_AGE_KEY", "\n".join(map(key, identity.split())))
        result = program("-C", str(root), *arguments, "--format", "json")
    assert result.out, result.err
    assert TYPED not in result.out + result.err
    found: list[dict[str, Any]] = json.loads(result.out)["findings"]
    return found
