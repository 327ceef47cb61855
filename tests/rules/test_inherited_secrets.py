"""Rules about secrets that targets share or inherit in part, on whole projects."""

import json
from pathlib import Path
from typing import Any

import pytest

from oauthgit.pipeline import load

CRM = {
    "token_endpoint": "https://crm.example.com/oauth/token",
    "client_id": "crm-main",
    "grant_types": ["client_credentials"],
    "scopes": ["api.read"],
}


def _variable(name: str) -> dict[str, str]:
    return {"from_env": name}


def _codes(root: Path, branch: dict[str, Any], prod: dict[str, Any], dev: dict[str, Any]) -> list[tuple[str, str]]:
    """Return code and file of the findings in a project with a branch, production and development."""
    of = {"model": "M", "branch": "MAIN"}
    layers = {
        "branches/M/MAIN": {"kind": "branch", **of, "oauth_servers": {"crm": CRM | branch}},
        "iam_applications/prod": {
            "kind": "iam_application",
            "application": "prod",
            **of,
            "environment": "production",
            **({"oauth_servers": {"crm": prod}} if prod else {}),
        },
        "runtime_configurations/M/MAIN/dev": {
            "kind": "runtime_configuration",
            **of,
            "name": "dev",
            **({"oauth_servers": {"crm": dev}} if dev else {}),
        },
    }
    for name, data in layers.items():
        path = root / f"configs/{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data))
    findings = load(root, today="2026-11-24").findings
    return [
        (finding.code, finding.location.file.rpartition("/")[2]) for finding in findings if finding.code != "OG525"
    ] + [(finding.code, " ".join(finding.targets)) for finding in findings if finding.code == "OG525"]


@pytest.mark.parametrize(
    ("branch", "prod", "dev", "expected"),
    [
        (
            {"client_secret": _variable("A")},
            {"client_id": "crm-prod", "client_secret": _variable("A")},
            {},
            [("OG525", "iam_application/prod runtime_configuration/M/MAIN/dev")],
        ),
        (
            {},
            {"client_id": "crm-prod", "client_secret": _variable("A")},
            {"client_id": "crm-dev", "client_secret": _variable("A")},
            [("OG525", "iam_application/prod runtime_configuration/M/MAIN/dev")],
        ),
        ({"client_secret": _variable("A")}, {}, {}, [("OG606", "MAIN.yaml")]),
        ({"client_secret": _variable("A")}, {"client_id": "crm-prod"}, {}, [("OG305", "prod.yaml")]),
        ({"client_secret": _variable("A")}, {"client_id": "crm-prod", "client_secret": _variable("B")}, {}, []),
        (
            {"client_secret": _variable("A")},
            {"client_id": "crm-prod", "client_secret": _variable("B")},
            {"client_id": "crm-dev", "client_secret": _variable("A")},
            [],
        ),
    ],
)
def test_variable_in_two_environments_is_found_once(
    branch: dict[str, Any], prod: dict[str, Any], dev: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert _codes(tmp_path, branch, prod, dev) == expected


DATE, LATER = {"client_secret_expires_on": "2999-06-30"}, {"client_secret_expires_on": "2999-12-31"}


@pytest.mark.parametrize(
    ("branch", "prod", "expected"),
    [
        (DATE, {"client_secret": _variable("B")}, [("OG314", "prod.yaml")]),
        ({}, {"client_secret": _variable("B")}, []),
        (DATE, {"client_secret": _variable("B"), **LATER}, []),
        (DATE, {"client_secret": _variable("B"), **DATE}, []),
        (DATE, {"client_secret": _variable("B"), "client_secret_expires_on": None}, []),
        (DATE, {}, [("OG305", "prod.yaml")]),
        (DATE, LATER, [("OG314", "prod.yaml"), ("OG305", "prod.yaml")]),
        (DATE, DATE, [("OG301", "prod.yaml"), ("OG305", "prod.yaml")]),
        ({}, DATE, [("OG305", "prod.yaml")]),
    ],
)
def test_date_of_another_secret_is_found(
    branch: dict[str, Any], prod: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    own = {"client_id": "crm-prod", **prod}
    assert sorted(_codes(tmp_path, {"client_secret": _variable("A"), **branch}, own, {})) == sorted(expected)


def test_date_for_secrets_of_the_targets_is_no_finding(tmp_path: Path) -> None:
    prod = {"client_id": "crm-prod", "client_secret": _variable("B")}
    dev = {"client_id": "crm-dev", "client_secret": _variable("A")}
    assert _codes(tmp_path, DATE, prod, dev) == []
