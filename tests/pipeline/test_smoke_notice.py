"""The notice that smoke would not run: one for production and one for the rest, with the reasons that smoke gives."""

import json
from pathlib import Path
from typing import Any

import pytest

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.secret import Vault
from oauthgit.model.selection import Selection
from oauthgit.model.settings import SecretReference
from oauthgit.model.smoke_gate import refuse_without_key
from oauthgit.pipeline import load
from oauthgit.probe import make_plan
from support.run_smoke import server, settings, vault
from support.sops import encrypted

URL = "https://crm.example.com/token"
VARIABLE = SecretReference("from_env", "app.secrets.yaml", "/oauth_servers/crm/client_secret", "CRM_SECRET")
POLICY = {"trusted_hosts": ["crm.example.com"], "networks": [], "http_hosts": [], "env_secrets": {}}
LOCAL = {"trusted_hosts": ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "10.0.0.1"], "http_hosts": ["localhost"]}


def _offline(url: str, policy: dict[str, Any], environment: str = "test", **changes: Any) -> str:
    made = server(url, **changes)
    if "client_secret" not in changes:
        made["client_secret"] = made["client_secret"]._replace(pinned=True)
    refusal = refuse_without_key("iam_application/app", "crm", made, POLICY | policy, environment)
    return refusal.reason if refusal else ""


def _smoke(url: str, policy: dict[str, Any], environment: str = "test", **changes: Any) -> str:
    """Return the reason of the smoke test, which has a secret that is pinned to ``url``."""
    pins = [url]
    if changes.get("client_secret") == VARIABLE:
        stated = (POLICY | policy)["env_secrets"].get("CRM_SECRET", [])
        pins = [stated] if isinstance(stated, str) else stated
    elif "client_secret" in changes:
        pins = []
    made = settings(server(url, **changes), policy=POLICY | policy, environment=environment)
    plan = make_plan([made], vault(*pins), {})
    return plan.refused[0].reason if plan.refused else ""


@pytest.mark.parametrize(
    ("url", "policy", "changes"),
    [
        (URL, {}, {}),
        ("https://crm.example.net/token", {}, {}),
        ("https://crm.example.com:8443/token", {}, {}),
        ("https://a.b.example.org/token", {"trusted_hosts": ["*.example.org"]}, {}),
        ("https://example.org/token", {"trusted_hosts": ["*.example.org"]}, {}),
        ("http://crm.example.com/token", {"trusted_hosts": ["crm.example.com"]}, {}),
        ("http://crm.example.com/token", {"http_hosts": ["crm.example.com"]}, {"environment": "production"}),
        ("http://localhost:8080/t", LOCAL | {"networks": ["127.0.0.0/8"]}, {}),
        (URL, {}, {"client_secret": VARIABLE}),
        (URL, {"env_secrets": {"CRM_SECRET": URL}}, {"client_secret": VARIABLE}),
        (URL, {"env_secrets": {"CRM_SECRET": ["https://crm.example.com/other"]}}, {"client_secret": VARIABLE}),
        (URL, {"env_secrets": {"OTHER": URL}}, {"client_secret": VARIABLE}),
        (URL, {}, {"client_secret": VARIABLE._replace(state="encrypted", name="")}),
    ],
)
def test_reason_without_a_key_is_that_of_smoke(url: str, policy: dict[str, Any], changes: dict[str, Any]) -> None:
    assert _offline(url, policy, **changes) == _smoke(url, policy, **changes)


@pytest.mark.parametrize("character", ["|", "^", "`", "<", ">", '"', "\\", " ", "\u00e9", "\u200b", "\u201c"])
def test_character_that_smoke_refuses_is_named(character: str) -> None:
    url = f"{URL}/a{character}b"
    assert f"contains U+{ord(character):04X} " in _offline(url, {})
    assert "the URL of the token endpoint is not safe" in _smoke(url, {})


@pytest.mark.parametrize(
    "url", [f"{URL}/{{tenant}}", f"{URL}#x", "https://u:p@crm.example.com/t", "crm.example.com", "ftp://a/b"]
)
def test_url_with_a_finding_of_its_own_has_no_reason(url: str) -> None:
    assert _offline(url, {}) == ""
    assert _smoke(url, {}) != ""


@pytest.mark.parametrize(
    ("url", "more", "refused"),
    [
        ("http://localhost:8080/t", {}, True),
        ("https://localhost:8080/t", {}, True),
        ("https://127.0.0.1:8080/t", {}, True),
        ("https://[::1]:8080/t", {}, True),
        ("https://10.0.0.1/t", {}, True),
        ("https://10.0.0.1/t", {"networks": ["10.0.0.0/8"]}, False),
        ("https://127.0.0.1:8080/t", {"networks": ["127.0.0.0/8"]}, False),
        ("https://localhost:8080/t", {"networks": ["::1/128"]}, False),
        ("https://localhost:8080/t", {"proxy": "http://proxy.example.com:3128"}, False),
        ("https://8.8.8.8/t", {"trusted_hosts": ["8.8.8.8"]}, False),
    ],
)
def test_address_that_is_not_public_needs_a_network(url: str, more: dict[str, Any], refused: bool) -> None:  # noqa: FBT001 - a table
    assert ("is not public" in _offline(url, LOCAL | more)) is refused


def test_policy_without_trusted_hosts_has_no_smoke_tests() -> None:
    assert _offline(URL, {"trusted_hosts": []}) == ""
    assert _smoke(URL, {"trusted_hosts": []}) != ""


def test_missing_or_misplaced_secret_has_no_reason() -> None:
    for state in ("plain", "inline"):
        assert _offline("https://crm.example.net/t", {}, client_secret=VARIABLE._replace(state=state)) == ""
    assert _offline("https://crm.example.net/t", {}, client_secret=None) == ""
    assert make_plan([settings(server(URL))], Vault({}), {}).refused


def _project(root: Path, trusted: list[str], apps: dict[str, str], servers: dict[str, str]) -> None:
    """Write a project whose servers all take their secrets from variables that the policy lists."""
    pins = {f"{name.upper()}_SECRET": url for name, url in servers.items()}
    layers: dict[str, Any] = {
        "oauthgit": {"kind": "policy", "trusted_hosts": trusted, "env_secrets": pins, "rules": {"OG606": "off"}},
        "branches/M/MAIN": {
            "kind": "branch",
            "model": "M",
            "branch": "MAIN",
            "oauth_servers": {
                name: {
                    "token_endpoint": url,
                    "client_id": f"{name}-main",
                    "client_secret": {"from_env": f"{name.upper()}_SECRET"},
                    "grant_types": ["client_credentials"],
                    "scopes": ["api.read"],
                }
                for name, url in servers.items()
            },
        },
    }
    for name, environment in apps.items():
        layers[f"iam_applications/{name}"] = {
            "kind": "iam_application",
            "application": name,
            "model": "M",
            "branch": "MAIN",
            "environment": environment,
        }
    for name, data in layers.items():
        path = root / f"configs/{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data, indent=1))


def _notices(root: Path, *paths: Path) -> list[Finding]:
    return [
        each for each in load(root, Selection(paths=tuple(map(str, paths)))).findings if each.code in {"OG451", "OG452"}
    ]


HOSTS = {name: f"https://{name}.example.com/token" for name in ("crm", "erp", "hub", "tax", "wms")}


def test_one_notice_counts_and_groups_the_reasons(tmp_path: Path) -> None:
    apps = {"prod": "production", "live": "production", "acc": "acceptance"}
    _project(tmp_path, ["crm.example.com"], apps, HOSTS)
    (notice,) = _notices(tmp_path)
    assert (notice.code, notice.severity) == ("OG451", Severity.WARNING)
    assert notice.message == (
        "smoke would not run 12 of 15 tests, 8 of them in production: host erp.example.com is not in trusted_hosts (3); host "
        "hub.example.com is not in trusted_hosts (3); host tax.example.com is not in trusted_hosts (3); and 1 more reason"
    )
    assert sorted(notice.targets) == [f"iam_application/{name}" for name in ("acc", "live", "prod")]
    assert notice.location.file == "configs/branches/M/MAIN.yaml"
    assert [each.message for each in notice.related] == [
        "host hub.example.com is not in trusted_hosts",
        "host tax.example.com is not in trusted_hosts",
    ]
    assert notice.remedy.count("Have it added to trusted_hosts") == 1


def test_notice_without_production_is_a_note(tmp_path: Path) -> None:
    _project(tmp_path, ["crm.example.com"], {"test": "test", "acc": "acceptance"}, HOSTS)
    (notice,) = _notices(tmp_path)
    assert (notice.code, notice.severity) == ("OG452", Severity.NOTE)
    assert notice.message.startswith(
        "smoke would not run 8 of 10 tests: host erp.example.com is not in trusted_hosts (2);"
    )


def test_reason_of_production_comes_first(tmp_path: Path) -> None:
    _project(
        tmp_path,
        ["crm.example.com"],
        {"prod": "production", "test": "test", "acc": "acceptance"},
        {"crm": HOSTS["crm"]},
    )
    application = tmp_path / "configs/iam_applications/prod.yaml"
    moved = {
        "crm": {"token_endpoint": "https://crm.example.net/token", "client_id": "c", "client_secret": {"from_env": "X"}}
    }
    application.write_text(json.dumps(json.loads(application.read_text()) | {"oauth_servers": moved}))
    policy = tmp_path / "configs/oauthgit.yaml"
    policy.write_text(json.dumps(json.loads(policy.read_text()) | {"env_secrets": {}}))
    (notice,) = _notices(tmp_path)
    assert notice.location.file == "configs/iam_applications/prod.yaml"
    assert "3 of 3 tests, 1 of them in production: X must not be sent anywhere" in notice.message


def test_suppressed_server_is_not_counted(tmp_path: Path) -> None:
    _project(tmp_path, ["crm.example.com"], {"prod": "production"}, {"crm": HOSTS["crm"], "erp": HOSTS["erp"]})
    branch = tmp_path / "configs/branches/M/MAIN.yaml"
    branch.write_text(
        branch.read_text().replace(
            '"token_endpoint": "https://erp', '# oauthgit: ignore[OG451] tested by hand\n"token_endpoint": "https://erp'
        )
    )
    (notice,) = _notices(tmp_path)
    assert notice.suppressed == "tested by hand"


def test_notice_of_selected_paths_counts_their_targets(tmp_path: Path) -> None:
    _project(tmp_path, ["crm.example.com"], {"prod": "production", "live": "production"}, HOSTS)
    (notice,) = _notices(tmp_path, tmp_path / "configs/iam_applications/prod.yaml")
    assert "smoke would not run 4 of 5 tests, in production: " in notice.message
    assert notice.targets == ("iam_application/prod",)


@pytest.mark.parametrize("trusted", [["*.example.com"], [f"{name}.example.com" for name in HOSTS]])
def test_project_that_smoke_runs_has_no_notice(trusted: list[str], tmp_path: Path) -> None:
    _project(tmp_path, trusted, {"prod": "production", "acc": "acceptance"}, HOSTS)
    assert _notices(tmp_path) == []


def test_remedy_of_a_missing_pin_names_a_target(tmp_path: Path) -> None:
    _project(tmp_path, ["crm.example.com"], {"prod": "production"}, {"crm": HOSTS["crm"]})
    plain = {
        "kind": "secrets",
        "for": "iam_application/prod",
        "oauth_servers": {"crm": {"client_secret": "h4Wq0zRk7TnX"}},
    }
    secrets = tmp_path / "configs/iam_applications/prod.secrets.yaml"
    secrets.write_bytes(encrypted(json.dumps(plain), "demo"))
    (notice,) = _notices(tmp_path)
    assert "the secret is not pinned" in notice.message
    assert (
        notice.remedy
        == "Run `oauthgit secrets pin iam_application/prod crm`, which writes send_only_to next to the secret."
    )
