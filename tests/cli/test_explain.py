"""``oauthgit explain`` on the sample."""

import json
from pathlib import Path

import pytest

from support.cli import Program

PROD = "configs/iam_applications/insights-prod.yaml"


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
