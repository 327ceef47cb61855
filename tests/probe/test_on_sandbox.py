"""Smoke tests on the sandbox: the same list as on oidc-provider."""

from collections.abc import Iterator

import pytest

from oauthgit.model.credential import Credential
from oauthgit.model.secret import Secret
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.probe import Limits, Plan, make_plan, run
from oauthgit.sandbox import Sandbox, start
from support.run_smoke import only, server, settings, vault

PINNED = "https://crm.example.com/token"
LIMITS = Limits(timeout=5, sandbox=True)


def planned(**changes: object) -> Credential:
    (credential,) = make_plan([settings(server(PINNED, **changes))], vault(PINNED), {}, sandbox=True).credentials
    return credential


SERVICE, LOGIN = planned(), planned(grant_types=["authorization_code"])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start([SERVICE, LOGIN]) as running:
        yield running


def asked(credential: Credential, sandbox: Sandbox, *, path: str = "", scheme: str = "http") -> Verdict:
    """Request a credential at the tenant of its grant."""
    own = sandbox.endpoints[0 if credential.grant == "client_credentials" else 1]
    endpoint = own.token_endpoint.replace("http", scheme, 1) + path
    sent = credential._replace(token_endpoint=endpoint, revocation_endpoint=own.revocation_endpoint)
    return only(run(Plan((sent,)), [settings(server(PINNED))], LIMITS, listen=lambda _: None).verdicts)


def test_right_credentials_are_accepted(sandbox: Sandbox) -> None:
    service, login = asked(SERVICE, sandbox), asked(LOGIN, sandbox)
    assert (service.outcome, service.code, service.sandbox) == (Outcome.ACCEPTED, "", True)
    assert service.reason.endswith("scope as requested, revoked")
    assert (login.outcome, login.code, login.sandbox) == (Outcome.ACCEPTED, "", True)


@pytest.mark.parametrize(
    ("credential", "code"),
    [
        (SERVICE._replace(secret=Secret("wrong")), "OG901"),
        (SERVICE._replace(client_id="nobody"), "OG901"),
        (SERVICE._replace(token_endpoint_auth_method="client_secret_basic"), "OG901"),
        (SERVICE._replace(scopes=("api.write",)), "OG902"),
        (LOGIN._replace(secret=Secret("wrong")), "OG901"),
    ],
)
def test_rejected_credentials_are_distinguished(sandbox: Sandbox, credential: Credential, code: str) -> None:
    verdict = asked(credential, sandbox)
    assert (verdict.outcome, verdict.code) == (Outcome.REJECTED, code)


def test_wrong_path_and_scheme_are_reported_as_wrong_endpoint(sandbox: Sandbox) -> None:
    path, scheme = asked(SERVICE, sandbox, path="x"), asked(SERVICE, sandbox, scheme="https")
    assert (path.outcome, path.code) == (Outcome.UNREACHABLE, "OG904")
    assert (scheme.outcome, scheme.code) == (Outcome.UNREACHABLE, "OG904")
    assert "wrong scheme" in scheme.reason
