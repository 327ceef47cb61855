"""A change for another branch than the default one: both must grant, unless the default branch delegates."""

import json
from pathlib import Path

import pytest

from support.attacked_project import POLICY, edit
from support.ci_job import EVIL, MAIN, PULL, PUSH, Job
from support.ci_runs import Run
from support.git import committed, git


def _for_branch(name: str) -> Run:
    event = dict(PULL.event or {})
    event["pull_request"] = {**event["pull_request"], "base": {**event["pull_request"]["base"], "ref": name}}
    return PULL._replace(variables={**PULL.variables, "GITHUB_BASE_REF": name}, event=event)


def _push_to(name: str) -> Run:
    return PUSH._replace(variables={**PUSH.variables, "GITHUB_REF": f"refs/heads/{name}", "GITHUB_SHA": "{evil}"})


def _grow(clone: Path, ref: str, **policy: object) -> None:
    """Add a commit on ``ref`` that changes the policy."""
    git(clone, "checkout", "--quiet", "--detach", ref)
    edit(clone, POLICY, **policy)
    git(clone, "update-ref", ref, committed(clone))


def test_target_and_default_branch_must_both_grant(job: Job) -> None:
    clone = job.check_out(PULL, "main")
    git(clone, "update-ref", "refs/remotes/origin/develop", MAIN)
    assert job.smoke(_for_branch("develop"), clone).code == 0
    _grow(clone, "refs/remotes/origin/develop", trusted_hosts=[])
    git(clone, "checkout", "--quiet", "--detach", EVIL)
    assert job.smoke(_for_branch("develop"), clone).code == 3
    git(clone, "update-ref", "-d", "refs/remotes/origin/develop")
    assert job.smoke(_for_branch("develop"), clone).code == 2


def test_target_alone_grants_nothing_new(job: Job) -> None:
    clone = job.check_out(PULL)
    git(clone, "update-ref", "refs/remotes/origin/develop", EVIL)
    result = job.smoke(_for_branch("develop"), clone)
    assert result.code == 2, "the certificates of ca_file differ"
    assert "ca_file" in result.err


@pytest.mark.parametrize("patterns", [["develop"], ["release/*", "dev*"], ["*"]])
def test_delegated_branch_grants_by_itself(patterns: list[str], job: Job) -> None:
    clone = job.check_out(PULL, "main")
    hosts = json.loads((clone / POLICY).read_text())["trusted_hosts"]
    _grow(clone, MAIN, trusted_hosts=[], delegated_branches=patterns)
    _grow(clone, "refs/remotes/origin/evil", trusted_hosts=hosts)
    git(clone, "update-ref", "refs/remotes/origin/develop", EVIL)
    for run in (_for_branch("develop"), _push_to("develop")):
        assert job.smoke(run, clone).code == 0
    assert job.smoke(_push_to("feature"), clone).code == 3, "the default branch does not delegate to it"


@pytest.mark.parametrize("patterns", [[], ["release/*"], ["develop/*"], ["origin/develop"], ["DEVELOP"]])
def test_branch_outside_of_the_patterns_is_not_delegated(patterns: list[str], job: Job) -> None:
    clone = job.check_out(PULL, "main")
    hosts = json.loads((clone / POLICY).read_text())["trusted_hosts"]
    _grow(clone, MAIN, trusted_hosts=[], delegated_branches=patterns)
    _grow(clone, EVIL, trusted_hosts=hosts, delegated_branches=["*"])
    git(clone, "update-ref", "refs/remotes/origin/develop", EVIL)
    assert job.smoke(_for_branch("develop"), clone).code == 3
    assert job.smoke(_push_to("develop"), clone).code == 3


def test_different_proxies_are_exit_2(job: Job) -> None:
    clone = job.check_out(PULL, "main")
    git(clone, "update-ref", "refs/remotes/origin/develop", MAIN)
    _grow(clone, "refs/remotes/origin/develop", proxy="http://proxy.example.com:3128")
    result = job.smoke(_for_branch("develop"), clone)
    assert result.code == 2
    assert "proxy of the policy differs" in result.err
