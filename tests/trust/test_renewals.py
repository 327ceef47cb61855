"""The date of a data key: from the history, and unknown if that is incomplete."""

import json
import subprocess
from pathlib import Path

from support.cli import Program
from support.git import committed, git
from support.secrets_command import FILE, Secrets

LAYER = "iam_application/insights-prod"


def commit(day: str) -> None:
    """Commit everything with a given date."""
    committed(Path())
    date = f"{day}T12:00:00 +0000"
    environment = {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date, "PATH": "/usr/bin:/bin", "HOME": "/"}
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{role}_NAME": "test", f"GIT_{role}_EMAIL": "test@example.com"}
    subprocess.run(["git", "commit", "--quiet", "--amend", "--no-edit", f"--date={date}"], env=environment, check=True)


def renewed(program: Program) -> object:
    rows = json.loads(program("secrets", "status", LAYER, "--format", "json").out)["secrets"]
    (day,) = {row["renewed_on"] for row in rows if row["file"] == FILE}
    return day


def test_date_of_a_renewal_is_found_in_the_history(secrets: Secrets, program: Program) -> None:
    commit("2026-01-02")
    assert renewed(program) == "2026-01-02"
    assert secrets("renew").code == 0
    commit("2026-03-04")
    assert renewed(program) == "2026-03-04"
    Path(FILE).write_text(Path(FILE).read_text() + "# a comment\n")
    commit("2026-05-06")
    assert renewed(program) == "2026-03-04", "the values are still those of the old data key"
    assert "of 2026-03-04" in program("secrets", "status", LAYER).out


def test_uncommitted_renewal_has_the_date_of_today(secrets: Secrets, program: Program) -> None:
    commit("2026-01-02")
    assert secrets("renew").code == 0
    assert str(renewed(program)) > "2026-01-02"


def test_partial_history_leaves_the_date_unknown(secrets: Secrets, program: Program, tmp_path: Path) -> None:
    assert secrets("renew").code == 0
    commit("2026-01-02")
    Path("README.md").write_text("more\n")
    Path("configs/oauthgit.yaml").write_text(Path("configs/oauthgit.yaml").read_text() + "\n")
    commit("2026-02-03")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{Path.cwd()}", "shallow")
    rows = json.loads(program("-C", str(tmp_path / "shallow"), "secrets", "status", LAYER, "--format", "json").out)
    assert {row["renewed_on"] for row in rows["secrets"]} == {None}
    assert "unknown" in program("-C", str(tmp_path / "shallow"), "secrets", "status", LAYER).out


def test_folder_without_git_leaves_the_date_unknown(secrets: Secrets, program: Program) -> None:
    assert callable(secrets)
    assert renewed(program) is None
