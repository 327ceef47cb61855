"""Check OG417: an issuer with a wrong final slash."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.formats.url_template import match_template, templates
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG417", Severity.WARNING, on="/oauth_servers/*/issuer", of=Settings.knows_provider)
def issuer_trailing_slash(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """An issuer differs from the provider's form by the slash at its end.

    Issuers are compared character by character, without any normalisation (RFC 8414 section 3.3, OpenID Connect
    Discovery section 4.3). Auth0 ends its issuers with a slash; Okta, Entra and Keycloak do not. Only issuers whose
    form is in the catalogue are checked.

    Bad:

    ```yaml branch
    oauth_servers:
      okta:
        issuer: https://insights.okta.com/oauth2/default/  # OG417: Okta writes no slash at the end of an issuer
        token_endpoint: https://insights.okta.com/oauth2/default/v1/token
        client_id: okta-main
        grant_types: [client_credentials]
        scopes: [ledger.read]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      okta:
        issuer: https://insights.okta.com/oauth2/default
        token_endpoint: https://insights.okta.com/oauth2/default/v1/token
        client_id: okta-main
        grant_types: [client_credentials]
        scopes: [ledger.read]
      auth0:
        issuer: https://insights.eu.auth0.com/
        token_endpoint: https://insights.eu.auth0.com/oauth/token
        client_id: Xq3vT8mZr1LpYw6KcB9nHs2DfG5jUe7A
        grant_types: [client_credentials]
        scopes: [ledger.read]
    ```
    """
    server = setting.server
    entry = settings.providers.get(server, {})
    known, issuer = templates(entry, "issuer"), setting.value
    if not isinstance(issuer, str) or any(match_template(template, issuer) is not None for template in known):
        return
    other = issuer[:-1] if issuer.endswith("/") else f"{issuer}/"
    if any(match_template(template, other) is not None for template in known):
        writes = "a slash" if other.endswith("/") else "no slash"
        yield RuleMatch(
            f"{entry['title']} writes {writes} at the end of an issuer, and issuers are compared character by character",
            remedy=f"Write {redact_urls(other)}, or copy the member issuer from the server's metadata.",
            related=(*settings.recognition(server),),
        )
