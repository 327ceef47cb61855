"""The authority grants readers, also if ``secrets`` runs in CI: a change adds no reader."""

from pathlib import Path

import pytest

from support.attacked_project import SECRETS, SOPS_RULES
from support.ci_job import EVIL, NAMED, Job
from support.ci_runs import RUNS
from support.git import committed, git
from support.sops import recipient

NAMES = (
    *("GitHub: push to main", "GitHub: pull request", "GitHub: pull request of a fork", "GitHub: workflow_dispatch"),
    *("GitLab: merge request", "GitLab: merge request of a fork", "Azure: pull request", "others: Buildkite, a branch"),
    *("others: an unknown system", "others: no terminal"),
)


@pytest.mark.parametrize("name", NAMES)
def test_reader_added_by_the_change_needs_confirmation(name: str, job: Job) -> None:
    run = RUNS[name]
    clone = job.check_out(run, "main")
    both = f"{recipient('demo')},{recipient('second')}"
    (clone / ".sops.yaml").write_text(SOPS_RULES.replace(recipient("demo"), both))
    git(clone, "update-ref", EVIL, committed(clone))
    before = (clone / SECRETS).read_bytes()
    job.begin(run, clone)
    result = job.program("-C", str(clone), "secrets", "renew", "prod", *(NAMED if run.code == 2 else ()))
    assert (result.code, (clone / SECRETS).read_bytes()) == (2, before)
    assert "nothing was written" in result.err
    assert (f"--recipient {recipient('second')}" in result.err) == (run.code != 0)


@pytest.mark.parametrize("name", NAMES)
def test_readers_of_the_authority_need_no_confirmation(name: str, job: Job) -> None:
    run = RUNS[name]
    clone = job.check_out(run, "main")
    before = (clone / SECRETS).read_bytes()
    job.begin(run, clone)
    unnamed = job.program("-C", str(clone), "secrets", "renew", "prod")
    assert unnamed.code == (0 if run.code is None else 2)
    named = job.program("-C", str(clone), "secrets", "renew", "prod", *NAMED)
    assert named.code == (2 if run.code == 0 else 0)
    assert (before == (clone / SECRETS).read_bytes()) == (run.code == 0)


def test_first_adoption_needs_confirmation_of_all_readers(job: Job) -> None:
    run = RUNS["GitHub: push to main"]
    clone = job.check_out(run, "main")
    git(clone, "rm", "--quiet", "-r", "--cached", "configs", ".sops.yaml")
    git(clone, "commit", "--quiet", "--message=empty")
    git(clone, "update-ref", "refs/remotes/origin/main", "HEAD")
    job.begin(run, clone)
    result = job.program("-C", str(clone), "secrets", "renew", "prod")
    assert (result.code, f"--recipient {recipient('demo')}" in result.err) == (2, True)
    agreed = job.program("-C", str(clone), "secrets", "renew", "prod", "--recipient", recipient("demo"))
    assert agreed.code == 0, agreed.err
    assert Path(clone, SECRETS).is_file()
