"""Issuer metadata against settings: with a table, and on a server."""

from typing import Any

import pytest

from oauthgit.model.finding import Finding
from oauthgit.probe import make_plan, run
from oauthgit.probe.judge.metadata import compare, list_documents
from oauthgit.probe.requests import request_metadata
from support.answers import answer
from support.run_smoke import LOOPBACK, server, settings, vault
from support.scripted_server import TOKEN, fake, reply

ISSUER = "https://crm.example.com/realms/a"
SERVER = server(
    f"{ISSUER}/token",
    issuer=ISSUER,
    authorization_endpoint=f"{ISSUER}/auth?audience=x",
    grant_types=["authorization_code"],
    user_login={"prompt": "consent"},
)
DOCUMENT = {
    "issuer": ISSUER,
    "token_endpoint": f"{ISSUER}/token",
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
    "grant_types_supported": ["authorization_code"],
    "scopes_supported": ["api.read"],
    "code_challenge_methods_supported": ["plain", "S256"],
    "prompt_values_supported": ["none", "consent"],
}


def test_matching_metadata_has_no_finding() -> None:
    assert list(compare(DOCUMENT, SERVER)) == []
    assert list(compare({"issuer": ISSUER}, SERVER)) == [], "an omitted value has no finding either"


@pytest.mark.parametrize(
    ("said", "setting", "certain"),
    [
        ({"issuer": ISSUER + "/"}, "issuer", True),
        ({"token_endpoint": "https://crm.example.net/token"}, "token_endpoint", True),
        ({"authorization_endpoint": f"{ISSUER}/authorize"}, "authorization_endpoint", True),
        ({"token_endpoint_auth_methods_supported": ["client_secret_basic"]}, "token_endpoint_auth_method", True),
        ({"grant_types_supported": ["client_credentials"]}, "grant_types", True),
        ({"prompt_values_supported": ["login"]}, "user_login/prompt", True),
        ({"code_challenge_methods_supported": ["plain"]}, "require_pkce", True),
        ({"require_pushed_authorization_requests": True}, "authorization_endpoint", True),
        ({"scopes_supported": ["openid"]}, "scopes", False),
    ],
)
def test_contradiction_names_its_setting(said: dict[str, Any], setting: str, certain: bool) -> None:  # noqa: FBT001 - a table
    (objection,) = compare(DOCUMENT | said, SERVER)
    assert (objection.setting, objection.certain) == (setting, certain)


@pytest.mark.parametrize("said", [None, 7, "x", {}, [], [None], True])
def test_metadata_values_of_other_types_are_ignored(said: Any) -> None:
    hostile = dict.fromkeys(DOCUMENT, said) | {"issuer": ISSUER}
    assert all(objection.setting != "issuer" for objection in compare(hostile, SERVER))


def test_tenant_template_matches_every_tenant() -> None:
    entra = SERVER | {"issuer": "https://login.microsoftonline.com/7d1c2a9e/v2.0"}
    stated = "https://login.microsoftonline.com/{tenantid}/v2.0"
    assert list(compare({"issuer": stated}, entra)) == []
    assert list(compare({"issuer": stated}, entra | {"issuer": "https://login.microsoftonline.com/a/b/v2.0"}))
    assert list(compare({"issuer": stated}, entra | {"issuer": "https://login.microsoftonline.com//v2.0"}))


def test_only_metadata_with_an_issuer_counts() -> None:
    answers = [answer(200, DOCUMENT), answer(404, DOCUMENT), answer(200, [DOCUMENT]), answer(200, {"issuer": 7})]
    assert list_documents(answers) == [DOCUMENT]


def test_both_metadata_urls_are_requested() -> None:
    urls = [request.url for request in request_metadata(ISSUER + "/")]
    assert urls == [
        f"{ISSUER}/.well-known/openid-configuration",
        "https://crm.example.com/.well-known/oauth-authorization-server/realms/a",
    ]


def found(metadata: bytes) -> list[Finding]:
    with fake(metadata, metadata, reply(200, TOKEN)) as served:
        base = served.url.removesuffix("/token")
        target = settings(server(served.url, issuer=base))
        planned = make_plan([target], vault(served.url), {})
        proved = run(planned, [target], LOOPBACK._replace(concurrency=1), listen=lambda _: None)
        assert [request.partition(b" HTTP")[0] for request in served.requests] == [
            b"GET /.well-known/openid-configuration",
            b"GET /.well-known/oauth-authorization-server",
            b"POST /token",
        ]
        assert not any(b"the-secret" in request for request in served.requests[:2])
    assert [verdict.outcome for verdict in proved.verdicts] == ["accepted"], "metadata changes no verdict"
    return list(proved.findings)


def test_contradiction_is_a_finding_and_no_verdict() -> None:
    (finding,) = found(reply(200, {"issuer": "https://other.example.com", "::set-output": "x"}))
    assert finding.code == "OG917"
    assert finding.message == "crm: the metadata has another issuer: it differs in the scheme and the host and the port"
    assert finding.location.pointer == "/oauth_servers/crm/issuer"
    assert finding.targets == ("iam_application/app",)


def test_missing_metadata_is_a_note() -> None:
    (finding,) = found(reply(404, ""))
    assert (finding.code, finding.message) == (
        "OG918",
        "crm: no metadata was found at the issuer, so the settings were not compared with it",
    )


def test_issuer_on_an_untrusted_host_gets_no_request() -> None:
    target = settings(server("https://crm.example.com/token", issuer="https://evil.example.net"))
    trusting = target._replace(policy={**target.policy, "trusted_hosts": ["crm.example.com"]})
    planned = make_plan([trusting], vault("https://crm.example.com/token"), {})
    assert planned.issuers == ()
    (finding,) = run(planned._replace(credentials=()), [trusting], LOOPBACK, listen=lambda _: None).findings
    assert (finding.code, finding.location.pointer) == ("OG918", "/oauth_servers/crm/issuer")
    assert finding.message.endswith("not compared: host evil.example.net is not in trusted_hosts")


def test_targets_that_share_a_contradiction_share_a_finding() -> None:
    metadata = reply(200, {"issuer": "https://other.example.com"})
    with fake(metadata, metadata, reply(200, TOKEN)) as served:
        shared = server(served.url, issuer=served.url.removesuffix("/token"))
        targets = [settings(shared, target=f"iam_application/{name}") for name in "abc"]
        planned = make_plan(targets, vault(served.url), {})
        (finding,) = run(planned, targets, LOOPBACK._replace(concurrency=1), listen=lambda _: None).findings
        assert len(served.requests) == 3
    assert finding.targets == ("iam_application/a", "iam_application/b", "iam_application/c")
