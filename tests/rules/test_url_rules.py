"""Rules on URLs: matches and near misses in tables; one workspace holds all servers of a table."""

import json
from pathlib import Path
from typing import Any

import pytest

from oauthgit.pipeline import load

LEGITIMATE = """
acme.okta.com acme.oktapreview.com acme.okta-emea.com acme.okta-gov.com login.microsoftonline.us sts.windows.net
login.partner.microsoftonline.cn login.microsoftonline.de login.windows.net login.live.com acme.ciamlogin.com
acme.b2clogin.com acme.b2clogin.cn accounts.zoho.eu accounts.zoho.com.au accounts.zoho.com.cn accounts.zohocloud.ca
accounts.zoho.sa accounts.google.com accounts.google.co.uk oauth2.googleapis.com www.googleapis.com
sts.googleapis.com accounts.shopify.com accounts.salesforge.ai acme.my.salesforce.com acme.sandbox.my.salesforce.com
acme.my.site.com gitea.com codeberg.org gitlab.com gitlab.example.com github.com github.example.com acme.ghe.com
api.strive.com dashboard.stripe.com connect.stripe.com id.twitch.tv api.twitter.com api.x.com www.facebook.com
www.linkedin.com acme.auth0.com acme.eu.auth0.com acme.auth.eu-west-1.amazoncognito.com slack.com slack-gov.com
api.slack-gov.com zoom.us zoomgov.com account.box.com api.box.com api.dropbox.com api.dropboxapi.com
account.docusign.com account-d.docusign.com start.exactonline.nl start.exactonline.co.uk start.exactonline.com
start.exact.com auth.atlassian.com appleid.apple.com www.appie.nl www.appel.nl api.hubapi.com app.hubspot.com
api.hubapi.eu accounts.spotify.com login.visma.com identity.xero.com api.intuit.com login.mailchimp.com
oauth.pipedrive.com sso.example.com idp.example.co.uk
"""
NEARLY = """
login.micros0ftonline.com login.microsoftonllne.com login.mircosoftonline.com login.rnicrosoftonline.com
login.microsoftonlin.com accounts.g00gle.com accounts.go0gle.net accounts.gooogle.com accounts.gogle.com gihtub.com
g1thub.com gitlabb.com www.1inkedin.com www.linkedln.com www.facebok.com acme.0kta.com acme.salesf0rce.com
acme.saleforce.com accounts.sp0tify.com accounts.spotfy.com start.exactonlin.nl start.exact0nline.nl
oauth2.googleapls.com acme.amazoncognit0.com account.docusing.com z00m.us api.dropboxap.com
"""
IN_FRONT = """
login.microsoftonline.com.example.net github.com.evil.example acme.okta.com.example.org
login.okta.com-x.okta.com.example.org accounts.google.com.login.example.net accounts.google.com.example
github.com.example.net.
"""
BESIDE = """
github.com.au accounts.google.com.co notgithub.com.example mygithub.com.example accounts.zoho.com.au
"""


def codes(root: Path, servers: dict[str, Any], **changes: Any) -> dict[str, set[str]]:
    """Return the codes of URL rules by server in a test environment; codes without a server are under ''."""
    files = {
        "oauthgit": {"kind": "policy", "http_hosts": ["devbox"], "networks": ["10.1.0.0/16"]},
        "branches/M/MAIN": {"kind": "branch", "model": "M", "branch": "MAIN", "oauth_servers": servers},
        "iam_applications/app": {
            "kind": "iam_application",
            "application": "app",
            "model": "M",
            "branch": "MAIN",
            "environment": "test",
            **changes,
        },
    }
    for path, data in files.items():
        file = root / f"configs/{path}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(data))
    found: dict[str, set[str]] = {"": set(), **{name: set() for name in servers}}
    for finding in load(root, today="2026-11-24").findings:
        assert finding.code != "OG002", finding
        server = [*finding.location.pointer.split("/"), "", ""][2]
        if finding.code in {"OG304", *(f"OG{number}" for number in (*range(401, 425), 447, 448))}:
            found[server].add(finding.code)
    return found


def server(host: str) -> dict[str, Any]:
    return {"token_endpoint": f"https://{host}/token", "client_id": "main", "grant_types": ["authorization_code"]}


@pytest.mark.parametrize(
    ("names", "expected"),
    [(LEGITIMATE, set()), (NEARLY, {"OG412"}), (IN_FRONT, {"OG448"}), (BESIDE, set())],
    ids=["legitimate hosts", "nearly known", "known in front", "beside the point"],
)
def test_hosts_are_compared_with_those_of_the_catalogue(names: str, expected: set[str], tmp_path: Path) -> None:
    hosts = names.split()
    found = codes(tmp_path, {f"s{number}": server(host) for number, host in enumerate(hosts)})
    reported = {host: found[f"s{number}"] for number, host in enumerate(hosts)}
    assert {host: said for host, said in reported.items() if said != expected} == {}


ENTRA = "https://login.microsoftonline.com"
GUID, OTHER = "ae2eb154-7f15-4524-b4b9-b5df9e7769b1", "7d1c2a9e-4b53-4e0f-8a61-c0f2b8d93e47"
SERVERS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("a default port", {"token_endpoint": "https://idp.example.com:443/token"}, {"OG407"}),
    ("an address in private use", {"token_endpoint": "https://10.0.0.5/token"}, {"OG409"}),
    ("an address that the policy allows", {"token_endpoint": "https://10.1.0.5/token"}, set()),
    ("an allowed address in disguise", {"token_endpoint": "https://10.65541/token"}, {"OG409"}),
    ("loopback outside production", {"token_endpoint": "https://127.0.0.1:8443/token"}, set()),
    ("loopback in disguise", {"token_endpoint": "https://2130706433/token"}, {"OG409"}),
    ("one word", {"token_endpoint": "https://keycloak/token"}, {"OG410"}),
    ("one word that the policy knows", {"token_endpoint": "http://devbox/token"}, set()),
    ("a fragment and an empty one", {"token_endpoint": "https://idp.example.com/token#"}, {"OG405"}),
    ("dots", {"token_endpoint": "https://idp.example.com/a/%2E%2e/token"}, {"OG406"}),
    ("dots and a parameter", {"token_endpoint": "https://idp.example.com/a/..;x/token"}, {"OG406"}),
    ("dots inside a word", {"token_endpoint": "https://idp.example.com/a..b/.x/v2.0/...x"}, set()),
    ("a secret with an encoded name", {"token_endpoint": "https://idp.example.com/t?client%5Fsecret=x"}, {"OG404"}),
    ("two domains", {"authorization_endpoint": "https://a.example.org/a"}, {"OG414"}),
    ("where a token is revoked", {"revocation_endpoint": "https://a.example.org/r"}, {"OG414"}),
    ("an issuer elsewhere", {"issuer": "https://a.example.org"}, set()),
    ("a browser's own machine", {"authorization_endpoint": "http://devbox:8080/a"}, set()),
    ("an issuer with a fragment", {"issuer": "https://idp.example.com/#x"}, {"OG416"}),
    ("Google of old", {"token_endpoint": "https://www.googleapis.com/oauth2/v4/token"}, {"OG415"}),
    (
        "Twitter, with a new token endpoint",
        {
            "token_endpoint": "https://api.x.com/2/oauth2/token",
            "authorization_endpoint": "https://twitter.com/i/oauth2/authorize",
        },
        {"OG415"},
    ),
    ("Entra 1", {"token_endpoint": f"{ENTRA}/{GUID}/oauth2/token"}, {"OG415"}),
    (
        "Entra, the GUID in capitals",
        {"token_endpoint": f"{ENTRA}/{GUID}/oauth2/v2.0/token", "issuer": f"{ENTRA}/{GUID.upper()}/v2.0"},
        set(),
    ),
    (
        "Entra, two tenants",
        {"token_endpoint": f"{ENTRA}/{GUID}/oauth2/v2.0/token", "issuer": f"{ENTRA}/{OTHER}/v2.0"},
        {"OG418"},
    ),
    (
        "Entra, two tenants for one login",
        {
            "token_endpoint": f"{ENTRA}/{GUID}/oauth2/v2.0/token",
            "authorization_endpoint": f"{ENTRA}/{OTHER}/oauth2/v2.0/authorize",
        },
        {"OG418"},
    ),
    (
        "Entra, everybody, and an issuer of one",
        {"token_endpoint": f"{ENTRA}/common/oauth2/v2.0/token", "issuer": f"{ENTRA}/{OTHER}/v2.0"},
        {"OG419"},
    ),
    (
        "Entra, a server login without a tenant",
        {"token_endpoint": f"{ENTRA}/organizations/oauth2/v2.0/token", "grant_types": ["client_credentials"]},
        {"OG419"},
    ),
    (
        "Okta, two servers of one org",
        {
            "token_endpoint": "https://acme.okta.com/oauth2/default/v1/token",
            "issuer": "https://acme.okta.com/oauth2/aus1",
        },
        {"OG418"},
    ),
    (
        "Okta, a server of the org's own",
        {"token_endpoint": "https://acme.okta.com/oauth2/v1/token", "issuer": "https://acme.okta.com"},
        set(),
    ),
    (
        "Keycloak, asked inside and shown outside",
        {
            "token_endpoint": "https://kc.internal.example.com/realms/r/protocol/openid-connect/token",
            "issuer": "https://sso.example.com/realms/r",
        },
        set(),
    ),
    (
        "Auth0 without its slash",
        {"token_endpoint": "https://acme.eu.auth0.com/oauth/token", "issuer": "https://acme.eu.auth0.com"},
        {"OG417"},
    ),
    (
        "Cognito, whose issuer lies elsewhere",
        {
            "token_endpoint": "https://acme.auth.eu-west-1.amazoncognito.com/oauth2/token",
            "issuer": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab12",
        },
        set(),
    ),
]


def test_endpoint_mistake_is_reported_once(tmp_path: Path) -> None:
    servers = {f"s{number}": server("idp.example.com") | stated for number, (_, stated, _) in enumerate(SERVERS)}
    found = codes(tmp_path, servers)
    reported = {name: found[f"s{number}"] for number, (name, _, _) in enumerate(SERVERS)}
    assert reported == {name: expected for name, _, expected in SERVERS}


def test_layer_that_moves_one_endpoint_is_reported_once(tmp_path: Path) -> None:
    main = server("idp.example.com") | {"authorization_endpoint": "https://idp.example.com/a"}
    moved = {"crm": {"token_endpoint": "https://idp.example.org/token"}}
    assert codes(tmp_path, {"crm": main}, oauth_servers=moved)["crm"] == {"OG304"}


REDIRECTS = {
    "https://app.example.com/indicium/oauth-callback": ("", ""),
    "https://app.example.com/oauth-callback": ("", ""),
    "http://localhost/oauth-callback": ("", "OG408"),
    "http://localhost:8080/indicium/oauth-callback": ("", "OG408"),
    "http://127.0.0.1:8080/oauth-callback": ("", "OG408"),
    "http://[::1]:8080/oauth-callback": ("", "OG408"),
    "http://devbox/indicium/oauth-callback": ("", "OG410 OG422"),
    "http://app.example.com/oauth-callback": ("OG422", "OG422"),
    "https://app.example.com/oauth-callback/": ("OG447", "OG447"),
    "https://app.example.com/": ("OG447", "OG447"),
    "https://app.example.com/oauth-callback?next=%2F": ("OG424", "OG424"),
    "https://app.example.com/oauth-callback?tenant=7": ("", ""),
    "https://app.example.com/oauth-callback#": ("OG405", "OG405"),
    "https://*.example.com/oauth-callback": ("OG420", "OG420"),
    "com.example.app:/oauth-callback": ("OG423", "OG423"),
    "myapp://callback": ("OG423", "OG423"),
    "javascript:alert(1)": ("OG423", "OG423"),
    "app.example.com/oauth-callback": ("OG402", "OG402"),
    "app.example.com:8443/oauth-callback": ("OG402", "OG402"),
    "https:/app.example.com/oauth-callback": ("OG402", "OG402"),
    "https://me@app.example.com/oauth-callback": ("OG403", "OG403"),
    "https://app.example.com:443/oauth-callback": ("OG407", "OG407"),
    "https://0x7f.1/oauth-callback": ("OG409", "OG409"),
    "https://app.example.com//oauth-callback": ("", ""),
}


@pytest.mark.parametrize("redirect_uri", REDIRECTS)
def test_one_mistake_of_a_redirect_uri_is_one_finding(redirect_uri: str, tmp_path: Path) -> None:
    for environment, expected in zip(("test", "production"), REDIRECTS[redirect_uri], strict=True):
        found = codes(tmp_path, {}, redirect_uri=redirect_uri, environment=environment)
        assert found[""] == set(expected.split()), environment
