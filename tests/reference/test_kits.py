"""The CI kits: accepted by other people's linters, consistent with init, and safe against hostile inputs."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from oauthgit.scaffold import jobs, template
from support.cli import Program
from support.git import committed, git
from support.paths import REPOSITORY

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

BIN = Path(sys.executable).parent
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text())
WORKFLOWS = sorted((REPOSITORY / ".github/workflows").glob("*.yml"))
REMOTES = {
    "github": "https://github.com/team/repository",
    "gitlab": "https://gitlab.com/team/repository",
    "azure": "https://dev.azure.com/team/project/_git/repository",
}


def complaints(program: str, *arguments: str | Path, cwd: Path) -> str:
    """Run a linter; return its complaints, or an empty text."""
    environment = {"PATH": f"{BIN}:{os.defpath}", "HOME": str(cwd), "NO_COLOR": "1"}
    done = subprocess.run(
        [BIN / program, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    return done.stdout + done.stderr if done.returncode else ""


def run_linters(folder: Path) -> None:
    """Check everything in a repository with actionlint (with shellcheck) and zizmor."""
    assert complaints("actionlint", cwd=folder) == ""
    assert (
        complaints("zizmor", "--offline", "--persona=auditor", "--collect=all", "--strict-collection", ".", cwd=folder)
        == ""
    )


def of_schema(name: str, file: Path) -> None:
    # Only Python can read some patterns of the schemas.
    arguments = ["--regex-variant", "python", "--builtin-schema", f"vendor.{name}"]
    if name in {"gitlab-ci", "azure-pipelines"}:
        arguments += ["--data-transform", name]
    assert complaints("check-jsonschema", *arguments, file, cwd=file.parent) == ""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a repository with the files of this one that GitHub reads."""
    folder = tmp_path / "checkout"
    shutil.copytree(REPOSITORY / ".github", folder / ".github")
    for name in ("action.yml", ".pre-commit-hooks.yaml"):
        shutil.copy(REPOSITORY / name, folder)
    git(folder, "init", "--quiet")
    return folder


def test_linters_accept_workflows_and_action(checkout: Path) -> None:
    run_linters(checkout)
    of_schema("github-actions", checkout / "action.yml")
    for workflow in (checkout / ".github/workflows").iterdir():
        of_schema("github-workflows", workflow)


PLANTED = {
    "a template in a script": ("bash .ci/run", "echo ${{ github.event.pull_request.title }}"),
    "an action without a hash": (r"actions/checkout@\S+ # \S+", "actions/checkout@main"),
    "credentials that stay": ("persist-credentials: false", "persist-credentials: true"),
    "a run with all rights": ("pull_request:", "pull_request_target:"),
    "a variable without quotes": ("bash .ci/run", "rm $HOME/x"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_linters_find_planted_mistakes(planted: str, checkout: Path) -> None:
    pattern, worse = PLANTED[planted]
    workflow = checkout / ".github/workflows/ci.yml"
    text, count = re.subn(pattern, worse, workflow.read_text(), count=1)
    assert count == 1
    workflow.write_text(text)
    with pytest.raises(AssertionError):
        run_linters(checkout)


@pytest.mark.parametrize("system", REMOTES)
def test_linters_accept_files_of_init(
    system: str, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "origin", REMOTES[system])
    assert program("init").code == 0
    files = {"github": ".github/workflows/oauthgit.yml", "gitlab": ".gitlab-ci.yml", "azure": "azure-pipelines.yml"}
    assert [name for name, path in files.items() if Path(path).exists()] == [system]
    schemas = {"github": "github-workflows", "gitlab": "gitlab-ci", "azure": "azure-pipelines"}
    of_schema(schemas[system], tmp_path / files[system])
    if system == "github":
        run_linters(tmp_path)
    for script in scripts(yaml.safe_load(Path(files[system]).read_text())):
        shelled(script)


def test_linters_accept_files_of_init_in_a_subfolder(
    tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "--quiet")
    done = program("init", "some where/oauth")
    reported = (
        done.out.partition(".github/workflows/oauthgit.yml has an effect")[2]
        .partition("with\n\n")[2]
        .partition("\n\noauthgit was installed")[0]
    )
    workflow = tmp_path / ".github/workflows/oauthgit.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("\n".join(line[4:] for line in reported.splitlines()) + "\n")
    run_linters(tmp_path)
    assert 'oauthgit -C "some where/oauth" smoke' in workflow.read_text()
    assert 'oauthgit -C "some where/oauth" secrets expiry' in workflow.read_text()


def scripts(part: Any) -> Iterator[str]:
    """Yield every shell script in the configuration of a CI system."""
    if isinstance(part, list):
        for each in part:
            yield from scripts(each)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in {"run", "bash"}:
                yield value
            elif key in {"script", "before_script"}:
                yield "\n".join(value)
            else:
                yield from scripts(value)


def shelled(script: str) -> None:
    done = subprocess.run(
        [BIN / "shellcheck", "--shell=bash", "-"], input=script, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == ""


def parts(name: str) -> list[Any]:
    return list(yaml.safe_load_all((REPOSITORY / name).read_text()))


def test_gitlab_component_is_valid(tmp_path: Path) -> None:
    spec, content = parts("templates/oauthgit.yml")
    inputs = spec["spec"]["inputs"]
    used = set(re.findall(r"\$\[\[ inputs\.(\w+) \]\]", (REPOSITORY / "templates/oauthgit.yml").read_text()))
    assert set(inputs) == used
    assert all("description" in each and ("default" in each or name == "source") for name, each in inputs.items())
    (tmp_path / ".gitlab-ci.yml").write_text(yaml.safe_dump(content))
    of_schema("gitlab-ci", tmp_path / ".gitlab-ci.yml")
    for job in content.values():
        assert not any("inputs" in script for script in scripts(job)), "an input must be passed by a variable"
    refused = [rule["if"] for rule in content["oauthgit-smoke"]["rules"] if rule.get("when") == "never"]
    assert any("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID != $CI_PROJECT_ID" in each for each in refused)
    assert "SOPS_AGE_KEY" not in "".join(str(content[f"oauthgit-{name}"]) for name in ("validate", "expiry", "drift"))


def test_azure_template_is_valid(tmp_path: Path) -> None:
    (content,) = parts("kits/azure/oauthgit.yml")
    text = (REPOSITORY / "kits/azure/oauthgit.yml").read_text()
    assert {each["name"] for each in content["parameters"]} == set(re.findall(r"parameters\.(\w+)", text))
    for job in content["jobs"]:
        assert not any("${{" in script or "$(" in script for script in scripts(job)), "a value must be passed by env"
    validate, expiry, drift, smoke = content["jobs"]
    assert "ne(variables['System.PullRequest.IsFork'], 'True')" in smoke["condition"]
    assert "SOPS_AGE_KEY" not in str(validate) + str(expiry) + str(drift)
    filled = tmp_path / "azure-pipelines.yml"
    filled.write_text(jobs("azure", {"pin": "==0.1.0", "directory": "."}))
    of_schema("azure-pipelines", filled)


def shape(workflow: Path | str) -> dict[str, Any]:
    """Return the parts of a workflow that grant permissions, without steps that differ in wording."""
    data = yaml.safe_load(workflow.read_text() if isinstance(workflow, Path) else workflow)
    return {
        "on": set(data[True]),
        "permissions": data["permissions"],
        "concurrency": data["concurrency"],
        "jobs": {
            name: {key: job.get(key) for key in ("needs", "environment", "permissions", "timeout-minutes", "runs-on")}
            | {"checkout": job["steps"][0], "own": own_requests_only(job.get("if", ""))}
            for name, job in data["jobs"].items()
        },
    }


def own_requests_only(condition: str) -> bool:
    words = " ".join(condition.split())
    rule = "github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository"
    return rule in words


def test_workflow_of_init_equals_our_own_workflow() -> None:
    ours = shape(REPOSITORY / ".github/workflows/oauthgit.yml")
    assert shape(template("github.yml")) == ours
    assert ours["permissions"] == {}
    assert ours["jobs"]["validate"]["permissions"] == {"contents": "read"}
    assert ours["jobs"]["validate"]["environment"] is None
    assert ours["jobs"]["validate"]["checkout"]["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert ours["jobs"]["smoke"]["environment"] == "oauthgit-smoke"
    for name in ("expiry", "drift"):
        assert ours["jobs"][name]["permissions"] == {"contents": "read"}
        assert ours["jobs"][name]["environment"] is None
    assert {name: job["own"] for name, job in ours["jobs"].items()} == {
        "validate": False,
        "expiry": False,
        "drift": False,
        "smoke": True,
    }


def test_only_jobs_closed_to_forks_get_a_secret() -> None:
    for text in (template("github.yml"), (REPOSITORY / ".github/workflows/oauthgit.yml").read_text()):
        assert "secrets." not in text.partition("\n  smoke:\n")[0]
        assert "pull_request_target" not in text
        assert "workflow_run" not in text


def test_foreign_actions_are_pinned_to_one_hash_everywhere() -> None:
    texts = [path.read_text() for path in (*WORKFLOWS, REPOSITORY / "action.yml")] + [template("github.yml")]
    used = {use for text in texts for use in re.findall(r"uses: (?!\./)(.+)", text)}
    assert all(re.fullmatch(r"(?:actions|pypa)/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use) for use in used)
    assert len({use.partition("@")[0] for use in used}) == len(used)


# Running the action: its shell steps, as GitHub's runner runs them.

RECORDER = """#!/bin/sh
for each in "$@"; do printf '%s\\0' "$each"; done > "$RECORDS/$(basename "$0").arguments"
env -0 > "$RECORDS/$(basename "$0").environment"
for each in "$@"; do case "$each" in markdown=*) printf 'the report\\n' > "${each#markdown=}";; esac; done
exit "${ANSWER:-0}"
"""


class Runner:
    """Run the shell steps of ``action.yml`` one by one with GitHub's environment."""

    def __init__(self, folder: Path) -> None:
        self.work, self.temporary, self.records = (folder / name for name in ("work", "temporary", "records"))
        for each in (self.work, self.temporary, self.records):
            each.mkdir()
        self.output, self.summary = self.records / "output", self.records / "summary"

    def run(self, inputs: Mapping[str, str], environment: Mapping[str, str] | None = None) -> int:
        """Run the steps until one fails; return the last exit code."""
        known = {name: str(each["default"]) for name, each in ACTION["inputs"].items()}
        assert set(inputs) <= set(known)
        for path in (self.output, self.summary):
            path.write_text("")
        for step in ACTION["runs"]["steps"]:
            if "run" not in step:
                continue
            given = {name: self._evaluated(text, known | dict(inputs)) for name, text in step["env"].items()}
            # "shell: bash" of the runner: bash --noprofile --norc -eo pipefail {0}
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.work,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(self.records),
                    "GITHUB_ACTIONS": "true",
                    "RUNNER_TEMP": str(self.temporary),
                    "GITHUB_ACTION_PATH": str(REPOSITORY),
                    "GITHUB_OUTPUT": str(self.output),
                    "GITHUB_STEP_SUMMARY": str(self.summary),
                    "RECORDS": str(self.records),
                    **(environment or {}),
                    **given,
                },
                capture_output=True,
                text=True,
                check=False,
                timeout=170,
            )
            self.said = done.stdout + done.stderr
            if done.returncode:
                return done.returncode
        return 0

    def _evaluated(self, text: str, inputs: Mapping[str, str]) -> str:
        name = re.fullmatch(r"\$\{\{ (.+) \}\}", text)
        assert name, "an expression is the whole value, never a part of a program"
        if name[1] == "steps.python.outputs.python-path":
            return str(self.records / "python")
        assert name[1].startswith("inputs."), name[1]
        return inputs[name[1].removeprefix("inputs.")]

    def recorded(self, program: str) -> tuple[list[str], dict[str, str]]:
        """Return the arguments and the environment of a started program."""
        arguments, environment = (
            (self.records / f"{program}.{what}").read_bytes().decode().split("\0")[:-1]
            for what in ("arguments", "environment")
        )
        return arguments, dict(each.split("=", 1) for each in environment)

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.output.read_text().splitlines())


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """Return a runner whose Python and oauthgit record how they were started."""
    made = Runner(tmp_path)
    recorder = made.records / "recorder"
    recorder.write_text(RECORDER)
    recorder.chmod(0o755)
    tool = made.temporary / "oauthgit-tool/bin"
    tool.mkdir(parents=True)
    for path in (made.records / "python", tool / "python", tool / "oauthgit"):
        path.symlink_to(recorder)
    return made


def test_action_inputs_are_passed_by_environment_only() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_action_runs_the_command_and_sets_outputs(runner: Runner) -> None:
    given = "--exit-code\n\n  origin/main  \n"
    code = runner.run({"command": "diff", "args": given, "working-directory": "teams/oauth"})
    report = f"{runner.temporary}/oauthgit-diff.md"
    assert code == 0
    arguments, _ = runner.recorded("oauthgit")
    assert arguments[:4] == ["diff", "-Cteams/oauth", "--output", f"markdown={report}"]
    assert arguments[4:] == ["--exit-code", "  origin/main  "]
    assert runner.outputs == {"report": report, "exit-code": "0"}
    assert runner.summary.read_text() == "", "the program detects GitHub itself"


def test_action_runs_the_expiry_of_secrets(runner: Runner) -> None:
    assert runner.run({"command": "expiry", "args": "--within\n60d"}) == 0
    report = f"{runner.temporary}/oauthgit-expiry.md"
    arguments, _ = runner.recorded("oauthgit")
    assert arguments == ["secrets", "expiry", "-C.", "--output", f"markdown={report}", "--within", "60d"]
    assert runner.outputs == {"report": report, "exit-code": "0"}


# Expiry at night: the job runs on a schedule only, and fails inside the window.

NIGHTLY = {
    "github": ("if", "github.event_name == 'schedule'"),
    "gitlab": ("rules", [{"if": '$CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'}]),
    "azure": ("condition", "eq(variables['Build.Reason'], 'Schedule')"),
}


def nightly_job(system: str, name: str = "expiry") -> Any:
    """Return a job of a kit that runs at night."""
    content = yaml.safe_load(jobs(system, {"pin": "==0.1.0", "directory": ".", "stage": "test", "image": "x"}))  # type: ignore[arg-type]
    if system == "azure":
        return next(job for job in content["jobs"] if job.get("job") == f"oauthgit_{name}")
    return content["jobs"][name] if system == "github" else content[f"oauthgit-{name}"]


@pytest.mark.parametrize("system", NIGHTLY)
@pytest.mark.parametrize(("days", "code"), [(10, 1), (400, 0)])
def test_nightly_job_fails_before_a_secret_expires(system: str, days: int, code: int, tmp_path: Path) -> None:
    job = nightly_job(system)
    name, rule = NIGHTLY[system]
    assert job[name] == rule
    (script,) = [each for each in scripts(job) if "secrets expiry" in each]
    shutil.copytree(REPOSITORY / "configs", tmp_path / "configs")
    shutil.copy(REPOSITORY / ".sops.yaml", tmp_path)
    layer = tmp_path / "configs/iam_applications/insights-prod.yaml"
    day = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    layer.write_text(layer.read_text().replace("2037-06-30", day))
    committed(tmp_path)
    environment = {
        "PATH": f"{BIN}:{os.defpath}",
        "OAUTHGIT_DIRECTORY": ".",
        "CI_PROJECT_DIR": str(tmp_path),
        "CI": "true",
    }
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, day in done.stdout) == (code, bool(code)), done.stdout + done.stderr


OFF = {
    "github": ("if", "github.event_name == 'schedule' && vars.OAUTHGIT_DRIFT != ''"),
    "gitlab": (
        "rules",
        [{"if": '$OAUTHGIT_DRIFT && $CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'}],
    ),
    "azure": (
        "condition",
        "and(succeeded(), eq(variables['Build.Reason'], 'Schedule'), ne(variables['OAUTHGIT_DRIFT'], ''))",
    ),
}


@pytest.mark.parametrize("system", NIGHTLY)
def test_drift_job_is_off_and_compares_a_saved_table(system: str, tmp_path: Path) -> None:
    job = nightly_job(system, "drift")
    name, rule = OFF[system]
    assert job[name] == rule
    (script,) = [each for each in scripts(job) if " drift " in each]
    shutil.copytree(REPOSITORY / "configs", tmp_path / "configs")
    folder = tmp_path / "oauthgit-platform"
    folder.mkdir()
    (folder / "table.csv").write_text("application;oauth_server_id;client_id\ninsights-prod;graph;typed-by-hand\n")
    environment = {
        "PATH": f"{BIN}:{os.defpath}",
        "OAUTHGIT_DIRECTORY": ".",
        "OAUTHGIT_DRIFT": "table.csv" if system == "azure" else "oauthgit-platform/table.csv",
        "CI": "true",
        **dict.fromkeys(("CI_PROJECT_DIR", "GITHUB_WORKSPACE", "PIPELINE_WORKSPACE"), str(tmp_path)),
    }
    command = ["bash", "-e", "-c", script]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, "typed-by-hand" in done.stdout) == (4, True), done.stdout + done.stderr
    os.utime(folder / "table.csv", (0, 0))
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, "OG854" in done.stdout) == (1, True)


@pytest.mark.parametrize("system", NIGHTLY)
def test_expiring_secret_does_not_stop_the_smoke_test(system: str) -> None:
    content = yaml.safe_load(jobs(system, {"pin": "==0.1.0", "directory": ".", "stage": "test", "image": "x"}))  # type: ignore[arg-type]
    text = str(content["jobs"] if system != "gitlab" else content)
    assert not re.search(r"'(?:needs|dependsOn)': [^,}]*expiry", text)


@pytest.mark.parametrize("answer", ["1", "2", "4", "70"])
def test_action_returns_the_exit_code_of_the_command(answer: str, runner: Runner) -> None:
    fail = runner.temporary / "oauthgit-tool/bin/oauthgit"
    fail.unlink()
    fail.write_text(f"#!/bin/sh\nexit {answer}\n")
    fail.chmod(0o755)
    assert runner.run({}) == int(answer)
    assert runner.outputs == {"exit-code": answer}
    assert runner.summary.read_text() == ""


@pytest.mark.parametrize(
    ("inputs", "wanted"),
    [
        ({}, str(REPOSITORY)),
        ({"command": "smoke"}, f"{REPOSITORY}[sandbox]"),
    ],
)
def test_action_installs_its_own_commit(inputs: dict[str, str], wanted: str, runner: Runner) -> None:
    assert runner.run(inputs) == 0
    assert runner.recorded("python")[0][-1] == wanted


HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "a\ntouch pwned\n",
    "a\r\nexit-code=0",
    "::set-output name=report::x",
    "$HOME",
    "* ../*",
    "-rf /",
    "\\",
    "${{ github.token }}",
    "é\u202e\x07",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["command", "args", "working-directory", "sops-age-key"])
def test_hostile_action_input_is_only_a_value(name: str, value: str, runner: Runner) -> None:
    command = {"command": "smoke"} if name != "command" else {}
    code = runner.run({**command, name: value})
    assert not list(runner.work.parent.rglob("pwned"))
    if name == "command":
        assert code == 2
        allowed = "validate, diff, drift, expiry and smoke"
        assert runner.said == f"::error title=oauthgit::the input command is not one of {allowed}\n"
        return
    assert code == 0
    arguments, environment = runner.recorded("oauthgit")
    assert set(runner.outputs) == {"report", "exit-code"}
    if name == "args":
        lines = [line.removesuffix("\r") for line in value.split("\n")]
        assert arguments[4:] == ["--mask", *(line for line in lines if line)]
    elif name == "working-directory":
        assert arguments[1] == f"-C{value}"
    else:
        assert environment["SOPS_AGE_KEY"] == value
        assert not any(value in each for each in arguments)


def test_key_reaches_only_the_command_that_needs_it(runner: Runner) -> None:
    for command in ("validate", "diff", "drift", "expiry", "smoke"):
        runner.run({"command": command, "sops-age-key": "the key"})
        environment = runner.recorded("oauthgit")[1]
        assert environment.get("SOPS_AGE_KEY") == ("the key" if command == "smoke" else None)
        assert "INPUT_SOPS_AGE_KEY" not in environment
        assert "the key" not in runner.recorded("python")[1].values()


def test_modules_in_the_repository_are_not_imported(tmp_path: Path) -> None:
    """The steps create a real environment here; a pip or venv from the pull request is not run."""
    made = Runner(tmp_path)
    (made.records / "python").symlink_to(sys.executable)
    for module in ("venv", "pip", "ensurepip", "json"):
        (made.work / f"{module}.py").write_text("open('pwned', 'w')\n")
    code = made.run({}, {"PIP_NO_INDEX": "1", "PYTHONPATH": str(made.work)})
    assert code != 0
    assert "install build dependencies" in made.said
    assert not list(tmp_path.rglob("pwned"))


def test_action_checks_settings_with_the_real_program(sample: Path, runner: Runner) -> None:
    committed(sample)
    tool = runner.temporary / "oauthgit-tool/bin/oauthgit"
    tool.unlink()
    tool.symlink_to(BIN / "oauthgit")
    runner.work = sample
    assert runner.run({}) == 0, runner.said
    main = sample / "configs/branches/INSIGHTS/MAIN.yaml"
    main.write_text(main.read_text().replace("prompt: consent", "prompt: consents"))
    assert runner.run({}) == 1, runner.said
    assert "OG204" in runner.summary.read_text()
    assert runner.outputs == {"report": f"{runner.temporary}/oauthgit-validate.md", "exit-code": "1"}


COMMENT = re.search(r"```yaml\n(# \.github/workflows/.*?)```", (REPOSITORY / "docs/ci.md").read_text(), re.DOTALL)
GH = """#!/bin/sh
printf '%s\\n' "$*" >> "$RECORDS/calls"
case "$*" in *--paginate*) printf '%s' "$THERE";; esac
"""


def test_linters_accept_the_comment_example(checkout: Path) -> None:
    assert COMMENT
    text = COMMENT[1].replace("<owner>/oauthgit@<full hash of a commit>", f"team/oauthgit@{'1' * 40}")
    assert text != COMMENT[1]
    (checkout / ".github/workflows/oauth-changes.yml").write_text(text)
    run_linters(checkout)


@pytest.mark.parametrize(
    ("there", "call"),
    [
        ("", "api --silent repos/team/repository/issues/7/comments --field body=@"),
        ("41\n42", "api --silent --method PATCH repos/team/repository/issues/comments/41 --field body=@"),
    ],
)
def test_comment_is_created_once_and_then_updated(there: str, call: str, tmp_path: Path) -> None:
    assert COMMENT
    step = yaml.safe_load(COMMENT[1])["jobs"]["comment"]["steps"][-1]
    assert own_requests_only(f"github.event_name != 'pull_request' || {step['if']}")
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    (tmp_path / "report.md").write_text("$(touch pwned) `touch pwned`\n")
    subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=tmp_path,
        env={
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "RECORDS": str(tmp_path),
            "THERE": there,
            "GH_REPO": "team/repository",
            "NUMBER": "7",
            "REPORT": str(tmp_path / "report.md"),
            "RUNNER_TEMP": str(tmp_path),
        },
        check=True,
        timeout=60,
    )
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[1:] == [f"{call}{tmp_path}/comment.md"]
    assert (tmp_path / "comment.md").read_text() == "<!-- oauthgit -->\n$(touch pwned) `touch pwned`\n"
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("page", ["README.md", "docs/ci.md"])
def test_yaml_on_pages_is_valid(page: str) -> None:
    text = (REPOSITORY / page).read_text()
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert blocks
    for block in blocks:
        yaml.safe_load(block)
    assert set(re.findall(r"\b(templates|kits/azure)/oauthgit\.yml", text)) == {"templates", "kits/azure"}


def test_page_lists_every_input_and_output_of_the_action() -> None:
    text = (REPOSITORY / "docs/ci.md").read_text()
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"| `{name}` |" in text


def test_repository_runs_its_own_hooks(tmp_path: Path) -> None:
    (own,) = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())["repos"]
    defined = {hook["id"]: hook for hook in yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())}
    for hook in own["hooks"]:
        of_others = {name: value for name, value in hook.items() if name != "language"}
        assert of_others.items() <= defined[hook["id"]].items()
    folder = tmp_path / "checkout"
    shutil.copytree(REPOSITORY / "configs", folder / "configs")
    for name in (".sops.yaml", ".pre-commit-config.yaml"):
        shutil.copy(REPOSITORY / name, folder)
    committed(folder)
    environment = {"PATH": f"{BIN}:{os.defpath}", "HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    run = [str(BIN / "pre-commit"), "run", "--all-files"]
    done = subprocess.run(run, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout.count("Passed")) == (0, 1), done.stdout
    main = folder / "configs/branches/INSIGHTS/MAIN.yaml"
    main.write_text(main.read_text().replace("require_", "requires_").replace("prompt: consent", "prompt: consents"))
    done = subprocess.run(run, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout.count("Failed")) == (1, 1), done.stdout
    assert done.stdout.count("error[OG204]") == 1
