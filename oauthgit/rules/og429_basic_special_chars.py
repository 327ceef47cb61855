"""Check OG429: credentials that break in a Basic Auth header."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.characters import needs_encoding
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG429", Severity.WARNING, on="/oauth_servers/*/client_id")
def basic_special_chars(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A client id or secret has a character that may break in a Basic Auth header.

    RFC 6749 section 2.3.1 requires the id and the secret to be form-encoded before they are put into the header
    (appendix B). Many clients and servers omit this. A colon, a percent sign, a plus, an ampersand, an equals sign
    or a blank then arrives as another text, and the server answers `invalid_client`. The request body has one encoding
    only. `smoke` checks the secret as well, after it is decrypted, and never shows it. If the smoke test succeeds, the
    secret is fine. OG450 and OG524 report characters outside ASCII.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm:reporting  # OG429: decode differently in a Basic Auth header
        token_endpoint_auth_method: client_secret_basic
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm:reporting
        token_endpoint_auth_method: client_secret_post
        grant_types: [client_credentials]
        scopes: [api.read]
      billing:
        token_endpoint: https://billing.example.com/oauth/token
        client_id: billing-reporting
        token_endpoint_auth_method: client_secret_basic
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    server = setting.server
    basic = settings.servers[server].get("token_endpoint_auth_method") == "client_secret_basic"
    if basic and isinstance(setting.value, str) and setting.value.isascii() and needs_encoding(setting.value):
        offered = settings.fact(server, "token_endpoint_auth_methods") or ["client_secret_post"]
        post = "client_secret_post" in offered
        yield RuleMatch(
            "client_id contains a character that servers decode differently in a Basic Auth header",
            remedy=("Write token_endpoint_auth_method: client_secret_post, or register" if post else "Register")
            + " a client with a plainer id.",
            related=(
                (
                    "in the header according to",
                    settings.origin(join("oauth_servers", server, "token_endpoint_auth_method")),
                ),
            ),
        )
