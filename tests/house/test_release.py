"""The steps of a release refuse what must not be released, and the workflow runs them with few permissions."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import release
from oauthgit import __version__
from support.git import git
from support.paths import REPOSITORY

WORKFLOW = REPOSITORY / ".github/workflows/release.yml"
JOBS: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text())["jobs"]
CHANGES = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
CHANGELOG = """\
# Changelog

## Unreleased

## 0.2.0 - 2027-01-31

### Added

- Tea.

## 0.1.0 - 2026-12-01

First.
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository whose commit releases 0.2.0."""
    (tmp_path / "oauthgit").mkdir()
    (tmp_path / "oauthgit/__init__.py").write_text('"""Doc."""\n\n__version__ = "0.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "release")
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    return tmp_path


def test_tag_of_the_released_version_is_accepted(repository: Path) -> None:
    release.check_tag(repository, "v0.2.0")
    assert release.notes_of(repository, "0.2.0") == "### Added\n\n- Tea."


REFUSED = {
    "another version": ("v0.2.1", "", "", "the tag is v0.2.1, but .* states 0.2.0"),
    "no v": ("0.2.0", "", "", "tag v0.2.0"),
    "a version between releases": ("v0.2.0.dev0", '"0.2.0"', '"0.2.0.dev0"', "removes .dev0"),
    "a version between releases, tagged as released": ("v0.2.0", '"0.2.0"', '"0.2.0.dev0"', "removes .dev0"),
    "no version": ("v0.2.0", "__version__", "version", "states no version"),
    "no section": ("v0.2.0", "## 0.2.0 - ", "## 0.3.0 - ", "needs a section .*: ## 0.2.0 - "),
    "no day": ("v0.2.0", " - 2027-01-31", "", "needs a section"),
    "no such day": ("v0.2.0", "2027-01-31", "2027-01-32", "needs a section"),
    "an empty section": ("v0.2.0", "### Added\n\n- Tea.\n", "", "with content"),
}


@pytest.mark.parametrize(("tag", "old", "new", "message"), REFUSED.values(), ids=REFUSED)
def test_tag_is_refused(tag: str, old: str, new: str, message: str, repository: Path) -> None:
    for path in (repository / "oauthgit/__init__.py", repository / "CHANGELOG.md"):
        path.write_text(path.read_text().replace(old, new))
    with pytest.raises(release.ReleaseError, match=message):
        release.check_tag(repository, tag)


def test_tag_beside_main_is_refused(repository: Path) -> None:
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "beside main")
    with pytest.raises(release.ReleaseError, match="is not on origin/main"):
        release.check_tag(repository, "v0.2.0")


def test_present_version_is_no_release() -> None:
    """Between releases; the commit of a release needs the other half of this."""
    if __version__.endswith(".dev0"):
        assert release.main(["check-tag", f"v{__version__}"]) == 1
    else:
        assert release.notes_of(REPOSITORY, __version__)


DIFFERENT = {"other bytes": {"a": "2"}, "another name": {"b": "1"}, "one more": {"a": "1", "b": "1"}}


@pytest.mark.parametrize("other", DIFFERENT.values(), ids=DIFFERENT)
def test_builds_that_differ_are_refused(other: dict[str, str], tmp_path: Path) -> None:
    for folder, files in (("one", {"a": "1"}), ("two", other)):
        (tmp_path / folder).mkdir()
        for name, text in files.items():
            (tmp_path / folder / name).write_text(text)
    release.compare(tmp_path / "one", tmp_path / "one")
    with pytest.raises(release.ReleaseError, match="differ"):
        release.compare(tmp_path / "one", tmp_path / "two")


@pytest.mark.parametrize("script", ["echo oauthgit 0.1.9; echo nothing found", "echo oauthgit 0.2.0", "exit 1"])
def test_program_that_does_not_work_is_refused(script: str, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o700)
    with pytest.raises(release.ReleaseError, match="must exit 0"):
        release.check_installed(python, REPOSITORY, "0.2.0")


def test_changelog_is_in_the_format_of_keep_a_changelog() -> None:
    text = (REPOSITORY / "CHANGELOG.md").read_text()
    assert text.startswith("# Changelog\n")
    assert "https://keepachangelog.com/" in text
    sections = release.read_changelog(text)
    unreleased, *released = sections
    assert unreleased == "Unreleased"
    days = [day for day, _ in (sections[version] for version in released)]
    assert None not in days
    assert released == sorted(released, key=lambda version: [int(part) for part in version.split(".")], reverse=True)
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= CHANGES


def test_changelog_may_name_a_withdrawn_release() -> None:
    (section,) = release.read_changelog("## 0.1.0 - 2026-12-01 [YANKED]\n\nIt leaked.\n").items()
    assert section == ("0.1.0", (date(2026, 12, 1), "It leaked."))


def test_workflow_runs_steps_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    steps = set(re.findall(r"tools/release\.py (\S+)", WORKFLOW.read_text()))
    assert steps == {"check-tag", "notes", "build", "try"}
    for step in steps:
        with pytest.raises(SystemExit) as ended:
            release.main([step, "--help"])
        assert ended.value.code == 0
    assert capsys.readouterr().out


def test_jobs_that_may_write_run_no_code_of_the_repository() -> None:
    may_write = {name: job for name, job in JOBS.items() if "write" in job["permissions"].values()}
    assert {name: set(job["permissions"]) for name, job in may_write.items()} == {
        "attest": {"id-token", "attestations"},
        "publish": {"id-token"},
        "announce": {"contents"},
    }
    for job in may_write.values():
        assert not any("checkout" in step.get("uses", "") or "python" in step.get("run", "") for step in job["steps"])


def test_nothing_is_published_before_it_was_tried_and_attested() -> None:
    assert [JOBS[name].get("needs") for name in ("build", "try", "attest", "publish", "announce")] == [
        *(None, "build", ["build", "try"], "attest", "publish"),
    ]
    assert JOBS["publish"]["environment"]["name"] == "pypi"
    assert len(JOBS["try"]["strategy"]["matrix"]["system"]) == 3


def test_refused_step_ends_with_a_message(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("release.REPOSITORY", repository)
    assert release.main(["check-tag", "v0.2.0"]) == 0
    assert release.main(["check-tag", "v9"]) == 1
    assert capsys.readouterr().err.startswith("release: the tag is v9, ")
