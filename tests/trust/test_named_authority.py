"""``--authority`` never widens the default authority, and is never the change."""

import pytest

from support.ci_job import EVIL, MAIN, PIN, PULL, Job, outcomes
from support.ci_runs import OTHERS
from support.git import git


@pytest.mark.parametrize(
    "named",
    [
        *(
            "HEAD",
            "@",
            "HEAD~0",
            "HEAD^0",
            "@{0}",
            "origin/HEAD",
            "refs/remotes/origin/HEAD",
            "FETCH_HEAD",
            "heads/HEAD",
        ),
        *("main~0", "main^{commit}", "main@{0}", ":/change", "-h", "", "a b", "work", "refs/heads/work", "none"),
    ],
)
def test_authority_that_may_be_the_change_is_exit_2(named: str, job: Job) -> None:
    clone = job.check_out(OTHERS["an unknown system"])
    git(clone, "checkout", "--quiet", "-b", "work")
    git(clone, "update-ref", "FETCH_HEAD", EVIL)
    result = job.smoke(OTHERS["an unknown system"], clone, f"--authority={named}")
    assert (result.code, result.out) == (2, "")


def test_hash_of_the_checkout_is_no_authority(job: Job) -> None:
    run = OTHERS["an unknown system"]
    clone = job.check_out(run)
    assert job.smoke(run, clone, "--authority", git(clone, "rev-parse", "HEAD")).code == 2
    result = job.smoke(run, clone, "--authority", git(clone, "rev-parse", MAIN))
    assert result.code == 1
    assert "not-run" in outcomes(result)


def test_short_name_of_a_branch_and_a_tag_is_refused(job: Job) -> None:
    run = OTHERS["an unknown system"]
    clone = job.check_out(run, "main")
    assert job.smoke(run, clone, "--authority", "origin/main").code == 0
    git(clone, "tag", "origin/main", EVIL)
    result = job.smoke(run, clone, "--authority", "origin/main")
    assert result.code == 2
    assert "refs/remotes/origin/main and refs/tags/origin/main" in result.err
    assert job.smoke(run, clone, "--authority", MAIN).code == 0


@pytest.mark.parametrize("arguments", [("--trust-working-tree",), ("--trust-working-tree", "--authority", MAIN)])
def test_working_tree_is_not_trusted_without_a_terminal(arguments: tuple[str, ...], job: Job) -> None:
    for run in (PULL, OTHERS["no terminal"]):
        folder = job.folder / str(id(run))
        folder.mkdir()
        clone = job.world.check_out(folder, PIN, run.url)
        assert job.smoke(run, clone, *arguments).code == 2
