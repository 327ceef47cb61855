"""Which commit is the authority: named by the server, never guessed, and of the server's own repository."""

import json
import shutil
from pathlib import Path

import pytest

from ci_runs import GITHUB, GITLAB, OTHERS, Run
from doors import POLICY, World, edit, move_pin, trust
from program import Program, Result
from repository import committed, git

PUSH, PULL, SCHEDULE = (GITHUB[name] for name in ("push to main", "pull request", "schedule"))
MAIN, EVIL = "refs/remotes/origin/main", "refs/remotes/origin/evil"
PIN = "the-pin-of-a-variable"


class Job:
    """A job in a clone: it runs smoke as a CI system would, and knows whom that reached."""

    def __init__(self, world: World, folder: Path, runner: pytest.MonkeyPatch, program: Program) -> None:
        self.world = world
        self.folder = folder
        self.program = program
        self._runner = runner

    def check_out(self, run: Run, branch: str = PIN) -> Path:
        return self.world.check_out(self.folder, branch, run.url)

    def begin(self, run: Run, clone: Path) -> None:
        """Set the variables of a run, while its branches are still in the clone."""
        for name, value in run.environment(self.folder, clone).items():
            self._runner.setenv(name, value)

    def smoke(self, run: Run, clone: Path, *arguments: str, below: str = ".") -> Result:
        self.begin(run, clone)
        before = self.world.eve.connections
        result = self.program("-C", str(clone / below), "smoke", "--format", "json", *arguments)
        assert self.world.eve.connections == before, "the attacker heard something"
        return result


@pytest.fixture
def job(world: World, tmp_path: Path, runner: pytest.MonkeyPatch, program: Program) -> Job:
    return Job(world, tmp_path, runner, program)


def outcomes(result: Result) -> set[str]:
    return {verdict["verdict"] for verdict in json.loads(result.out)["verdicts"]}


# Where the commit comes from.


@pytest.mark.parametrize("run", [PUSH, SCHEDULE], ids=["push", "schedule"])
def test_default_branch_commit_needs_no_ref(run: Run, job: Job) -> None:
    clone = job.check_out(run, "main")
    job.begin(run, clone)
    for ref in git(clone, "for-each-ref", "--format=%(refname)", "refs/remotes").splitlines():
        git(clone, "update-ref", "--no-deref", "-d", ref)
    result = job.program("-C", str(clone), "smoke", "--format", "json")
    assert (result.code, outcomes(result)) == (0, {"accepted"})


def test_newer_tip_has_to_grant_as_well(job: Job) -> None:
    clone = job.check_out(PUSH, "main")
    old = git(clone, "rev-parse", MAIN)
    edit(clone, POLICY, trusted_hosts=[])
    git(clone, "update-ref", MAIN, committed(clone))
    git(clone, "checkout", "--quiet", "--detach", old)
    run = PUSH._replace(variables=PUSH.variables | {"GITHUB_SHA": old})
    result = job.smoke(run, clone)
    assert (result.code, outcomes(result)) == (3, {"not-run"})


@pytest.mark.parametrize("run", [PULL, GITLAB["merge request"]], ids=["GitHub", "GitLab"])
def test_missing_default_branch_is_exit_2_with_the_way(run: Run, job: Job) -> None:
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


# Whose repository it is.


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


def test_second_url_of_origin_has_to_be_the_same_repository(job: Job) -> None:
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


# What --authority may name.


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


def test_hash_of_what_is_checked_out_is_no_authority(job: Job) -> None:
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


# A change for another branch than the default one.


def _for_branch(name: str) -> Run:
    event = dict(PULL.event or {})
    event["pull_request"] = {**event["pull_request"], "base": {**event["pull_request"]["base"], "ref": name}}
    return PULL._replace(variables=PULL.variables | {"GITHUB_BASE_REF": name}, event=event)


def _push_to(name: str) -> Run:
    return PUSH._replace(variables=PUSH.variables | {"GITHUB_REF": f"refs/heads/{name}", "GITHUB_SHA": "{evil}"})


def _grow(clone: Path, ref: str, **policy: object) -> None:
    """Add a commit on ``ref`` that changes the policy."""
    git(clone, "checkout", "--quiet", "--detach", ref)
    edit(clone, POLICY, **policy)
    git(clone, "update-ref", ref, committed(clone))


def test_target_and_default_branch_both_have_to_grant(job: Job) -> None:
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
    assert job.smoke(_push_to("feature"), clone).code == 3, "nobody delegated to it"


@pytest.mark.parametrize("patterns", [[], ["release/*"], ["develop/*"], ["origin/develop"], ["DEVELOP"]])
def test_branch_that_no_pattern_names_is_not_delegated(patterns: list[str], job: Job) -> None:
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


# The commit's own files, and its absence.


def test_commit_counts_though_the_tree_is_another(job: Job) -> None:
    clone = job.check_out(PUSH, "main")
    git(clone, "checkout", "--quiet", "--detach", MAIN)
    move_pin(clone, job.world.eve)
    trust(clone, job.world.eve.plain)
    result = job.smoke(PUSH, clone)
    assert result.code == 1
    assert outcomes(result) == {"accepted", "not-run"}
    shut = [finding for finding in json.loads(result.out)["findings"] if finding["code"] == "OG707"]
    assert {finding["location"]["file"] for finding in shut} == {POLICY}


def test_first_adoption_is_not_run_with_a_notice(job: Job) -> None:
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
