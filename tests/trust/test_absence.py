"""A missing policy grants nothing: the tree of the commit, a first adoption, a folder outside of git."""

import json
import shutil

from support.attacked_project import POLICY, move_pin, trust
from support.ci_job import EVIL, MAIN, PULL, PUSH, Job, outcomes
from support.git import committed, git


def test_policy_of_the_commit_counts_and_not_of_the_tree(job: Job) -> None:
    clone = job.check_out(PUSH, "main")
    git(clone, "checkout", "--quiet", "--detach", MAIN)
    move_pin(clone, job.world.eve)
    trust(clone, job.world.eve.plain)
    result = job.smoke(PUSH, clone)
    assert result.code == 1
    assert outcomes(result) == {"accepted", "not-run"}
    shut = [finding for finding in json.loads(result.out)["findings"] if finding["code"] == "OG707"]
    assert {finding["location"]["file"] for finding in shut} == {POLICY}


def test_first_adoption_is_not_run_and_noted(job: Job) -> None:
    clone = job.check_out(PULL, "main")
    git(clone, "checkout", "--quiet", "--detach", MAIN)
    (clone / POLICY).unlink()
    git(clone, "update-ref", MAIN, committed(clone))
    git(clone, "checkout", "--quiet", "--detach", EVIL)
    result = job.smoke(PULL, clone)
    assert (result.code, outcomes(result)) == (0, {"not-run"})
    assert f"has no {POLICY} yet" in result.err
    assert job.smoke(PULL, clone, "--sandbox").code == 0


def test_folder_outside_of_git_is_exit_2_in_ci(job: Job) -> None:
    clone = job.check_out(PULL, "main")
    job.begin(PULL, clone)
    shutil.rmtree(clone / ".git")
    assert job.program("-C", str(clone), "smoke").code == 2
    assert job.program("-C", str(clone), "smoke", "--sandbox").code == 0
    assert job.program("-C", str(clone), "smoke", "--dry-run").code == 3
