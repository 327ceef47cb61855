"""``oauthgit effective`` on the sample."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from oauthgit.model.schema import EFFECTIVE, schema
from support.cli import Program

MAIN = "configs/branches/INSIGHTS/MAIN.yaml"
PROD = "configs/iam_applications/insights-prod.yaml"


def targets_of(program: Program, *arguments: str) -> dict[str, Any]:
    result = program("effective", *arguments, "--format", "json")
    assert result.code == 0, result
    targets: dict[str, Any] = json.loads(result.out)["targets"]
    return targets


@pytest.mark.usefixtures("sample")
def test_effective_settings_are_complete_and_redacted(program: Program) -> None:
    targets = targets_of(program, "insights-prod")
    assert list(targets) == ["iam_application/insights-prod"]
    prod = targets["iam_application/insights-prod"]
    assert prod["environment"] == "production"
    assert prod["redirect_uri"] == "https://insights.example.com/indicium/oauth-callback"
    for name, server in prod["oauth_servers"].items():
        secret = server.pop("client_secret")
        assert secret == {
            "state": "encrypted",
            "pinned": True,
            "file": "configs/iam_applications/insights-prod.secrets.yaml",
        }, name
        Draft202012Validator(schema(EFFECTIVE)).validate(server)
    exact = prod["oauth_servers"]["exact_online"]
    assert exact["client_id"] == "0d6e1f0f-3a11-4c0e-9a55-5f3c7a526c0e"
    assert exact["token_endpoint"] == "https://start.exactonline.nl/api/oauth2/token"
    assert exact["require_pkce"] is True
    assert prod["oauth_servers"]["google"]["token_endpoint"] == "https://oauth2.googleapis.com/token", "by the provider"


@pytest.mark.usefixtures("sample")
def test_default_shows_runnable_targets_and_named_branches(program: Program) -> None:
    everything = targets_of(program)
    assert len(everything) == 10
    assert not any(target.startswith("branch/") for target in everything)
    assert list(targets_of(program, "INSIGHTS/MAIN")) == ["branch/INSIGHTS/MAIN"]
    assert list(targets_of(program, "insights-prod", "insights-prod", "MAIN/dev")) == [
        "iam_application/insights-prod",
        "runtime_configuration/INSIGHTS/MAIN/dev",
    ]


def test_changed_base_value_changes_only_inheriting_targets(sample: Path, program: Program) -> None:
    before = targets_of(program)
    text = (sample / MAIN).read_text()
    (sample / MAIN).write_text(text.replace("client_id: insights-development", "client_id: insights-changed"))
    after = targets_of(program)
    changed = [target for target in before if before[target] != after[target]]
    assert changed == ["runtime_configuration/INSIGHTS/FEATURE_TAX/dev", "runtime_configuration/INSIGHTS/MAIN/dev"]
    for target in changed:
        assert after[target]["oauth_servers"]["hub"].pop("client_id") == "insights-changed"
        assert before[target]["oauth_servers"]["hub"].pop("client_id") == "insights-development"
    assert before == after


@pytest.mark.usefixtures("sample")
def test_every_format_shows_the_same_data(program: Program) -> None:
    reported = targets_of(program, "insights-prod")["iam_application/insights-prod"]
    read = yaml.safe_load(program("effective", "insights-prod", "--format", "yaml").out)
    assert read["iam_application/insights-prod"]["oauth_servers"] == reported["oauth_servers"]
    env = program("effective", "insights-prod", "--format", "env").out
    assert "INSIGHTS_PROD_HUB_CLIENT_ID=insights-production" in env
    text = program("effective", "insights-prod").out
    assert "insights-production" in text
    assert "encrypted, pinned, expires 2037-06-30" in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dev", "may be any of"),
        ("insights-prd", "did you mean insights-prod?"),
        ("nothing-like-it", "there is no target"),
    ],
)
@pytest.mark.usefixtures("sample")
def test_unknown_target_name_is_exit_2(name: str, words: str, program: Program) -> None:
    result = program("effective", name)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


def test_target_with_errors_is_skipped_with_a_note(sample: Path, program: Program) -> None:
    text = (sample / PROD).read_text()
    (sample / PROD).write_text(text.replace("environment: production", "environment: prod"))
    result = program("effective", "--format", "json")
    assert result.code == 1
    reported = json.loads(result.out)
    assert "iam_application/insights-prod" not in reported["targets"]
    assert len(reported["targets"]) == 9
    assert [finding["code"] for finding in reported["findings"]] == ["OG204"]
    assert "iam_application/insights-prod is left out" in result.err
    assert program("effective", "insights-acc").code == 0


def test_explain_shows_all_layers_the_winner_and_no_ops(sample: Path, program: Program) -> None:
    dev = sample / "configs/runtime_configurations/INSIGHTS/FEATURE_TAX/dev.yaml"
    dev.write_text(dev.read_text() + "  hub:\n    client_id: insights-development\n")
    result = program("explain", "FEATURE_TAX/dev", "hub.client_id")
    assert result.code == 0
    lines = [" ".join(line.split()) for line in result.out.splitlines()]
    assert lines[0].startswith('client_id = "insights-development"')
    assert lines[1].startswith("-> configs/runtime_configurations/INSIGHTS/FEATURE_TAX/dev.yaml:")
    assert "wins, same value, no effect" in lines[1]
    assert "configs/branches/INSIGHTS/FEATURE_TAX.yaml" in lines[2]
    assert "not set" in lines[2]
    assert "configs/branches/INSIGHTS/MAIN.yaml:38:16" in lines[3]
    assert "platform default" in lines[4]


@pytest.mark.usefixtures("sample")
def test_explain_lists_all_settings_of_a_server(program: Program) -> None:
    reported = json.loads(program("explain", "insights-prod", "google", "--format", "json").out)
    settings = reported["targets"]["iam_application/insights-prod"]["oauth_servers"]["google"]
    assert settings["token_endpoint"]["origin"] == {"layer": "provider/google", "location": None}
    assert settings["client_id"]["origin"]["location"]["file"] == PROD
    assert [origin["layer"] for origin in settings["client_id"]["replaced"]] == ["branch/INSIGHTS/MAIN"]
    assert settings["user_login.prompt"]["value"] == "consent"
    assert settings["client_secret"]["value"]["state"] == "encrypted"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("nope", "has no server nope"),
        ("hub.nope", "nope is not a setting"),
        ("hub.user_login.nope", "is not a setting"),
    ],
)
@pytest.mark.usefixtures("sample")
def test_unknown_setting_in_explain_is_exit_2(setting: str, words: str, program: Program) -> None:
    result = program("explain", "insights-prod", setting)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


@pytest.mark.usefixtures("sample")
def test_unset_setting_is_explained_as_unset(program: Program) -> None:
    result = program("explain", "insights-prod", "hub.issuer")
    assert result.code == 0
    assert result.out.count(", not set") == 2
