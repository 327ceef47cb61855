"""Two servers over TLS, one of them the attacker's, and a repository with a branch for each attack."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from support import attacked_project
from support.attacked_project import CANARY, VARIABLE, Stranger, World
from support.ci_job import Job
from support.cli import Program
from support.scripted_server import TOKEN, fake, reply
from support.secrets_command import Secrets
from support.sops import FOLDERS, KEY


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve the good server and the attacker, and create the repository."""
    ours, theirs = trustme.CA(), trustme.CA()
    token = reply(200, TOKEN)
    with (
        fake(token, tls=attacked_project.tls(ours)) as good,
        fake(token, tls=attacked_project.tls(theirs)) as secure,
        fake(token) as plain,
    ):
        yield attacked_project.build_world(
            tmp_path_factory.mktemp("world"), good, Stranger(secure, plain, theirs), ours
        )


@pytest.fixture
def runner(program: Program, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Return the setter of a job's variables: no terminal, no variables of the caller, and the secrets."""
    assert callable(program)
    monkeypatch.setattr("oauthgit.cli.trust.has_terminal", lambda: False)
    monkeypatch.setenv("PATH", FOLDERS)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    monkeypatch.setenv(VARIABLE, CANARY)
    return monkeypatch


@pytest.fixture
def job(world: World, tmp_path: Path, runner: pytest.MonkeyPatch, program: Program) -> Job:
    """Return a job that has not started."""
    return Job(world, tmp_path, runner, program)


@pytest.fixture
def secrets(program: Program, monkeypatch: pytest.MonkeyPatch, sample: Path, tmp_path: Path) -> Secrets:
    """Return ``oauthgit secrets`` for the sample."""
    assert sample.is_dir()
    return Secrets(program, monkeypatch, tmp_path)
