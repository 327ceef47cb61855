"""A pipeline's own credential is never used as a client secret: by schema, by the checks, and at reading."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from oauthgit.decrypt import from_environment
from oauthgit.model.config_files import PolicyFile
from oauthgit.model.formats.reserved_variable import (
    RESERVED_NAMES,
    RESERVED_PREFIXES,
    SHAPE,
    is_free_variable,
    is_variable_pattern,
    variable_pattern,
)
from oauthgit.model.location import Location
from oauthgit.model.schema import NAMES, schema
from oauthgit.model.settings import SecretReference
from oauthgit.validate.compiled import accepts
from oauthgit.validate.jsonschema_violations import list_violations

ISSUE = ("AWS_SECRET_ACCESS_KEY", "AZURE_CLIENT_SECRET", "VAULT_TOKEN", "GH_TOKEN", "NPM_TOKEN", "PATH", "LD_PRELOAD")
REFUSED = [*RESERVED_NAMES, *(f"{prefix}X" for prefix in RESERVED_PREFIXES), *ISSUE]
FREE = (
    "AZURE_CRM_SECRET",
    "CRM_SECRET",
    "VAULT_CRM_SECRET",
    "MY_GITHUB_TOKEN",
    "CICERO",
    "HOMES",
    "PATHS",
    "NPM",
    "_",
    "a",
)
NO_NAMES = ("", "1", "a-b", "a b", "\u00e9", "CRM\n\n", "\u017fOPS_")
CANARY = "canary-of-the-pipeline"
"""No name of a variable: its values are searched in every output."""


def layer(name: str) -> dict[str, Any]:
    return {
        "kind": "branch",
        "model": "CRM",
        "branch": "MAIN",
        "oauth_servers": {"crm": {"client_secret": {"from_env": name}}},
    }


def policy(name: str) -> dict[str, Any]:
    return {"kind": "policy", "env_secrets": {name: "https://crm.example.com/oauth/token"}}


def test_pattern_and_check_refuse_the_same_names() -> None:
    pattern = re.compile(variable_pattern())
    for name in (*REFUSED, *map(str.lower, REFUSED), *map(str.title, REFUSED), *FREE, *NO_NAMES, "PATH\n", "CRM\n"):
        assert bool(pattern.search(name)) == is_free_variable(name), name
    assert not any(map(is_free_variable, (*REFUSED, *map(str.lower, REFUSED), *map(str.title, REFUSED), *NO_NAMES)))
    assert all(map(is_free_variable, FREE))


@pytest.mark.parametrize("make", [layer, policy])
def test_every_validator_refuses_the_same_names(make: Any) -> None:
    kind = make("A")["kind"]
    official = Draft202012Validator(schema(kind))
    for name in (*ISSUE, "sops_x", "Ci", *FREE[:4], *NO_NAMES, "PATH\n", "CRM\n"):
        data = make(name)
        expected = is_free_variable(name)
        assert (official.is_valid(data), accepts(kind)(data), not list(list_violations(kind, data))) == (
            expected,
        ) * 3, name


def test_variable_pattern_is_the_only_one_with_a_lookahead() -> None:
    def patterns(of: Any) -> set[str]:
        parts = of.values() if isinstance(of, dict) else of if isinstance(of, list) else ()
        own = {of["pattern"]} if isinstance(of, dict) and isinstance(of.get("pattern"), str) else set()
        return own.union(*map(patterns, parts))

    found = set().union(*(patterns(schema(name)) for name in NAMES))
    assert {pattern for pattern in found if is_variable_pattern(pattern)} == {variable_pattern()}
    assert SHAPE not in found


def test_policy_model_refuses_a_reserved_name() -> None:
    PolicyFile.model_validate(policy("AZURE_CRM_SECRET"))
    with pytest.raises(ValueError, match="VAULT_TOKEN"):
        PolicyFile.model_validate(policy("vault_token"))


class Watched(dict[str, str]):
    """An environment that records the variables read."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.read: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:
        self.read.append(key)
        return super().get(key, default)


def taken(name: str, value: str) -> tuple[Any, Any, list[str]]:
    environment = Watched({name: value})
    reference = SecretReference("from_env", "configs/branches/CRM/MAIN.yaml", "/oauth_servers/crm/client_secret", name)
    place = Location("configs/branches/CRM/MAIN.yaml", 7, 9)
    vault, findings = from_environment([reference], policy(name), environment, locate=lambda *_: place)
    assert all(finding.location == place for finding in findings)
    return vault, findings, environment.read


@pytest.mark.parametrize("change", [str, str.lower, str.title])
def test_reserved_variable_is_never_read(change: Any) -> None:
    for name in map(change, REFUSED):
        vault, (finding,), read = taken(name, CANARY)
        assert (vault.entries, finding.code, read) == ({}, "OG523", []), name
        assert CANARY not in finding.message


@pytest.mark.parametrize(
    "value",
    [
        "# created: 2026\nAGE-SECRET-KEY-1QQQ",
        "AGE-PLUGIN-YUBIKEY-1QQQ",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nabc",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nabc",
    ],
)
def test_private_key_under_any_name_is_refused(value: str) -> None:
    vault, (finding,), _ = taken("CRM_SECRET", value)
    assert (vault.entries, finding.code) == ({}, "OG523")
    assert value not in finding.message


def test_free_variable_is_read() -> None:
    vault, findings, _ = taken("AZURE_CRM_SECRET", CANARY)
    assert (len(vault.entries), findings) == (1, [])


HUB = "configs/iam_applications/insights-prod.yaml"
POLICY = "configs/oauthgit.yaml"


@pytest.mark.parametrize("name", ["SOPS_AGE_KEY", "Github_Token", "aws_secret_access_key", "PATH"])
def test_reserved_name_is_one_finding_and_nothing_is_sent(
    name: str, sample: Path, program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name != "PATH":
        monkeypatch.setenv(name, CANARY)
    file = sample / HUB
    text = file.read_text()
    line = text[: text.index("client_id: insights-production")].count("\n") + 2
    file.write_text(
        text.replace(
            "client_id: insights-production",
            f"client_id: insights-production\n    client_secret: {{from_env: {name}}}",
        )
    )
    result = program("validate", "--format", "json")
    (finding,) = json.loads(result.out)["findings"]
    assert (result.code, finding["code"], finding["location"]["line"]) == (1, "OG523", line)
    assert finding["remedy"].startswith("Put ")
    result = program("smoke", "insights-prod", "--sandbox", "--format", "json")
    report = json.loads(result.out)
    assert result.code == 7
    assert {verdict["verdict"] for verdict in report["verdicts"]} == {"not-run"}
    assert CANARY not in result.out + result.err


def test_sample_policy_names_no_reserved_variable(sample: Path, program: Any) -> None:
    file = sample / POLICY
    lines = file.read_text().count("\n")
    file.write_text(file.read_text() + "env_secrets:\n  sops_age_key: https://login.insights.example.com/oauth/token\n")
    result = program("validate", "--format", "json")
    (finding,) = json.loads(result.out)["findings"]
    assert (finding["code"], finding["location"]["line"], finding["location"]["column"]) == ("OG523", lines + 2, 3)
    assert program("smoke", "--sandbox").code == 2
    for escape in (
        ("rules:", "rules:\n  OG523: off"),
        ("sops_age_key:", "# oauthgit: ignore[OG523] it is mine\n  sops_age_key:"),
    ):
        file.write_text(file.read_text().replace(*escape, 1))
        assert program("smoke", "--sandbox").code == 2
