"""Secrets files against the base: an older one restored, and one edited without the key."""

import json
import re
from pathlib import Path

import pytest

from support.cli import Program
from support.git import committed, git
from support.sops import KEY, encrypted

FILE = "configs/iam_applications/insights-prod.secrets.yaml"
ENDPOINTS = {
    "exact_online": "https://start.exactonline.nl/api/oauth2/token",
    "google": "https://oauth2.googleapis.com/token",
    "graph": "https://login.microsoftonline.com/7d1c2a9e-4b53-4e0f-8a61-c0f2b8d93e47/oauth2/v2.0/token",
    "hub": "https://login.insights.example.com/oauth/token",
}


def renewed() -> bytes:
    """Return production's secrets file with new secrets, encrypted now."""
    servers = {
        name: {"client_secret": f"new-{name}-kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ", "send_only_to": endpoint}
        for name, endpoint in ENDPOINTS.items()
    }
    data = {"kind": "secrets", "for": "iam_application/insights-prod", "oauth_servers": servers}
    return encrypted(json.dumps(data), "demo")


@pytest.fixture
def root(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository whose base has newer secrets for production than the sample."""
    assert program("--version").code == 0
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    old = (sample / FILE).read_bytes()
    (sample / FILE).write_bytes(re.sub(rb'lastmodified: ".*"', b'lastmodified: "2020-01-01T00:00:00Z"', old))
    committed(sample)
    (sample / FILE).write_bytes(renewed())
    committed(sample)
    git(sample, "update-ref", "refs/remotes/origin/main", "HEAD")
    return sample


def smoke(program: Program) -> tuple[int, dict[str, list[str]], set[str], str]:
    result = program("smoke", "insights-prod", "--sandbox", "--base", "origin/main", "--format", "json")
    reported = json.loads(result.out)
    codes = {finding["code"]: finding["targets"] for finding in reported["findings"] if finding["severity"] == "error"}
    return result.code, codes, {verdict["verdict"] for verdict in reported["verdicts"]}, result.err


def test_secrets_equal_to_the_base_are_used(root: Path, program: Program) -> None:
    assert smoke(program) == (0, {}, {"accepted"}, "")
    assert root.is_dir()


def test_secrets_newer_than_the_base_are_used(root: Path, program: Program) -> None:
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD~1")
    assert smoke(program)[:3] == (0, {}, {"accepted"})


def test_restored_older_version_is_refused(root: Path, program: Program) -> None:
    git(root, "checkout", "--quiet", "HEAD~1", "--", FILE)
    code, codes, verdicts, err = smoke(program)
    assert (code, codes, verdicts) == (7, {"OG706": ["iam_application/insights-prod"]}, {"not-run"})
    assert f"secrets are not available: {FILE} (exit 7)" in err


def test_file_edited_without_sops_is_refused(root: Path, program: Program) -> None:
    text = (root / FILE).read_text()
    secrets = re.findall(r"client_secret: (ENC\[.*?\])", text)
    (root / FILE).write_text(text.replace(secrets[0], "@@").replace(secrets[1], secrets[0]).replace("@@", secrets[1]))
    code, codes, verdicts, _ = smoke(program)
    assert (code, verdicts) == (7, {"not-run"})
    assert codes == {"OG708": ["iam_application/insights-prod"]}


def test_added_comment_is_no_edit(root: Path, program: Program) -> None:
    (root / FILE).write_text("# see the vault for the owner\n" + (root / FILE).read_text())
    assert smoke(program)[:3] == (0, {}, {"accepted"})


def test_policy_cannot_disable_the_comparison(root: Path, program: Program) -> None:
    policy = root / "configs/oauthgit.yaml"
    policy.write_text(policy.read_text().replace("rules:", "rules:\n  OG706: off\n  OG708: off"))
    git(root, "checkout", "--quiet", "HEAD~1", "--", FILE)
    assert smoke(program)[0] == 7
