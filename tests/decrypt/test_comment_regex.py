"""Files in which comments select what SOPS encrypts: what sops opens, the checks accept and the smoke test opens."""

import shutil
from pathlib import Path

import pytest

from support.cli import Program
from support.paths import REPOSITORY
from support.sops import KEY, encrypted_by_rules, recipient

FILE = "configs/iam_applications/app-prod.secrets.yaml"
TEXT = """\
# sops:plain
# what this is
kind: secrets{line}
# sops:secret
for: iam_application/app-prod
# sops:secret
oauth_servers:
  # of the team
  crm:
    client_secret: kV3x9Qm2Lr8Tn5Wb7kV3x9Qm2Lr8Tn5Wb7
    send_only_to: https://login.crm.example.com/oauth/token
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Program) -> Path:
    """Return a copy of a case without its secrets file, as the working directory, with a key."""
    assert program("--version").code == 0
    root = tmp_path / "project"
    shutil.copytree(REPOSITORY / "tests/cases/01-sops-comment-regex", root)
    monkeypatch.chdir(root)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    return root


def encrypt(root: Path, selection: str, text: str) -> str:
    """Write the secrets file as SOPS encrypts it by a rule with ``selection``."""
    rule = f"creation_rules:\n  - path_regex: .*\n    age: {recipient('demo')}\n    {selection}\n"
    (root / ".sops.yaml").write_text(rule)
    content = encrypted_by_rules(root / ".sops.yaml", root / FILE, text, "yaml")
    (root / FILE).write_bytes(content)
    return content.decode()


@pytest.mark.parametrize("line", ["", " # sops:plain, beside the value"])
@pytest.mark.parametrize("selection", ["unencrypted_comment_regex: sops:plain", "encrypted_comment_regex: sops:secret"])
def test_values_selected_by_comments_are_accepted(selection: str, line: str, project: Path, program: Program) -> None:
    text = encrypt(project, selection, TEXT.replace("{line}", line))
    assert "kind: secrets" in text
    assert "client_secret: ENC[" in text
    assert program("validate", "-q") == (0, "", "")
    assert program("smoke", "--sandbox", "-q") == (0, "", "")


def test_plain_secret_below_a_comment_is_reported(project: Path, program: Program) -> None:
    encrypt(
        project, "unencrypted_comment_regex: sops:plain", TEXT.replace("{line}", "").replace("secret\no", "plain\no")
    )
    assert "error[OG501]" in program("validate").out


def test_comment_added_by_hand_is_still_reported(project: Path, program: Program) -> None:
    text = encrypt(project, "unencrypted_comment_regex: sops:plain", TEXT.replace("{line}", ""))
    (project / FILE).write_text(text.replace("kind: secrets\n", "kind: secrets\n# by hand\n"))
    result = program("validate")
    assert (result.code, result.out.count("warning[OG509]")) == (0, 1)
    assert f"{FILE}:4:1" in result.out
