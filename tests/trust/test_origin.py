"""The repository is that of the server: its origin, its worktrees, no submodule, the policy of its folder."""

import json
import shutil

import pytest

from support.attacked_project import POLICY, edit
from support.ci_job import EVIL, MAIN, PIN, PULL, Job, outcomes
from support.git import committed, git


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/eve/settings",
        "https://github.com.evil.example/acme/settings",
        "https://evil.example/github.com/acme/settings",
        "git@github.com:eve/settings.git",
        "https://github.com/acme/settings/../../eve/settings",
        "/srv/git/acme/settings",
        "file:///srv/git/acme/settings",
        "github.com/acme/settings",
    ],
)
def test_clone_of_another_repository_is_exit_2(url: str, job: Job) -> None:
    result = job.smoke(PULL, job.world.check_out(job.folder, "main", url))
    assert (result.code, result.out) == (2, "")


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/settings.git",
        "https://x-access-token:ghs_canary@github.com/Acme/Settings",
        "git@github.com:acme/settings.git",
        "ssh://git@github.com:22/acme/settings",
    ],
)
def test_other_spelling_of_the_repository_is_the_same(url: str, job: Job) -> None:
    result = job.smoke(PULL, job.world.check_out(job.folder, "main", url))
    assert result.code == 0
    assert "canary" not in result.out + result.err


def test_second_url_of_origin_must_be_the_same_repository(job: Job) -> None:
    clone = job.check_out(PULL, "main")
    git(clone, "config", "--add", "remote.origin.url", "https://github.com/eve/settings")
    assert job.smoke(PULL, clone).code == 2


def test_included_configuration_does_not_name_origin(job: Job) -> None:
    clone = job.world.check_out(job.folder, PIN, "https://github.com/eve/settings")
    included = job.folder / "included"
    included.write_text('[remote "origin"]\n\turl = https://github.com/acme/settings\n')
    git(clone, "config", "include.path", str(included))
    git(clone, "config", "--unset", "remote.origin.url")
    assert job.smoke(PULL, clone).code == 2


def test_token_in_the_url_of_origin_is_not_shown(job: Job) -> None:
    url = "https://x-access-token:ghs_canary@github.com/eve/settings"
    result = job.smoke(PULL, job.world.check_out(job.folder, "main", url))
    assert result.code == 2
    assert "github.com/eve/settings" in result.err
    assert "canary" not in result.err


def test_worktree_counts_as_its_repository(job: Job) -> None:
    clone = job.check_out(PULL, "main")
    git(clone, "worktree", "add", "--quiet", "--detach", "../linked", EVIL)
    assert job.smoke(PULL, clone, below="../linked").code == 0
    git(clone, "config", "remote.origin.url", "https://github.com/eve/settings")
    assert job.smoke(PULL, clone, below="../linked").code == 2


def test_submodule_in_ci_is_exit_2(job: Job) -> None:
    clone = job.check_out(PULL, "main")
    outer = job.folder / "outer"
    outer.mkdir()
    git(outer, "init", "--quiet")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(clone), "settings")
    for name in ("main", "evil"):
        git(outer / "settings", "update-ref", f"refs/remotes/origin/{name}", git(clone, "rev-parse", MAIN))
    job.begin(PULL, clone)
    result = job.program("-C", str(outer / "settings"), "smoke")
    assert result.code == 2
    assert "submodule" in result.err


def test_monorepo_reads_the_policy_of_its_folder(job: Job) -> None:
    clone = job.check_out(PULL, "main")
    (clone / "services").mkdir()
    shutil.move(clone / "configs", clone / "services/configs")
    (clone / POLICY).parent.mkdir()
    (clone / POLICY).write_text("kind: policy\n")
    git(clone, "update-ref", MAIN, committed(clone))
    result = job.smoke(PULL, clone, below="services")
    assert (result.code, outcomes(result)) == (0, {"accepted"})
    trusted = json.loads((clone / "services" / POLICY).read_text())["trusted_hosts"]
    edit(clone, f"services/{POLICY}", trusted_hosts=[])
    git(clone, "update-ref", MAIN, committed(clone))
    edit(clone, f"services/{POLICY}", trusted_hosts=trusted)
    assert outcomes(job.smoke(PULL, clone, below="services")) == {"not-run"}
