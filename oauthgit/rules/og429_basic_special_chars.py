"""OG429: credentials that a Basic Auth header does not carry everywhere."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.basic_auth import troublesome
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import Remark, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG429", Severity.WARNING, on="/oauth_servers/*/client_id")
def basic_special_chars(setting: Setting, settings: Settings) -> Iterator[Remark]:
    """A client id or a secret holds a character that servers decode differently in a Basic Auth header.

    RFC 6749 section 2.3.1 has id and secret form-encoded before they are put into the header (appendix B). Many clients and
    servers leave that out, so a colon, a percent sign, a plus, an ampersand, an equals sign, a blank or a letter outside of
    ASCII arrives as something else, and the answer is `invalid_client`. In the request body there is one encoding only.
    The secret is looked at once a key opens it, in `smoke`, which never shows it; a success there shows that it is fine.

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
    if basic and isinstance(setting.value, str) and troublesome(setting.value):
        offered = settings.fact(server, "token_endpoint_auth_methods") or ["client_secret_post"]
        post = "write token_endpoint_auth_method: client_secret_post, or " if "client_secret_post" in offered else ""
        yield Remark(
            "client_id holds a character that servers decode differently in a Basic Auth header",
            remedy=f"{post}register a client with a plainer id",
            related=(
                (
                    "in the header according to",
                    settings.origin(join("oauth_servers", server, "token_endpoint_auth_method")),
                ),
            ),
        )
