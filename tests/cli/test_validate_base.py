"""``oauthgit validate`` against a base: secrets files and the policy, with real repositories and the real sops."""

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from support.cli import Program, Result
from support.git import committed, git
from support.sops import FOLDERS, KEY, encrypted, key, recipient

FILE = "configs/iam_applications/insights-prod.secrets.yaml"
POLICY = "configs/oauthgit.yaml"
TARGET = "iam_application/insights-prod"
ENDPOINT = "https://login.insights.example.com/oauth/token"
BASE = ("--base", "origin/main")


def new_secrets(secret: str, *recipients: str) -> bytes:
    """Return production's secrets file with one secret four times, encrypted now."""
    servers = {
        name: {"client_secret": f"{name}-{secret}", "send_only_to": ENDPOINT}
        for name in ("exact_online", "google", "graph", "hub")
    }
    return encrypted(json.dumps({"kind": "secrets", "for": TARGET, "oauth_servers": servers}), *recipients)


def updatekeys(root: Path, *recipients: str) -> None:
    """Encrypt production's file for these keys with sops, and put them into .sops.yaml."""
    rules = root / ".sops.yaml"
    rules.write_text(re.sub(r"age1\w+", ",".join(map(recipient, recipients)), rules.read_text()))
    environment = {"PATH": FOLDERS, "SOPS_AGE_KEY": key("demo"), "SOPS_DISABLE_VERSION_CHECK": "1"}
    subprocess.run(
        ("sops", "updatekeys", "--yes", FILE), cwd=root, env=environment, check=True, capture_output=True, timeout=60
    )


@pytest.fixture
def root(sample: Path, program: Program) -> Path:
    """Return the sample in a repository whose origin/main has newer secrets for production than the sample."""
    assert program("--version").code == 0, "the fixture deletes the caller's CI variables before a test sets them"
    old = (sample / FILE).read_bytes()
    (sample / FILE).write_bytes(re.sub(rb'lastmodified: ".*"', b'lastmodified: "2020-01-01T00:00:00Z"', old))
    committed(sample)
    (sample / FILE).write_bytes(new_secrets("kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ", "demo"))
    committed(sample)
    git(sample, "update-ref", "refs/remotes/origin/main", "HEAD")
    return sample


def against(program: Program, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Validate against origin/main and return the exit code and the findings about the base."""
    result = program("validate", *BASE, "--format", "json", *arguments)
    return result.code, of_the_repository(result)


def of_the_repository(result: Result) -> list[dict[str, Any]]:
    return [
        finding
        for finding in json.loads(result.out)["findings"]
        if finding["code"] in {"OG008", "OG706", "OG707", "OG708", "OG709", "OG714"}
    ]


def codes(findings: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(finding["code"], finding["severity"], finding["location"]["pointer"]) for finding in findings]


def github(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables of a pull request in GitHub Actions whose head repository is unknown."""
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_BASE_REF": "main",
    }.items():
        monkeypatch.setenv(name, value)


def test_unchanged_files_have_no_finding(root: Path, program: Program) -> None:
    assert against(program) == (0, [])
    (root / FILE).write_text("# a remark\n" + (root / FILE).read_text())
    assert against(program)[1] == []


def test_newer_secrets_for_the_same_keys_have_no_finding(root: Path, program: Program) -> None:
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD~1")
    assert against(program) == (0, [])


def test_restored_older_version_is_an_error(root: Path, program: Program) -> None:
    git(root, "checkout", "--quiet", "HEAD~1", "--", FILE)
    code, (found,) = against(program)
    assert (code, codes([found])) == (1, [("OG706", "error", "/sops/lastmodified")])
    assert found["targets"] == [TARGET]
    line = (root / FILE).read_text().splitlines()[found["location"]["line"] - 1]
    assert line.lstrip().startswith("lastmodified:")


def edited(root: Path) -> None:
    text = (root / FILE).read_text()
    first, second = re.findall(r"client_secret: (ENC\[.*?\])", text)[:2]
    (root / FILE).write_text(text.replace(first, "@@").replace(second, first).replace("@@", second))


def test_hand_edited_secrets_file_is_an_error(root: Path, program: Program) -> None:
    edited(root)
    code, found = against(program)
    assert (code, codes(found)) == (1, [("OG708", "error", "/sops/mac")])


def test_recipients_added_or_removed_by_sops_are_named(root: Path, program: Program) -> None:
    updatekeys(root, "demo", "second")
    (added,) = against(program)[1]
    assert codes([added]) == [("OG709", "note", "/sops/age/1")]
    name = recipient("second")
    assert f"age key {name[:20]}...{name[-10:]} is a new recipient of this file: it was not in" in added["message"]
    assert name not in json.dumps(added)
    assert added["targets"] == [TARGET]
    committed(root)
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    updatekeys(root, "demo")
    (removed,) = against(program)[1]
    assert codes([removed]) == [("OG709", "note", "/sops")]
    assert removed["message"].endswith("is no longer one, and its secrets are still the same")
    assert "Replace the secrets" in removed["remedy"]


def test_recipient_removed_with_its_secrets_is_only_noted(root: Path, program: Program) -> None:
    (root / FILE).write_bytes(new_secrets("Zd6FhJkV3x9Qm2Lr8Tn5Wb7Yc4", "second"))
    added, removed = sorted(against(program)[1], key=lambda finding: "no longer" in finding["message"])
    assert codes([added, removed]) == [("OG709", "note", "/sops/age/0"), ("OG709", "note", "/sops")]
    assert removed["message"].endswith("is no longer one")


def test_reordered_or_rewrapped_recipients_have_no_finding(root: Path, program: Program) -> None:
    (root / FILE).write_bytes(new_secrets("kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ", "demo", "second"))
    committed(root)
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    (root / FILE).write_bytes(new_secrets("kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ", "second", "demo"))
    assert against(program)[1] == []


def metadata(root: Path, text: str) -> None:
    """Add recipients to the metadata of production's file, as an editor would."""
    (root / FILE).write_text((root / FILE).read_text().replace("sops:\n", f"sops:\n{text}"))


def test_hostile_and_unnamed_keys_are_escaped(root: Path, program: Program) -> None:
    metadata(
        root,
        '    pgp:\n        - fp: "\\e[31m::error::\\u202e##vso[x]"\n          enc: x\n'
        "    kms:\n        - arn: ''\n          role: r\n        - nonsense\n    hc_vault: [[]]\n",
    )
    result = program("validate", *BASE)
    said = [line for line in result.out.splitlines() if "OG709" in line and "note" in line]
    assert len(said) == 4
    assert "\x1b" not in result.out
    assert "\u202e" not in result.out
    assert not any(line.lstrip().startswith("::") for line in result.out.splitlines())
    assert "kms key without a name" in result.out


def test_other_role_for_the_same_kms_key_is_another_recipient(root: Path, program: Program) -> None:
    kept = (root / FILE).read_text()
    block = "    kms:\n        - arn: arn:aws:kms:eu:1:key/2\n          role: {}\n          created_at: '{}'\n          enc: x\n"
    metadata(root, block.format("one", 1))
    committed(root)
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    (root / FILE).write_text(kept)
    metadata(root, block.format("one", 2))
    assert against(program)[1] == []
    (root / FILE).write_text(kept)
    metadata(root, block.format("two", 1))
    assert [finding["code"] for finding in against(program)[1]] == ["OG709", "OG709"]


def test_file_new_or_unreadable_in_the_base_is_not_compared(root: Path, program: Program) -> None:
    now = (root / FILE).read_bytes()
    for before in (b"a: [", b"kind: secrets\n", b"\xff", b"- 1\n"):
        (root / FILE).write_bytes(before)
        git(root, "update-ref", "refs/remotes/origin/main", committed(root))
        (root / FILE).write_bytes(now)
        assert against(program)[1] == []
    (root / FILE).unlink()
    git(root, "update-ref", "refs/remotes/origin/main", committed(root))
    (root / FILE).write_bytes(now)
    assert against(program)[1] == []


# The policy.


def policy(root: Path, before: str, now: str) -> None:
    (root / POLICY).write_text(f"kind: policy\n{before}")
    git(root, "update-ref", "refs/remotes/origin/main", committed(root))
    (root / POLICY).write_text(f"kind: policy\n{now}")


def loosened(program: Program) -> list[tuple[str, str, int]]:
    found = against(program)[1]
    assert {(finding["code"], finding["severity"]) for finding in found} <= {("OG707", "note")}
    return [
        (finding["location"]["pointer"], finding["message"].split(", ")[0], finding["location"]["line"])
        for finding in found
    ]


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ("", "rules: {OG401: off}", "OG401 goes from error to off"),
        ("", "rules: {OG401: note}", "OG401 goes from error to note"),
        ("rules: {OG301: error}", "rules: {OG301: warning}", "OG301 goes from error to warning"),
        ("rules: {OG301: error}", "", "OG301 goes from error to warning"),
        ("", "rules: {OG301: {production: off}}", "OG301 goes from warning to off in production"),
        ("", "rules: {OG301: {test: note}}", "OG301 goes from warning to note in test"),
        ("", "rules: {OG301: {default: off, production: error}}", "OG301 goes from warning to off in acceptance"),
        ("rules: {OG301: {default: off}}", "rules: {OG301: off}", ""),
        ("rules: {OG301: off}", "", ""),
        ("", "rules: {OG301: error}", ""),
        ("rules: {OG301: warning}", "", ""),
        ("", "rules: {OG101: off, OG002: off, OG706: off, OG707: off, OG709: off}", ""),
        ("", "rules: {OG501: off}", "OG501 goes from error to off"),
    ],
)
def test_lowered_rule_severity_is_noted(before: str, now: str, words: str, root: Path, program: Program) -> None:
    policy(root, f"{before}\n", f"{now}\n")
    said = [found[1] for found in loosened(program)]
    assert said == ([words] if words else [])


def test_each_relaxed_setting_is_noted_at_its_line(root: Path, program: Program) -> None:
    policy(
        root,
        "trusted_hosts: [a.example.com]\n",
        "trusted_hosts: [a.example.com, b.example.com]\n"
        "rules:\n  OG301: error\n  OG401: off\n"
        "smoke: {control: true, control_requests: 6}\n"
        "secrets:\n  key_types: [age, pgp, kms]\n",
    )
    assert loosened(program) == [
        ("/trusted_hosts/1", "trusted_hosts gains b.example.com", 2),
        ("/rules/OG401", "OG401 goes from error to off", 5),
        ("/smoke/control", "smoke.control allows more requests with wrong secrets", 6),
        ("/smoke/control_requests", "smoke.control_requests allows more requests with wrong secrets", 6),
        ("/secrets/key_types/2", "key_types gains kms", 8),
    ]


def test_removed_policy_relaxes_its_stricter_settings(root: Path, program: Program) -> None:
    policy(root, "rules: {OG301: error}\nsecrets: {key_types: [age]}\n", "")
    (root / POLICY).unlink()
    assert [found[1] for found in loosened(program)] == ["OG301 goes from error to warning", "key_types gains pgp"]


# Things without effect.


def test_base_findings_cannot_be_suppressed(root: Path, program: Program) -> None:
    git(root, "checkout", "--quiet", "HEAD~1", "--", FILE)
    file = root / POLICY
    file.write_text(file.read_text().replace("rules:", "rules: # oauthgit: ignore[OG707] agreed\n  OG706: off"))
    assert {finding["code"] for finding in against(program)[1]} >= {"OG706"}
    held = program("validate", *BASE, "--write-baseline", "held.json")
    assert held.code == 1
    assert "OG706" not in (root / "held.json").read_text()
    (root / "held.json").write_text('{"version": 1, "entries": [\n]}\n')
    code, found = against(program, "--baseline", "held.json")
    assert (code, {(one["code"], one["suppressed"]) for one in found}) == (1, {("OG706", None)})


def test_suppression_of_a_base_finding_is_refused(root: Path, program: Program) -> None:
    file = root / POLICY
    file.write_text(file.read_text() + "env_secrets: {A: https://a.example.com/t} # oauthgit: ignore[OG707] agreed\n")
    result = program("validate", *BASE)
    assert "OG707 cannot be suppressed: it reports the effect of a change" in result.out
    assert "env_secrets lets A go to" in result.out


def test_selection_decides_which_base_findings_are_reported(root: Path, program: Program) -> None:
    git(root, "checkout", "--quiet", "HEAD~1", "--", FILE)
    assert against(program, "--ignore", "OG706") == (0, [])
    assert against(program, "--select", "OG3") == (0, [])
    assert codes(against(program, "--select", "OG706")[1]) == [("OG706", "error", "/sops/lastmodified")]
    assert against(program, "configs/iam_applications/warehouse-prod.yaml")[1] == []
    for path in (FILE, FILE.replace(".secrets", ""), "configs/branches/INSIGHTS/MAIN.yaml"):
        assert codes(against(program, path)[1]) == [("OG706", "error", "/sops/lastmodified")], path


# Finding the base.


@pytest.mark.parametrize("ref", ["origin/none", "--help", "-x", "a b", "0" * 40, "main:configs", "", "x\x1b[31m"])
def test_unreadable_requested_base_is_exit_2(ref: str, root: Path, program: Program) -> None:
    result = program("validate", f"--base={ref}")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("oauthgit: secrets files cannot be compared with the base: ")
    assert "\x1b" not in result.err
    assert root.is_dir()


def test_base_outside_of_a_repository_is_exit_2(sample: Path, program: Program) -> None:
    result = program("validate", *BASE)
    assert result.code == 2
    assert "not in a git repository" in result.err
    assert sample.is_dir()


def test_base_with_an_invalid_policy_is_exit_2(root: Path, program: Program) -> None:
    policy(root, "trusted_host: [x]\n", "")
    result = program("validate", *BASE)
    assert (result.code, result.out) == (2, "")
    assert "line 2" in result.err


def test_base_with_a_missing_object_is_exit_2(root: Path, program: Program) -> None:
    blob = git(root, "rev-parse", f"HEAD:{FILE}")
    git(root, "checkout", "--quiet", "HEAD~1", "--", FILE)
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    result = program("validate", *BASE)
    assert (result.code, result.out) == (2, "")
    assert "git cannot read the files" in result.err


def test_symlink_or_folder_in_the_base_is_not_compared(root: Path, program: Program) -> None:
    now = (root / FILE).read_bytes()
    (root / FILE).unlink()
    (root / FILE).symlink_to("elsewhere.yaml")
    git(root, "update-ref", "refs/remotes/origin/main", committed(root))
    (root / FILE).unlink()
    (root / FILE).mkdir()
    (root / FILE / "x").touch()
    second = committed(root)
    (root / FILE / "x").unlink()
    (root / FILE).rmdir()
    (root / FILE).write_bytes(now)
    assert against(program)[1] == []
    git(root, "update-ref", "refs/remotes/origin/main", second)
    assert against(program)[1] == []


def test_invalid_policy_is_skipped_but_secrets_files_compared(root: Path, program: Program) -> None:
    git(root, "checkout", "--quiet", "HEAD~1", "--", FILE)
    (root / POLICY).write_text("kind: policy\ntrusted_host: [x]\nnetworks: [0.0.0.0/0]\n")
    code, found = against(program)
    assert (code, [each["code"] for each in found]) == (2, ["OG706"])


def test_base_of_a_pull_request_is_detected(root: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    git(root, "checkout", "--quiet", "HEAD~1", "--", FILE)
    assert of_the_repository(program("validate", "--format", "json")) == []
    github(monkeypatch)
    result = program("validate", "--format", "json")
    assert (result.code, codes(of_the_repository(result)), result.err) == (
        1,
        [("OG706", "error", "/sops/lastmodified")],
        "",
    )
    git(root, "tag", "origin/main", committed(root))
    assert codes(of_the_repository(program("validate", "--format", "json"))), "a tag of that name is no branch"


def test_base_of_a_merge_request_is_detected(root: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    base = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "--quiet", "HEAD~1", "--", FILE)
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", base)
    assert codes(of_the_repository(program("validate", "--format", "json")))


def test_shallow_pull_request_is_validated_with_advice(
    root: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(root, "checkout", "--quiet", "-b", "change")
    committed(root)
    git(tmp_path, "clone", "--quiet", "--depth=1", "--single-branch", f"file://{root}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    github(monkeypatch)
    result = program("validate")
    assert result.code == 0
    assert "warning[OG008] base-unread: secrets files cannot be compared with the base: " in result.out
    assert "fetch-depth: 0" in result.out
    assert "OG008" in program("validate", "-q").out, "it is reported even with --quiet"
    assert program("validate", "--fail-on", "warning").code == 1
    assert "OG008" in program("validate", "--select", "OG3", "configs/branches").out
    assert program("validate", "--base", "refs/remotes/origin/main").code == 2


def test_change_that_repairs_the_policy_passes(root: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    policy(root, "trusted_host: [x]\n", "")
    github(monkeypatch)
    git(root, "checkout", "--quiet", "HEAD~2", "--", FILE)
    result = program("validate", "--format", "json")
    assert (result.code, [each["code"] for each in of_the_repository(result)]) == (1, ["OG706", "OG008"])
    (unread,) = (each for each in of_the_repository(result) if each["code"] == "OG008")
    assert "has errors" in unread["message"]
    assert unread["message"].endswith("not reported: what the policy opens")


def test_run_without_base_starts_no_program(root: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert program("validate").code == 0
    assert root.is_dir()


def test_base_review_prints_no_secret(root: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    canary = "Qz7canary41x9Lr8Tn5Wb7Yc4"
    text = (root / FILE).read_text()
    (root / FILE).write_text(re.sub(r"client_secret: ENC\[.*?\]", f"client_secret: {canary}", text, count=1))
    for arguments in ((), ("--format", "json"), ("--format", "junit"), ("-v",)):
        result = program("validate", *BASE, *arguments)
        assert "OG708" in result.out
        assert canary not in result.out + result.err
