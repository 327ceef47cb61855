"""Smoke tests on oidc-provider: right and wrong credentials are distinguished, for services and user logins."""

import socket
from typing import Any

import pytest

from oauthgit.model.verdict import Outcome
from support.oauth_clients import HARD_SECRET, LOOKS_ENCODED
from support.run_smoke import LOOPBACK, only, server, smoke


def test_right_secret_is_accepted_and_its_token_revoked(oidc_provider: str) -> None:
    service = server(f"{oidc_provider}/token", client_id="A", revocation_endpoint=f"{oidc_provider}/token/revocation")
    verdict = only(smoke(service, secret="secret-of-a"))
    assert (verdict.outcome, verdict.code, verdict.connector_status) == (Outcome.ACCEPTED, "", 0)
    assert verdict.reason == "token for 600 s, scope as requested, revoked"


@pytest.mark.parametrize(
    "row",
    [
        ({}, "wrong", Outcome.REJECTED, "OG901", "invalid_client", "client_id"),
        ({"client_id": "nobody"}, "secret-of-a", Outcome.REJECTED, "OG901", "invalid_client", "client_id"),
        ({"scopes": ["api.write"]}, "secret-of-a", Outcome.REJECTED, "OG902", "invalid_scope", "scopes"),
        ({"scopes": ["dropped"]}, "secret-of-a", Outcome.ACCEPTED_WITH_REMARKS, "OG909", "", "scopes"),
        ({"scopes": []}, "secret-of-a", Outcome.ACCEPTED_WITH_REMARKS, "OG909", "", "scopes"),
        (
            {"grant_types": ["authorization_code"]},
            "secret-of-a",
            Outcome.ACCEPTED_WITH_REMARKS,
            "OG919",
            "invalid_request",
            "token_endpoint",
        ),
    ],
)
def test_rejected_credentials_are_distinguished(oidc_provider: str, row: tuple[Any, ...]) -> None:
    changes, secret, outcome, code, error, setting = row
    verdict = only(smoke(server(f"{oidc_provider}/token", **{"client_id": "A", **changes}), secret=secret))
    assert (verdict.outcome, verdict.code, verdict.error) == (outcome, code, error)
    assert verdict.location.pointer == f"/oauth_servers/crm/{setting}"


def test_wrong_path_is_reported_as_wrong_endpoint(oidc_provider: str) -> None:
    verdict = only(smoke(server(f"{oidc_provider}/tokne", client_id="A"), secret="secret-of-a"))
    assert (verdict.outcome, verdict.code) == (Outcome.UNREACHABLE, "OG904")
    assert verdict.reason == "no token endpoint answers at this path (404)"
    assert verdict.location.pointer == "/oauth_servers/crm/token_endpoint"


def test_https_to_a_plain_port_is_a_wrong_scheme(oidc_provider: str) -> None:
    verdict = only(smoke(server(f"{oidc_provider.replace('http:', 'https:')}/token", client_id="A")))
    assert (verdict.outcome, verdict.code) == (Outcome.UNREACHABLE, "OG904")
    assert verdict.reason == "wrong scheme: the URL has https, but the server at this port expects http"


def test_closed_port_is_reported_as_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    verdict = only(smoke(server(f"http://127.0.0.1:{port}/token"), limits=LOOPBACK))
    assert (verdict.outcome, verdict.code, verdict.connector_status) == (Outcome.UNREACHABLE, "OG906", -1)
    assert verdict.reason == "no server accepts connections at this host and port"


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_user_login_is_verified_without_a_user(oidc_provider: str, method: str) -> None:
    login = server(
        f"{oidc_provider}/token",
        client_id="C",
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method=method,
    )
    right, wrong = only(smoke(login, secret="secret-of-c")), only(smoke(login, secret="wrong"))
    assert (right.outcome, right.grant, right.error) == (Outcome.ACCEPTED, "authorization_code", "invalid_grant")
    assert (wrong.outcome, wrong.code, wrong.error) == (Outcome.REJECTED, "OG901", "invalid_client")


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
@pytest.mark.parametrize(("client", "secret"), [("D", HARD_SECRET), ("E", LOOKS_ENCODED)])
def test_secrets_with_special_characters_are_accepted(
    oidc_provider: str, client: str, secret: str, method: str
) -> None:
    service = server(f"{oidc_provider}/token", client_id=client, token_endpoint_auth_method=method)
    assert only(smoke(service, secret=secret)).outcome is Outcome.ACCEPTED
    assert only(smoke(service, secret=secret + "x")).outcome is Outcome.REJECTED
