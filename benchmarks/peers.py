"""Install other YAML checkers outside of the tree and build their commands.

They check one schema, or the style of YAML; they do not merge layers and have no rules for OAuth. kubeconform, a program in
Go, is in none of these registries and is left out.
"""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from timing import Command

_PYTHON: Final = ("check-jsonschema", "yamllint", "ryl")
_NODE: Final = ("ajv-cli", "ajv-formats", "@sourcemeta/jsonschema")
_RULES: Final = "key-duplicates,indentation,trailing-spaces,new-line-at-end-of-file,hyphens,commas,colons,anchors"


def install(folder: Path) -> dict[str, str]:
    """Install missing peers below ``folder`` and return their versions by name."""
    if not (folder / "venv/bin/ryl").exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        subprocess.run([folder / "venv/bin/pip", "install", "--quiet", *_PYTHON], check=True)
    if not (folder / "node_modules/.bin/jsonschema").exists():
        command = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), *_NODE)
        subprocess.run(command, check=True)
    python = (
        folder / "venv/bin/python",
        "-c",
        "import importlib.metadata as m, sys; print(*map(m.version, sys.argv[1:]))",
    )
    versions = subprocess.run([*python, *_PYTHON], check=True, capture_output=True, text=True).stdout.split()
    found = dict(zip(_PYTHON, versions, strict=True))
    for name in ("ajv-cli", "@sourcemeta/jsonschema"):
        script = f"console.log(require('{folder}/node_modules/{name}/package.json').version)"
        found[name] = subprocess.run(["node", "-e", script], check=True, capture_output=True, text=True).stdout.strip()
    return found


def commands(installed: Path, folder: Path, schema: Path) -> Mapping[str, Command]:
    """Return the command of each peer that checks ``folder`` against ``schema``."""
    files = sorted(str(path.relative_to(folder)) for path in (folder / "configs").rglob("*.yaml"))
    programs, node = installed / "venv/bin", installed / "node_modules/.bin"
    found = {
        "@sourcemeta/jsonschema": (node / "jsonschema", "validate", schema, "configs", "--extension", ".yaml"),
        "ajv-cli": (
            *(node / "ajv", "validate", "--spec=draft2020", "--strict=false", "-c", "ajv-formats"),
            *("-s", schema, "-d", "configs/**/*.yaml"),
        ),
        "ryl": (programs / "ryl", "check", "--no-cache", "--enable", _RULES, "configs"),
        "check-jsonschema": (programs / "check-jsonschema", "--schemafile", schema, *files),
        "yamllint": (programs / "yamllint", "-d", "relaxed", "configs"),
    }
    return {name: Command([str(word) for word in words], folder) for name, words in found.items()}
