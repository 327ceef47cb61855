"""Rules on clients, grants, scopes and prompts: one mistake is one finding, and healthy settings have none."""

import json
from pathlib import Path
from typing import Any

import pytest

from oauthgit.pipeline import load

LOGIN = {
    "authorization_endpoint": "https://crm.example.com/oauth/authorize",
    "token_endpoint": "https://crm.example.com/oauth/token",
    "client_id": "crm-main",
    "grant_types": ["authorization_code", "refresh_token"],
}
SERVICE = {**LOGIN, "grant_types": ["client_credentials"], "scopes": ["api.read"]}
X = {"provider": "x", "client_id": "VGhpc0lzTm90QVJlYWxDbGllbnRJZDoxOmNp", "grant_types": LOGIN["grant_types"]}
SALESFORCE = {
    "provider": "salesforce",
    "authorization_endpoint": "https://insights.my.salesforce.com/services/oauth2/authorize",
    "token_endpoint": "https://insights.my.salesforce.com/services/oauth2/token",
    "client_id": "3MVG9" + "QCyEZDz_TddJ8HyS5SUkCnD8zRA9a9SkpXz9w3QlY7Zkuvqdt7s8" * 2,
    "grant_types": LOGIN["grant_types"],
}
GOOGLE = {
    "provider": "google",
    "client_id": "526018159083-cf10epf91dhodzdoc9is0j8ht9lgmxg9.apps.googleusercontent.com",
    "grant_types": ["authorization_code"],
}
GITHUB = {"provider": "github", "client_id": "Ov23lifKtHF4vUCsMehG", "grant_types": ["authorization_code"]}
B2C = {
    "provider": "azure_ad_b2c",
    "authorization_endpoint": "https://insights.b2clogin.com/insights.onmicrosoft.com/b2c_1_in/oauth2/v2.0/authorize",
    "token_endpoint": "https://insights.b2clogin.com/insights.onmicrosoft.com/b2c_1_in/oauth2/v2.0/token",
    "client_id": "0f4205b4-907a-40c3-9012-f037b64ce422",
    "grant_types": ["authorization_code"],
}
REFRESH = {"request_refresh_token": True}


def write(root: Path, path: str, data: dict[str, Any]) -> None:
    file = root / f"configs/{path}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data))


def layers(root: Path, *servers: dict[str, Any] | None, environment: str = "test") -> None:
    """Write a branch, another one based on it, and an application, each with its own value for the server crm."""
    names = ("branches/M/MAIN", "branches/M/NEXT", "iam_applications/app")
    heads: tuple[dict[str, Any], ...] = (
        {"kind": "branch", "model": "M", "branch": "MAIN"},
        {"kind": "branch", "model": "M", "branch": "NEXT", "origin": "MAIN"},
        {"kind": "iam_application", "application": "app", "model": "M", "branch": "NEXT", "environment": environment},
    )
    for name, head, server in zip(names, heads, servers, strict=True):
        write(root, name, {**head, **({"oauth_servers": {"crm": server}} if server is not None else {})})


def codes(root: Path) -> list[str]:
    policy = {"kind": "policy", "env_secrets": {"SECRET": "https://crm.example.com/oauth/token"}}
    write(root, "oauthgit", policy)
    return [found.code for found in load(root).findings if not found.code.startswith(("OG2", "OG518"))]


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ({**LOGIN, "user_login": {"prompt": "login"}}, ["OG435"]),
        ({**SERVICE, "user_login": {"prompt": "login"}}, ["OG444"]),
        ({**LOGIN, "user_login": {**REFRESH, "prompt": "none"}}, ["OG432"]),
        ({**SERVICE, "user_login": {"prompt": "none"}}, ["OG444"]),
        ({**GITHUB, "user_login": {"prompt": "login"}}, ["OG434"]),
        ({**GITHUB, "user_login": {**REFRESH, "prompt": "none"}}, ["OG434"]),
        ({**B2C, "user_login": {"prompt": "login"}}, ["OG435"]),
        ({**X, "scopes": ["tweet.read", "offline_access"], "user_login": REFRESH}, ["OG436"]),
        ({**X, "scopes": ["tweet.read", "offline.access"], "user_login": REFRESH}, []),
        ({**X, "scopes": ["tweet.read", "offline.access"]}, ["OG438"]),
        ({**SALESFORCE, "scopes": ["api", "offline_access"], "user_login": REFRESH}, []),
        ({**SALESFORCE, "scopes": ["api", "refresh_token"], "user_login": REFRESH}, []),
        ({**SALESFORCE, "scopes": ["api"], "user_login": REFRESH}, ["OG436"]),
        ({**SALESFORCE, "grant_types": ["client_credentials"], "scopes": ["api"], "user_login": REFRESH}, ["OG444"]),
        ({**GOOGLE, "scopes": ["openid"], "user_login": REFRESH}, ["OG437"]),
        ({**GOOGLE, "scopes": ["email", "profile"]}, []),
        ({**LOGIN, "issuer": "https://crm.example.com", "scopes": ["email"]}, ["OG441"]),
        ({**LOGIN, "scopes": ["email", "offline_access"], "user_login": REFRESH}, []),
    ],
)
def test_one_mistake_is_one_finding(server: dict[str, Any], expected: list[str], tmp_path: Path) -> None:
    layers(tmp_path, {**server, "client_secret": {"from_env": "SECRET"}}, None, None)
    assert codes(tmp_path) == expected


SECRET = {"client_secret": {"from_env": "SECRET"}}


@pytest.mark.parametrize(
    ("main", "following", "application", "expected"),
    [
        (SECRET, None, {"client_id": "other"}, ["OG305"]),
        (SECRET, {"client_id": "other"}, None, ["OG305"]),
        (SECRET, {"client_id": "other"}, SECRET, ["OG305"]),  # of the middle branch
        (SECRET, None, {"client_id": "other", "client_secret": {"from_env": "ANOTHER"}}, []),
        (SECRET, None, {"client_secret": {"from_env": "ANOTHER"}}, []),
        ({}, {"client_id": "other"}, SECRET, []),
    ],
)
def test_secret_shared_by_clients_is_found(
    main: dict[str, Any],
    following: dict[str, Any] | None,
    application: dict[str, Any] | None,
    expected: list[str],
    tmp_path: Path,
) -> None:
    layers(tmp_path, {**SERVICE, **main}, following, application)
    assert codes(tmp_path) == expected


@pytest.mark.parametrize(
    ("host", "environment", "expected"),
    [
        ("login-acc.example.com", "production", ["OG602"]),
        ("dev-4711.us.auth0.com", "production", ["OG602"]),
        ("tst2.login.example.co.uk", "production", ["OG602"]),
        ("login-acc.example.com", "acceptance", []),
        ("login-acc.example.com", "test", []),
        ("prod.login.example.com", "production", []),
        ("login-prod.example.com", "test", ["OG602"]),
        ("login.example.com", "production", []),
        ("contest.example.com", "production", []),
        ("accounts.example.com", "production", []),
        ("latest.devices.example.com", "production", []),
        ("acc.com", "production", []),
        ("acc.co.uk", "production", []),
        ("test.salesforce.com", "production", ["OG601"]),
        ("acme--dev.sandbox.my.salesforce.com", "production", ["OG601"]),
        ("products.example.com", "test", []),
    ],
)
def test_host_of_another_environment_is_reported_once(
    host: str, environment: str, expected: list[str], tmp_path: Path
) -> None:
    server = {**SERVICE, **SECRET, "token_endpoint": f"https://{host}/oauth/token"}
    server.pop("authorization_endpoint")
    layers(tmp_path, server, None, None, environment=environment)
    assert [code for code in codes(tmp_path) if code.startswith("OG6")] == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("production", "test", 1),
        ("acceptance", "production", 1),
        ("acceptance", "test", 0),
        ("production", "production", 0),
    ],
)
def test_client_shared_with_production_is_found(one: str, other: str, expected: int, tmp_path: Path) -> None:
    client = {"client_id": "shared", **SECRET}
    layers(tmp_path, SERVICE, None, client, environment=one)
    head = {"kind": "iam_application", "application": "other", "model": "M", "branch": "MAIN", "environment": other}
    write(tmp_path, "iam_applications/other", {**head, "oauth_servers": {"crm": client}})
    found = [each for each in load(tmp_path).findings if each.code == "OG606"]
    assert len(found) == expected
    for each in found:
        assert set(each.targets) == {"iam_application/app", "iam_application/other"}
        assert each.location.file.endswith("app.yaml" if one == "production" else "other.yaml")
        assert each.related[0].location.file.endswith("other.yaml" if one == "production" else "app.yaml")
    elsewhere = {**client, "token_endpoint": "https://other.example.com/oauth/token"}
    write(tmp_path, "iam_applications/other", {**head, "oauth_servers": {"crm": elsewhere}})
    assert "OG606" not in codes(tmp_path)


@pytest.mark.parametrize(
    ("branch", "application", "expected"),
    [
        ({}, {}, ["OG311"]),
        ({"oauth_servers": {}}, {"oauth_servers": {}}, ["OG311"]),
        ({"oauth_servers": {"crm": None}}, {}, ["OG310"]),
        ({}, {"oauth_servers": {"crm": {"client_id": "x"}}}, ["OG302"]),
        ({"oauth_server": {}}, {}, ["OG201"]),
        ({"oauth_servers": {"crm": {**SERVICE, **SECRET}}}, {}, []),
    ],
)
def test_target_without_settings_is_reported_once(
    branch: dict[str, Any], application: dict[str, Any], expected: list[str], tmp_path: Path
) -> None:
    write(tmp_path, "branches/M/MAIN", {"kind": "branch", "model": "M", "branch": "MAIN", **branch})
    head = {"kind": "iam_application", "application": "app", "model": "M", "branch": "MAIN", "environment": "test"}
    write(tmp_path, "iam_applications/app", {**head, **application})
    assert [found.code for found in load(tmp_path).findings] == expected


def test_value_inherited_by_invalid_override_has_no_finding(tmp_path: Path) -> None:
    server = {**SERVICE, **SECRET, "token_endpoint": "https://login-acc.example.com/oauth/token"}
    layers(tmp_path, server, None, {"token_endpont": "https://login.example.com/oauth/token"}, environment="production")
    other = {"kind": "iam_application", "application": "other", "model": "M", "branch": "MAIN", "environment": "test"}
    write(tmp_path, "iam_applications/other", other)
    assert [found.code for found in load(tmp_path).findings] == ["OG201"]
