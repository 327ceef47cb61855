"""``oauthgit sandbox``: a server for a developer's own client."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.cli import Program
from support.coverage_variables import coverage_variables
from support.paths import REPOSITORY
from support.sops import KEY

pytestmark = pytest.mark.measured_children


@pytest.fixture
def serving(sample: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {"SOPS_AGE_KEY_FILE": str(KEY), "PATH": str(Path(sys.executable).parent), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "oauthgit", "sandbox", "insights-prod", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=sample,
        env=environment | coverage_variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_sandbox_serves_every_client_until_interrupted(serving: subprocess.Popen[str]) -> None:
    assert serving.stdout is not None
    lines = [serving.stdout.readline().split() for _ in range(4)]
    assert {line[-1] for line in lines} == {"exact_online", "google", "graph", "hub"}
    endpoint = next(line[0] for line in lines if line[-1] == "hub")
    answer = httpx.post(endpoint, data={"grant_type": "client_credentials"}, auth=("insights-production", "wrong"))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    serving.send_signal(signal.SIGINT)
    out, err = serving.communicate(timeout=10)
    assert (serving.returncode, out) == (0, "")
    assert "serving 4 clients" in err
    assert err.endswith("oauthgit: stopped\n")


def test_sandbox_without_a_key_serves_no_client(sample: Path, program: Program) -> None:
    result = program("sandbox", "insights-prod", "--port", "0")
    assert (result.code, result.out) == (7, "")
    assert "insights-prod.secrets.yaml" in result.err
    assert "(exit 7)" in result.err
    assert sample.is_dir()


@pytest.mark.parametrize("arguments", [["sandbox"], ["smoke", "--sandbox"]], ids=" ".join)
def test_sandbox_without_libraries_names_what_to_install(arguments: list[str], sample: Path) -> None:
    script = "import sys; sys.modules['flask'] = None; from oauthgit.cli import main; print(main(sys.argv[1:]))"
    environment = {"SOPS_AGE_KEY_FILE": str(KEY), "PATH": str(Path(sys.executable).parent)} | coverage_variables()
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(
        command,
        cwd=sample,
        env=environment | coverage_variables(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "2\n"
    assert f"`python -m pip install '{REPOSITORY}[sandbox]'`" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_sandbox_on_a_fork_decrypts_no_secret(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert program("--version").code == 0, "the fixture deletes the caller's CI variables before these are set"
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    monkeypatch.setenv("TF_BUILD", "True")
    monkeypatch.setenv("SYSTEM_PULLREQUEST_ISFORK", "True")
    result = program("sandbox", "--port", "0")
    assert (result.code, result.out) == (2, "")
    assert "for a fork" in result.err
    assert sample.is_dir()
