"""The authority is the server's default branch: its commit, its newer tip, and no guessed name."""

import pytest

from support.attacked_project import POLICY, edit
from support.ci_job import EVIL, MAIN, PULL, PUSH, SCHEDULE, Job, outcomes
from support.ci_runs import GITLAB, OTHERS, Run
from support.git import committed, git


@pytest.mark.parametrize("run", [PUSH, SCHEDULE], ids=["push", "schedule"])
def test_default_branch_commit_needs_no_ref(run: Run, job: Job) -> None:
    clone = job.check_out(run, "main")
    job.begin(run, clone)
    for ref in git(clone, "for-each-ref", "--format=%(refname)", "refs/remotes").splitlines():
        git(clone, "update-ref", "--no-deref", "-d", ref)
    result = job.program("-C", str(clone), "smoke", "--format", "json")
    assert (result.code, outcomes(result)) == (0, {"accepted"})


def test_newer_tip_must_grant_as_well(job: Job) -> None:
    clone = job.check_out(PUSH, "main")
    old = git(clone, "rev-parse", MAIN)
    edit(clone, POLICY, trusted_hosts=[])
    git(clone, "update-ref", MAIN, committed(clone))
    git(clone, "checkout", "--quiet", "--detach", old)
    run = PUSH._replace(variables={**PUSH.variables, "GITHUB_SHA": old})
    result = job.smoke(run, clone)
    assert (result.code, outcomes(result)) == (3, {"not-run"})


@pytest.mark.parametrize("run", [PULL, GITLAB["merge request"]], ids=["GitHub", "GitLab"])
def test_missing_default_branch_is_exit_2_with_advice(run: Run, job: Job) -> None:
    clone = job.check_out(run, "main")
    job.begin(run, clone)
    git(clone, "update-ref", "-d", MAIN)
    result = job.program("-C", str(clone), "smoke", "--format", "json")
    assert (result.code, result.out) == (2, "")
    assert "nothing was sent" in result.err
    assert "fetch-depth: 0" in result.err
    assert result.err.count("\n") == 1


def test_tag_with_the_full_name_of_a_branch_does_not_count(job: Job) -> None:
    clone = job.check_out(PULL)
    job.begin(PULL, clone)
    git(clone, "update-ref", "-d", MAIN)
    git(clone, "update-ref", f"refs/tags/{MAIN}", EVIL)
    assert job.program("-C", str(clone), "smoke").code == 2


def test_pushed_tag_does_not_stop_smoke(job: Job) -> None:
    clone = job.check_out(PULL, "main")
    for name in ("main", "origin/main", MAIN):
        git(clone, "update-ref", f"refs/tags/{name}", EVIL)
    assert job.smoke(PULL, clone).code == 0


def test_pushed_branch_called_head_does_not_count(job: Job) -> None:
    clone = job.check_out(OTHERS["an unknown system"])
    git(clone, "symbolic-ref", "--delete", "refs/remotes/origin/HEAD")
    git(clone, "update-ref", "refs/remotes/origin/HEAD", EVIL)
    assert job.smoke(OTHERS["an unknown system"], clone).code == 2
