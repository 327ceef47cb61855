"""End to end on real servers: files in a folder, secrets decrypted by sops, one verdict and one exit code."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from support.cli import Program
from support.git import start
from support.oauth_clients import HARD_SECRET, LOOKS_ENCODED
from support.sops import KEY, encrypted

WRONG_SECRET = "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ"
LAYER = "runtime_configuration/CRM/MAIN/dev"


def lay_out(root: Path, endpoint: str, *, secret: str, pinned: str | None = None, **settings: Any) -> None:
    """Write a branch with one server, a runtime configuration, and its secrets file."""
    origin = endpoint.partition("://")[2].partition("/")[0]
    server = {
        "token_endpoint": endpoint,
        "client_id": "A",
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["client_credentials"],
        "scopes": ["api.read"],
    } | settings
    policy = {"kind": "policy", "trusted_hosts": [origin], "networks": ["127.0.0.0/8"], "http_hosts": ["127.0.0.1"]}
    branch = {"kind": "branch", "model": "CRM", "branch": "MAIN", "oauth_servers": {"crm": server}}
    configuration = {"kind": "runtime_configuration", "model": "CRM", "branch": "MAIN", "name": "dev"}
    secrets = {
        "kind": "secrets",
        "for": LAYER,
        "oauth_servers": {"crm": {"client_secret": secret, "send_only_to": pinned or endpoint}},
    }
    written = {
        "oauthgit.yaml": policy,
        "branches/CRM/MAIN.yaml": branch,
        "runtime_configurations/CRM/MAIN/dev.yaml": configuration,
    }
    for name, data in written.items():
        (root / "configs" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "configs" / name).write_text(json.dumps(data, indent=1))
    (root / "configs/runtime_configurations/CRM/MAIN/dev.secrets.yaml").write_bytes(
        encrypted(json.dumps(secrets), "demo")
    )
    start(root)


@pytest.fixture
def smoke(tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))

    def run(endpoint: str, **settings: Any) -> tuple[int, str, str, str]:
        lay_out(tmp_path, endpoint, **settings)
        result = program("-C", str(tmp_path), "smoke", "--format", "json")
        reported = json.loads(result.out)
        (verdict,) = reported["verdicts"]
        codes = ",".join(finding["code"] for finding in reported["findings"] if finding["code"] != "OG522")
        return result.code, verdict["verdict"], codes, verdict["reason"]

    return run


def test_right_secrets_are_accepted(oidc_provider: str, smoke: Any) -> None:
    token = f"{oidc_provider}/token"
    for client, secret in (("A", "secret-of-a"), ("D", HARD_SECRET), ("E", LOOKS_ENCODED)):
        for method in ("client_secret_basic", "client_secret_post"):
            code, verdict, *rest = smoke(token, client_id=client, secret=secret, token_endpoint_auth_method=method)
            assert (code, verdict) in {(0, "accepted"), (0, "accepted-with-remarks")}, rest


LOGIN = {"client_id": "C", "grant_types": ["authorization_code"], "authorization_endpoint": "https://127.0.0.1/auth"}

WRONG: dict[str, tuple[str, dict[str, Any], tuple[int, str, str]]] = {
    "a wrong secret": ("/token", {"secret": WRONG_SECRET}, (5, "rejected", "OG901")),
    "an unknown client": ("/token", {"secret": WRONG_SECRET, "client_id": "nobody"}, (5, "rejected", "OG901")),
    "a refused scope": ("/token", {"secret": "secret-of-a", "scopes": ["api.write"]}, (5, "rejected", "OG902")),
    "a wrong path": ("/tokens", {"secret": "secret-of-a"}, (6, "unreachable", "OG904")),
    "a user login with a wrong secret": ("/token", LOGIN | {"secret": WRONG_SECRET}, (5, "rejected", "OG901")),
}


@pytest.mark.parametrize(("path", "settings", "expected"), WRONG.values(), ids=WRONG)
def test_wrong_credentials_are_distinguished(
    path: str, settings: dict[str, Any], expected: tuple[int, str, str], oidc_provider: str, smoke: Any
) -> None:
    assert smoke(oidc_provider + path, **settings)[:3] == expected


def test_user_login_is_verified_without_a_user(oidc_provider: str, smoke: Any) -> None:
    code, verdict, _, reason = smoke(f"{oidc_provider}/token", secret="secret-of-c", **LOGIN)
    assert (code, verdict) == (0, "accepted-with-remarks")
    assert reason == (
        "credentials accepted, dummy code rejected: an unknown client gets another answer; login not proven: "
        "authorization endpoint not tested: host 127.0.0.1 is not in trusted_hosts"
    )


def test_closed_port_and_wrong_scheme_are_distinguished(oidc_provider: str, smoke: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = smoke(f"http://127.0.0.1:{taken.getsockname()[1]}/token", secret=WRONG_SECRET)
    scheme = smoke(f"{oidc_provider.replace('http:', 'https:')}/token", secret=WRONG_SECRET)
    assert closed[:3] == (6, "unreachable", "OG906")
    assert scheme[:3] == (6, "unreachable", "OG904")
    assert "http" in scheme[3]


def test_unpinned_endpoint_gets_no_connection(smoke: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}/token"
        code, verdict, codes, _ = smoke(endpoint, secret=WRONG_SECRET, pinned="https://crm.example.com/token")
        assert (code, verdict, codes) == (3, "not-run", "OG519")
        with pytest.raises(TimeoutError):
            listener.accept()
