"""Secrets are registered with a log masker only on request, and only if a runner may read standard error."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.cli import Program, Result
from support.coverage_variables import coverage_variables
from support.git import committed, git
from support.paths import REPOSITORY
from support.scripted_server import TOKEN, fake, reply
from support.service_project import ENVIRONMENT, SECRET, lay_out

pytestmark = pytest.mark.measured_children

SYSTEMS = {
    "github": ({"GITHUB_ACTIONS": "true"}, "::add-mask::"),
    "azure": ({"TF_BUILD": "True"}, "##vso[task.setsecret]"),
}
OTHERS = {"gitlab": {"GITLAB_CI": "true"}, "jenkins": {"JENKINS_URL": "https://ci.example.com"}, "a person": {}}


COMMAND = ("smoke", "--authority", "trusted")


@contextmanager
def project(root: Path) -> Iterator[None]:
    """Write a project whose secret has to be used."""
    with fake(reply(200, TOKEN)) as served:
        lay_out(root, [served.url])
        committed(root)
        git(root, "tag", "trusted")
        yield
        assert served.requests, "the secret was used"


def smoke(root: Path, *arguments: str, environment: dict[str, str], **streams: Any) -> Any:
    """Run smoke as a process with the given streams, or with pipes."""
    streams = streams or {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = [sys.executable, "-m", "oauthgit", *COMMAND, *arguments]
    with project(root):
        return subprocess.run(
            command,
            cwd=root,
            env=ENVIRONMENT | environment | coverage_variables(),
            check=False,
            timeout=60,
            text=True,
            **streams,
        )


def call(
    root: Path, *arguments: str, environment: dict[str, str], runner: pytest.MonkeyPatch, program: Program
) -> Result:
    """Run smoke in this process."""
    for name, value in environment.items():
        runner.setenv(name, value)
    with project(root):
        return program("-C", str(root), *COMMAND, *arguments)


@pytest.mark.parametrize("system", [*SYSTEMS, *OTHERS])
def test_no_stream_has_a_secret_without_the_option(
    system: str, tmp_path: Path, runner: pytest.MonkeyPatch, program: Program
) -> None:
    environment = SYSTEMS[system][0] if system in SYSTEMS else OTHERS[system]
    result = call(tmp_path, environment=environment, runner=runner, program=program)
    assert SECRET not in result.out + result.err


@pytest.mark.parametrize("system", SYSTEMS)
def test_log_written_by_tee_has_no_secret(system: str, tmp_path: Path) -> None:
    """The usual command: without the option, the file written by tee holds no secret."""
    log = tmp_path / "log"
    with subprocess.Popen(["tee", str(log)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as tee:
        smoke(tmp_path, environment=SYSTEMS[system][0], stdout=tee.stdin, stderr=subprocess.STDOUT)
        tee.communicate(timeout=60)
    assert log.stat().st_size
    assert SECRET not in log.read_text()


@pytest.mark.parametrize("system", SYSTEMS)
def test_secrets_are_masked_before_they_are_used(system: str, tmp_path: Path) -> None:
    environment, command = SYSTEMS[system]
    done = smoke(tmp_path, "--mask", environment=environment)
    lines = done.stderr.splitlines()
    assert f"{command}{SECRET}crm" in lines
    assert all(line.startswith(command) for line in lines if SECRET in line)
    assert SECRET not in done.stdout
    assert "--mask has no effect" not in done.stderr


@pytest.mark.parametrize("system", OTHERS)
def test_option_outside_of_ci_reports_no_effect(
    system: str, tmp_path: Path, runner: pytest.MonkeyPatch, program: Program
) -> None:
    result = call(tmp_path, "--mask", environment=OTHERS[system], runner=runner, program=program)
    assert "--mask has no effect: only GitHub Actions and Azure Pipelines" in result.err
    assert SECRET not in result.out + result.err


def test_mask_command_is_never_written_into_a_file(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as file:
        smoke(tmp_path, "--mask", environment={"GITHUB_ACTIONS": "true"}, stdout=file, stderr=file)
    assert "--mask has no effect: standard error is a file" in log.read_text()
    assert SECRET not in log.read_text()


def steps(node: Any) -> list[str]:
    """Return every script of a CI file."""
    if isinstance(node, list):
        return [text for each in node for text in steps(each)]
    if not isinstance(node, dict):
        return []
    own = [node[name] for name in ("run", "bash") if isinstance(node.get(name), str)]
    return own + [text for each in node.values() for text in steps(each)]


@pytest.mark.parametrize(
    ("file", "asks"),
    [
        ("action.yml", True),
        ("kits/azure/oauthgit.yml", True),
        ("oauthgit/scaffold/templates/github.yml", True),
        ("oauthgit/scaffold/templates/azure.yml", True),
        ("oauthgit/scaffold/templates/gitlab.yml", False),
        ("templates/oauthgit.yml", False),
    ],
)
def test_kits_mask_secrets_if_the_runner_reads_stderr(file: str, asks: bool) -> None:  # noqa: FBT001 - a case
    text = (REPOSITORY / file).read_text()
    assert ("--mask" in text) == asks
    given = [script for script in steps(list(yaml.safe_load_all(text.replace("@", "x")))) if "--mask" in script]
    assert len(given) == asks
    for script in given:
        assert "2>&1" not in script
        assert "tee " not in script
        assert "|" not in script.replace("||", "").replace("validate | diff)", "")
