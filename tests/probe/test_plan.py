"""The plan: each distinct credential once, with all its users, and a reason for everything skipped."""

from oauthgit.model.credential import CredentialUser
from oauthgit.model.secret import Secret, Vault, VaultEntry
from oauthgit.model.settings import SecretReference
from oauthgit.model.verdict import Outcome
from oauthgit.probe import make_plan, report
from support.run_smoke import only, server, settings, vault

ENTRY = {
    "kind": "provider",
    "provider": "crm",
    "title": "CRM",
    "sources": ["its documentation"],
    "oauth_server": {},
    "example": {},
}
URL = "https://crm.example.com/token"


def test_equal_credentials_of_targets_are_tested_once() -> None:
    targets = [settings(server(URL), target=f"iam_application/{name}") for name in "abc"]
    (credential,) = make_plan(targets, vault(URL), {}).credentials
    assert credential.users == tuple(CredentialUser(f"iam_application/{name}", "crm") for name in "abc")


def test_credentials_that_differ_are_tested_separately() -> None:
    servers = [
        server(URL),
        server(URL, client_id="other"),
        server(URL, scopes=["api.write"]),
        server(URL, token_endpoint_auth_method="client_secret_basic"),
        server(URL, grant_types=["authorization_code"]),
        server(URL, grant_types=["authorization_code"], scopes=["api.write"]),
    ]
    planned = make_plan([settings(*servers)], vault(URL), {})
    assert [len(credential.users) for credential in planned.credentials] == [1, 1, 1, 1, 2]


def test_secrets_are_compared_by_value_not_by_file() -> None:
    references = [SecretReference("encrypted", f"{n}.secrets.yaml", "/x") for n in range(3)]
    entries = {
        (reference.file, "/x"): VaultEntry(Secret(text), (URL,))
        for reference, text in zip(references, ["same", "same", "other"], strict=True)
    }
    target = settings(*(server(URL, client_secret=reference) for reference in references))
    planned = make_plan([target], Vault(entries), {})
    assert [len(credential.users) for credential in planned.credentials] == [2, 1]


def test_each_grant_is_tested_separately() -> None:
    both = server(URL, grant_types=["authorization_code", "client_credentials", "refresh_token"])
    planned = make_plan([settings(both)], vault(URL), {})
    assert [credential.grant for credential in planned.credentials] == ["client_credentials", "authorization_code"]


def test_refresh_token_grant_is_never_tested() -> None:
    verdict = only(make_plan([settings(server(URL, grant_types=["refresh_token"]))], vault(URL), {}).refused)
    assert (verdict.outcome, verdict.grant) == (Outcome.NOT_RUN, "refresh_token")
    assert (
        verdict.reason
        == "the only grant is refresh_token, which is not tested: at many providers a refresh token works only once"
    )
    assert verdict.location.pointer == "/oauth_servers/crm/grant_types"


def test_blocked_target_is_not_read() -> None:
    broken = settings({"grant_types": 7, "token_endpoint": "https://x"}, {"token_endpoint": "https://y"})
    planned = make_plan([broken], vault(URL), {"iam_application/app": "its settings have errors"})
    assert planned.credentials == ()
    assert [verdict.reason for verdict in planned.refused] == ["its settings have errors"] * 2


def test_credential_carries_the_facts_of_its_provider() -> None:
    provider = {**ENTRY, "made_up_code": "proves_nothing", "errors": {"invalid_code": {"means": "invalid_grant"}}}
    target = settings(server(URL), providers={"crm": provider})
    target = target._replace(data={**target.data, "redirect_uri": "https://app.example.com/oauth-callback"})
    (credential,) = make_plan([target], vault(URL), {}).credentials
    assert credential.provider
    assert credential.provider.made_up_code == "proves_nothing"
    assert credential.provider.errors["invalid_code"].means == "invalid_grant"
    assert credential.redirect_uri == "https://app.example.com/oauth-callback"


def test_targets_that_share_a_reason_and_a_place_share_a_finding() -> None:
    targets = [settings(server(URL), target=f"iam_application/{name}") for name in "abc"]
    (finding,) = report(make_plan(targets, vault(), {}).refused)
    assert finding.code == "OG518"
    assert finding.message.startswith("crm of iam_application/a and 2 more targets: the secret is not pinned")
    assert finding.targets == ("iam_application/a", "iam_application/b", "iam_application/c")
