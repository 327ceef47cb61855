"""Real git repositories for tests."""

import os
import subprocess
from pathlib import Path

_BARE = ("-c", "init.templateDir=", "-c", "gc.auto=0", "-c", "maintenance.auto=false")
"""No sample hooks in a new repository, and no further process after a commit to look for garbage."""


def git(root: Path, *arguments: str) -> str:
    """Run git in ``root`` without any user's configuration, and return its output."""
    environment = {
        **({**os.environ} if os.name == "nt" else {"PATH": os.defpath}),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{role}_{what}": "test@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    done = subprocess.run(
        ("git", *_BARE, *arguments), cwd=root, env=environment, capture_output=True, check=True, timeout=60, text=True
    )
    return done.stdout.strip()


def start(root: Path) -> None:
    """Make ``root`` a repository without a remote, if it is none: there the working tree is trusted."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")


def committed(root: Path, branch: str = "main") -> str:
    """Commit everything in ``root``, which becomes a repository if it is none, and return the commit's hash."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", f"--initial-branch={branch}")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message=change")
    return git(root, "rev-parse", "HEAD")


def edit(root: Path, path: str, before: str, after: str) -> None:
    """Replace a text that a file must contain by another."""
    text = (root / path).read_text()
    assert before in text
    (root / path).write_text(text.replace(before, after))
