"""``oauthgit smoke`` on the sample: with and without keys, with and without sops, against the sandbox."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.cli import Program, Result
from support.paths import REPOSITORY

KEY = REPOSITORY / "tests/age-demo-key.txt"
PROD = "configs/iam_applications/insights-prod"
POLICY = "configs/oauthgit.yaml"


def verdicts(result: Result) -> list[dict[str, Any]]:
    reported: list[dict[str, Any]] = json.loads(result.out)["verdicts"]
    return reported


def test_sandbox_accepts_the_sample(keyed: Program) -> None:
    result = keyed("smoke", "--sandbox", "--format", "json")
    assert (result.code, result.err) == (0, "")
    found = verdicts(result)
    assert {verdict["verdict"] for verdict in found} == {"accepted"}
    assert {verdict["grant"] for verdict in found} == {"client_credentials", "authorization_code"}
    assert len({verdict["target"] for verdict in found}) == 10
    assert all(verdict["sandbox"] for verdict in found)
    text = keyed("smoke", "--sandbox")
    assert text.code == 0
    assert all(
        "sandbox" in line for line in text.out.splitlines() if "_application/" in line or "_configuration/" in line
    )


def test_smoke_tests_named_targets_only(keyed: Program) -> None:
    found = verdicts(keyed("smoke", "insights-prod", "--sandbox", "--format", "json"))
    assert {verdict["target"] for verdict in found} == {"iam_application/insights-prod"}


def test_missing_key_is_reported_and_other_secrets_are_tested(sample: Path, program: Program) -> None:
    result = program("smoke", "--sandbox")
    assert result.code == 7
    assert f"{PROD}.secrets.yaml:" in result.out
    assert "OG516" in result.out
    assert "(exit 7)" in result.err
    for command in (("validate",), ("effective",), ("explain", "insights-prod", "hub")):
        assert program(*command).code == 0, command
    assert sample.is_dir()


def test_wrong_key_is_exit_7(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(REPOSITORY / "tests/data/age-second-key.txt"))
    result = program("smoke", "insights-prod", "--sandbox")
    assert (result.code, "OG516" in result.out) == (7, True)
    assert sample.is_dir()


def test_missing_sops_is_named(keyed: Program, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    result = keyed("smoke", "--sandbox")
    assert result.code == 7
    assert "sops" in result.out
    for command in (("validate",), ("effective",), ("explain", "insights-prod", "hub")):
        assert keyed(*command).code == 0, command
    assert sample.is_dir()


def test_tampered_value_is_exit_7(keyed: Program, sample: Path) -> None:
    file = sample / f"{PROD}.secrets.yaml"
    text = file.read_text()
    start = text.index("client_secret: ENC[AES256_GCM,data:") + len("client_secret: ENC[AES256_GCM,data:")
    file.write_text(text[:start] + ("A" if text[start] != "A" else "B") + text[start + 1 :])
    result = keyed("smoke", "insights-prod", "--sandbox")
    assert (result.code, "OG516" in result.out) == (7, True)


def test_copied_secrets_file_is_detected(keyed: Program, sample: Path) -> None:
    other = sample / "configs/iam_applications/insights-acc.secrets.yaml"
    shutil.copy(other, sample / f"{PROD}.secrets.yaml")
    for code in ("OG605", "OG517"):
        result = keyed("smoke", "insights-prod", "--sandbox", "--format", "json")
        assert result.code != 0
        reported = json.loads(result.out)
        assert code in {finding["code"] for finding in reported["findings"]}
        assert {verdict["verdict"] for verdict in reported["verdicts"]} == {"not-run"}
        other.unlink(missing_ok=True)  # without the file it was copied from, only its own ``for`` contradicts its place


def test_moved_endpoint_gets_no_secret(keyed: Program, sample: Path) -> None:
    file = sample / f"{PROD}.yaml"
    text = file.read_text()
    file.write_text(
        text.replace("https://login.insights.example.com/oauth/token", "https://login.insights.example.net/x")
    )
    found = verdicts(keyed("smoke", "insights-prod", "--sandbox", "--format", "json"))
    (hub,) = (verdict for verdict in found if verdict["server"] == "hub")
    assert hub["verdict"] == "not-run"
    assert "pinned to a token endpoint other than" in hub["reason"]


def test_untrusted_hosts_get_nothing_and_exit_3(keyed: Program, sample: Path) -> None:
    policy = sample / POLICY
    policy.write_text("kind: policy\n")
    result = keyed("smoke", "--format", "json")
    assert result.code == 3
    assert {verdict["verdict"] for verdict in verdicts(result)} == {"not-run"}
    assert all("is not in trusted_hosts" in verdict["reason"] for verdict in verdicts(result))


def test_policy_with_errors_sends_nothing(keyed: Program, sample: Path) -> None:
    (sample / POLICY).write_text((sample / POLICY).read_text().replace("trusted_hosts:", "trusted_host:"))
    result = keyed("smoke")
    assert (result.code, "nothing was sent" in result.err) == (2, True)


def test_target_with_errors_is_not_tested(keyed: Program, sample: Path) -> None:
    file = sample / f"{PROD}.yaml"
    file.write_text(file.read_text().replace("environment: production", "environment: production\nextra: 1"))
    result = keyed("smoke", "insights-prod", "insights-acc", "--sandbox", "--format", "json")
    assert result.code == 1
    outcomes = {(verdict["target"], verdict["verdict"]) for verdict in verdicts(result)}
    assert outcomes == {("iam_application/insights-prod", "not-run"), ("iam_application/insights-acc", "accepted")}
    assert keyed("smoke", "insights-prod", "insights-acc", "--sandbox", "--require-proof").code == 6


def test_policy_and_code_selection_cannot_unblock_a_target(keyed: Program, sample: Path) -> None:
    file = sample / f"{PROD}.yaml"
    file.write_text(file.read_text().replace("environment: production", "environment: production\nextra: 1"))
    policy = sample / POLICY
    policy.write_text(policy.read_text().replace("rules:", "rules:\n  OG201: off"))
    for arguments in ((), ("--ignore", "OG2"), ("--select", "OG9")):
        result = keyed("smoke", "insights-prod", "--sandbox", "--format", "json", *arguments)
        assert result.code == 3
        assert {verdict["verdict"] for verdict in verdicts(result)} == {"not-run"}
    reported = keyed("effective", "--format", "json")
    assert (reported.code, "iam_application/insights-prod" in reported.out) == (1, False)
    assert "iam_application/insights-prod is left out" in reported.err


def test_environment_secret_is_sent_to_its_pinned_endpoint(
    keyed: Program, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sample / f"{PROD}.secrets.yaml").unlink()
    branch = sample / "configs/branches/INSIGHTS/MAIN.secrets.yaml"
    branch.unlink()
    file = sample / f"{PROD}.yaml"
    file.write_text(
        file.read_text().replace(
            "client_id: insights-production",
            "client_id: insights-production\n    client_secret: {from_env: HUB_SECRET}",
        )
    )
    policy = sample / POLICY
    monkeypatch.setenv("HUB_SECRET", "a secret with spaces : % + é")

    def hub() -> dict[str, Any]:
        found = verdicts(keyed("smoke", "insights-prod", "--sandbox", "--format", "json"))
        return next(verdict for verdict in found if verdict["server"] == "hub")

    errors_elsewhere = hub()
    assert errors_elsewhere["verdict"] == "not-run", "the other servers of the target lack their secrets"
    only_hub = (
        file.read_text().partition("oauth_servers:")[0]
        + "oauth_servers:\n  hub:"
        + file.read_text().partition("  hub:")[2]
    )
    file.write_text(only_hub)
    main = sample / "configs/branches/INSIGHTS/MAIN.yaml"
    text = main.read_text()
    main.write_text(text.partition("oauth_servers:")[0] + "oauth_servers:\n  hub:" + text.partition("  hub:")[2])
    for name in ("FEATURE_TAX.yaml", "FEATURE_TAX.secrets.yaml"):
        (sample / "configs/branches/INSIGHTS" / name).unlink()
    assert "env_secrets of the trusted policy does not list it" in hub()["reason"]
    policy.write_text(
        policy.read_text() + "env_secrets: {HUB_SECRET: https://login.insights.example.com/oauth/token}\n"
    )
    assert hub()["verdict"] == "accepted"
    monkeypatch.delenv("HUB_SECRET")
    assert keyed("smoke", "insights-prod", "--sandbox").code == 7


def test_policy_can_enable_the_control(keyed: Program, sample: Path) -> None:
    policy = sample / POLICY
    policy.write_text(policy.read_text().replace("smoke:", "smoke:\n  control: true"))
    reported = json.loads(keyed("smoke", "insights-prod", "--dry-run", "--format", "json").out)
    assert {request["further"] for request in reported["requests"] if request["form"]} >= {4}
    result = keyed("smoke", "--sandbox", "--format", "json")
    assert result.code == 0
    assert {verdict["verdict"] for verdict in verdicts(result)} == {"accepted"}
