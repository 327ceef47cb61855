"""``oauthgit smoke`` with a base, in pull requests, and on forks."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.ci_job import outcomes
from support.cli import Program, Result
from support.git import committed, git
from support.sops import FOLDERS, KEY

POLICY = "configs/oauthgit.yaml"
STRICT = "kind: policy\nsecrets: {key_types: [age]}\n"
LOOSE = """\
kind: policy
trusted_hosts: [login.insights.example.com, "[::1]:9443"]
networks: [127.0.0.0/8]
http_hosts: [localhost]
ca_file: ca.pem
proxy: http://user:canary@proxy.example.com:3128
env_secrets: {CRM_SECRET: https://crm.example.com/token}
secrets: {key_types: [age, hc_vault]}
rules: {OG707: off}
"""


@pytest.fixture
def root(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the sample in a repository: origin/main trusts no host, the policy of the working tree is loose."""
    assert program("--version").code == 0, "the fixture deletes the caller's keys before this sets one"
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    (sample / POLICY).write_text(STRICT)
    committed(sample)
    git(sample, "update-ref", "refs/remotes/origin/main", "HEAD")
    (sample / POLICY).write_text(LOOSE)
    return sample


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replace sops by a program that creates a file; return that file."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "sops").write_text(f"#!/bin/sh\ntouch {folder}/started\nexit 3\n")
    (folder / "sops").chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}:{FOLDERS}")
    return folder / "started"


def github(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, head: str, kind: str = "pull_request") -> None:
    """Set the variables of GitHub Actions for a pull request from ``head``."""
    repository = {"full_name": "acme/settings"}
    event = {"pull_request": {"head": {"repo": {"full_name": head}}, "base": {"ref": "main", "repo": repository}}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": kind,
        "GITHUB_BASE_REF": "main",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
    }.items():
        monkeypatch.setenv(name, value)


def reported(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.out)
    return found


def reasons(result: Result) -> set[str]:
    return {verdict["reason"] for verdict in reported(result)["verdicts"]}


AUTHORITY = ("--authority", "origin/main")


def test_authority_decides_and_ignored_trust_settings_are_noted(root: Path, program: Program) -> None:
    result = program("smoke", "insights-prod", *AUTHORITY, "--format", "json")
    assert (result.code, outcomes(result)) == (3, {"not-run"})
    assert "host login.insights.example.com is not in trusted_hosts" in reasons(result)
    notes = [finding for finding in reported(result)["findings"] if finding["code"] == "OG707"]
    assert {(note["location"]["pointer"], note["location"]["line"], note["severity"]) for note in notes} == {
        ("/trusted_hosts/0", 2, "note"),
        ("/trusted_hosts/1", 2, "note"),
        ("/networks/0", 3, "note"),
        ("/http_hosts/0", 4, "note"),
        ("/ca_file", 5, "note"),
        ("/proxy", 6, "note"),
        ("/env_secrets/CRM_SECRET", 7, "note"),
        ("/secrets/key_types/1", 8, "note"),
    }
    commit = git(root, "rev-parse", "HEAD")[:12]
    assert f"http_hosts gains localhost, which the policy in origin/main ({commit}) does not grant" in result.out
    assert "canary" not in result.out


def test_unchanged_policy_is_not_noted(root: Path, program: Program) -> None:
    (root / POLICY).write_text(STRICT + "smoke: {timeout: 5}\n")
    result = program("smoke", *AUTHORITY, "--format", "json")
    assert "OG707" not in result.out


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("kind: policy\ntrusted_host: [x.example.com]\n", "line 2"),
        ("kind: policy\nnetworks: [a, {}\n", "has errors"),
        ("kind: branch\n", "has errors"),
        ("just text\n", "has errors"),
        ("kind: policy\nca_file: none.pem\n", "holds no certificate"),
        ("kind: policy\nca_file: oauthgit.yaml\n", "holds no certificate"),
        ("kind: policy\nca_file: ../../../outside.pem\n", "leads out of the repository"),
    ],
)
def test_policy_of_the_authority_with_errors_is_exit_2(
    policy: str, words: str, root: Path, program: Program, closed: Path
) -> None:
    (root / POLICY).write_text(policy)
    git(root, "update-ref", "refs/remotes/origin/main", committed(root))
    (root / POLICY).write_text(LOOSE)
    result = program("smoke", *AUTHORITY)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
    assert "nothing was sent" in result.err
    assert "Traceback" not in result.err
    assert not closed.exists()


def test_removed_policy_grants_nothing_new(root: Path, program: Program) -> None:
    (root / POLICY).unlink()
    result = program("smoke", "insights-prod", *AUTHORITY, "--format", "json")
    assert result.code == 3
    assert "key_types gains pgp" in result.out


@pytest.mark.parametrize("kind", ["pull_request", "pull_request_target"])
@pytest.mark.parametrize("arguments", [(), ("--sandbox",), ("--require-proof",), ("--authority", "origin/main")])
def test_run_on_a_fork_decrypts_and_sends_nothing_with_exit_0(  # noqa: PLR0913, PLR0917 - fixtures
    arguments: tuple[str, ...],
    kind: str,
    root: Path,
    tmp_path: Path,
    program: Program,
    closed: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    github(monkeypatch, tmp_path, "eve/settings", kind)
    result = program("smoke", "--format", "json", *arguments)
    assert result.code == 0
    assert outcomes(result) == {"not-run"}
    assert reasons(result) == {"not run for a fork: no secret is decrypted or sent"}
    assert len({verdict["target"] for verdict in reported(result)["verdicts"]}) == 10
    assert "no secret was decrypted and nothing was sent" in result.err
    assert not closed.exists()
    assert root.is_dir()


@pytest.mark.parametrize("payload", [None, b"", b"[]", b"\xff", b"[" * 100_000])
def test_unidentified_pull_request_is_treated_as_a_fork(  # noqa: PLR0913, PLR0917 - fixtures
    payload: bytes | None,
    root: Path,
    tmp_path: Path,
    program: Program,
    closed: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    github(monkeypatch, tmp_path, "acme/settings")
    if payload is None:
        monkeypatch.delenv("GITHUB_EVENT_PATH")
    else:
        (tmp_path / "event.json").write_bytes(payload)
    result = program("smoke", "--format", "json")
    assert (result.code, outcomes(result)) == (0, {"not-run"})
    assert not closed.exists()
    assert root.is_dir()


def test_sandbox_run_needs_no_base(
    root: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    github(monkeypatch, tmp_path, "acme/settings")
    git(root, "update-ref", "-d", "refs/remotes/origin/main")
    (root / POLICY).write_text(STRICT)
    result = program("smoke", "--sandbox", "--format", "json")
    assert (result.code, outcomes(result)) == (0, {"accepted"})


def test_sandbox_in_a_pull_request_calls_no_key_service(
    root: Path, tmp_path: Path, program: Program, closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    github(monkeypatch, tmp_path, "acme/settings")
    (root / POLICY).write_text("kind: policy\nsecrets: {key_types: [age, hc_vault]}\n")
    for file in (root / "configs").rglob("*.secrets.yaml"):
        file.write_text(
            file.read_text().replace("sops:\n", "sops:\n    hc_vault:\n        - vault_address: http://x\n")
        )
    result = program("smoke", "--sandbox", "--format", "json")
    assert result.code == 7
    assert "OG505" in result.out
    assert outcomes(result) == {"not-run"}
    assert not closed.exists()
