"""Real encryption for tests: the sops program and the two public age keys in tests/data."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from support.paths import DATA

FOLDERS = f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"
KEY = DATA / "age-demo-key.txt"


def key(name: str) -> str:
    """Return the text of a key, ``demo`` or ``second``."""
    return (DATA / f"age-{name}-key.txt").read_text()


def recipient(name: str) -> str:
    """Return the public half of a key."""
    return next(line for line in key(name).splitlines() if "public key" in line).split()[-1]


@cache
def encrypted(data: str, *recipients: str) -> bytes:
    """Return JSON text as YAML encrypted by sops; it is passed by standard input."""
    command = ("sops", "encrypt", "--age", ",".join(map(recipient, recipients)), "--input-type", "json")
    arguments = (*command, "--output-type", "yaml", "--filename-override", "a.yaml")
    environment = {"PATH": FOLDERS, "SOPS_DISABLE_VERSION_CHECK": "1"}
    return subprocess.run(
        arguments, input=data.encode(), stdout=subprocess.PIPE, env=environment, cwd=os.sep, check=True, timeout=60
    ).stdout
