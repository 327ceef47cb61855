"""``oauthgit secrets`` on the sample, with a trusted .sops.yaml beside that of the tree, and tools of an attacker."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from oauthgit.cli.commands import secrets
from oauthgit.pipeline import Project
from oauthgit.pipeline.operations.sops_rules import SopsRules
from oauthgit.pipeline.operations.trusted_policy import TrustedProject
from support.cli import Program, Result
from support.git import git
from support.sops import FOLDERS, KEY, key

CANARY = "c4n4ry-7b9f-3e21-aa50"
POLICY = "configs/oauthgit.yaml"
RULES = ".sops.yaml"
FILE = "configs/iam_applications/insights-prod.secrets.yaml"
LAYER = "configs/iam_applications/insights-prod.yaml"
HUB = "https://login.insights.example.com/oauth/token"
REVOKE = "https://login.insights.example.com/oauth/revoke"
MOVED = "https://new.insights.example.com/oauth/token"
ACTIONS = ("set", "pin", "renew")


class Secrets:
    """Run set, pin and renew for one server of one target, in a repository without remotes, with a key and no terminal."""

    def __init__(self, program: Program, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._program = program
        self._monkeypatch = monkeypatch
        monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
        monkeypatch.setattr("oauthgit.cli.terminal.DEVICES", (str(folder / "no-terminal"),) * 2)
        git(Path(), "init", "--quiet")

    def __call__(self, action: str, *options: str) -> Result:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{CANARY}\n".encode())))
        if action == "pin":
            Path(LAYER).write_text(Path(LAYER).read_text().replace(HUB, MOVED))
        server = () if action == "renew" else ("hub",)
        result = self._program("secrets", action, "insights-prod", *server, *options)
        assert CANARY not in result.out + result.err
        return result

    def trust(self, text: str | None) -> None:
        """Make another .sops.yaml than that of the tree the trusted one."""
        trusted = None if text is None else SopsRules(RULES, text.encode())

        def found(_options: object, _context: object, project: Project) -> TrustedProject:
            return TrustedProject(project, (), (trusted,), ())

        self._monkeypatch.setattr(secrets, "_trust", found)


def sops(*arguments: str, given: bytes, identity: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run sops on standard input with one age key, or a few."""
    environment = {"PATH": FOLDERS, "SOPS_AGE_KEY": identity, "SOPS_DISABLE_VERSION_CHECK": "1", **variables}
    return subprocess.run(
        ("sops", *arguments), input=given, capture_output=True, env=environment, cwd=os.sep, check=False, timeout=60
    )


def opened(content: bytes, identity: str = "demo", **variables: str) -> Any:
    """Return the decrypted values of a secrets file, or the exit code of sops if the key is wrong."""
    arguments = ("decrypt", "--input-type", "yaml", "--output-type", "json")
    done = sops(*arguments, given=content, identity=key(identity), **variables)
    return done.returncode or json.loads(done.stdout)


def with_keys_of(old: bytes, new: bytes) -> bytes:
    """Return a new file with the wrapped data keys of an old one, like an attacker who kept the old one."""
    block = re.compile(rb"^    age:\n(?:(?:     |    -).*\n)+", re.MULTILINE)
    stolen = block.search(old)
    assert stolen
    assert block.search(new)
    return block.sub(lambda _: stolen[0], new)
