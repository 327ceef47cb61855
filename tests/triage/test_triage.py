"""Triage: names, severities by policy and environment, selection, order."""

from pathlib import Path
from typing import Any

import pytest

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.location import Location
from oauthgit.model.rule import Rule
from oauthgit.model.selection import EVERYTHING, Selection
from oauthgit.pipeline import load
from oauthgit.triage import triage, worst

ENVIRONMENTS: dict[str, str | None] = {"prod": "production", "dev": "development", "branch": None}


def rule_of(code: str) -> Rule:
    return Rule(code, f"name-of-{code}", Severity.WARNING, "")


def finding(code: str = "OG301", line: int = 1, targets: tuple[str, ...] = ("prod", "dev")) -> Finding:
    return Finding(code, "message", Location("a.yaml", line, 1, line, 2), targets=targets)


def kept(stated: Any) -> list[tuple[str, tuple[str, ...]]]:
    found = triage([finding()], EVERYTHING, {"OG301": stated} if stated else {}, rule_of, ENVIRONMENTS)
    return [(one.severity.label, one.targets) for one in found]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (None, [("warning", ("prod", "dev"))]),
        ("off", []),
        ("error", [("error", ("prod", "dev"))]),
        ({"production": "error", "default": "off"}, [("error", ("prod",))]),
        ({"production": "error"}, [("error", ("prod", "dev"))]),
        ({"production": "note", "default": "note"}, [("note", ("prod", "dev"))]),
        ({"production": "off", "development": "off"}, []),
    ],
)
def test_policy_sets_severity_for_each_environment(stated: Any, expected: Any) -> None:
    assert kept(stated) == expected


def test_finding_gets_the_name_of_its_rule() -> None:
    (found,) = triage([finding()], EVERYTHING, {}, rule_of, ENVIRONMENTS)
    assert found.name == "name-of-OG301"


def test_findings_are_sorted_by_place() -> None:
    given = [finding(line=3), finding("OG401", line=2), finding("OG301", line=2)]
    found = triage(given, EVERYTHING, {}, rule_of, ENVIRONMENTS)
    assert [(one.location.line, one.code) for one in found] == [(2, "OG301"), (2, "OG401"), (3, "OG301")]


def test_codes_are_selected_by_prefix_and_tool_errors_stay() -> None:
    given = [finding("OG301"), finding("OG304"), finding("OG401"), finding("OG002")]

    def codes(selection: Selection) -> list[str]:
        return sorted(one.code for one in triage(given, selection, {}, rule_of, ENVIRONMENTS))

    assert codes(Selection(select=("OG3",))) == ["OG002", "OG301", "OG304"]
    assert codes(Selection(select=("OG3",), ignore=("OG304",))) == ["OG002", "OG301"]
    assert codes(Selection(ignore=("OG",))) == ["OG002"]


def test_worst_severity_ignores_suppressed_findings() -> None:
    assert worst(()) is None
    assert worst((finding()._replace(severity=Severity.NOTE), finding()._replace(suppressed="known"))) is Severity.NOTE


def test_http_is_a_note_in_development_and_error_in_production(tmp_path: Path) -> None:
    for path, text in {
        "oauthgit.yaml": "kind: policy\nrules:\n  OG401: {development: note, production: error, default: warning}\n",
        "branches/M/MAIN.yaml": "kind: branch\nmodel: M\nbranch: MAIN\noauth_servers:\n  crm:\n"
        "    token_endpoint: https://crm.example.com/oauth/token\n    client_id: crm-main\n"
        "    client_secret: {from_env: CRM}\n    grant_types: [client_credentials]\n    scopes: [api.read]\n",
        "runtime_configurations/M/MAIN/dev.yaml": "kind: runtime_configuration\nmodel: M\nbranch: MAIN\nname: dev\n"
        "oauth_servers:\n  crm:\n    token_endpoint: http://crm.example.com/dev\n    client_id: crm-dev\n",
        "iam_applications/prod.yaml": "kind: iam_application\napplication: prod\nmodel: M\nbranch: MAIN\n"
        "environment: production\noauth_servers:\n  crm:\n    token_endpoint: http://crm.example.com/prod\n"
        "    client_id: crm-prod\n",
    }.items():
        file = tmp_path / "configs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    found = [one for one in load(tmp_path).findings if one.code == "OG401"]
    assert [(one.targets, one.severity.label) for one in found] == [
        (("iam_application/prod",), "error"),
        (("runtime_configuration/M/MAIN/dev",), "note"),
    ]


def test_unknown_rule_in_the_policy_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/oauthgit.yaml").write_text("kind: policy\nrules:\n  OG301: off\n  OG431: error\n  x: off\n")
    project = load(tmp_path)
    assert [(one.code, one.location.line, one.location.column) for one in project.findings] == [
        ("OG206", 4, 3),
        ("OG206", 5, 3),
    ]
    assert project.findings[0].message.startswith('"OG431" is not the code of a rule; did you mean "OG4')
    assert project.findings[1].message == '"x" is not the code of a rule'
    assert not project.policy_is_valid
