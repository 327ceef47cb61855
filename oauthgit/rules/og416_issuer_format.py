"""Check OG416: an issuer in a wrong form."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.url import url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG416", Severity.ERROR, on="/oauth_servers/*/issuer")
def issuer_format(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """An issuer has a query or a fragment, or is the URL of the metadata.

    An issuer is an https URL without query and fragment (RFC 8414 section 2, OpenID Connect Discovery section 3).
    Clients add `/.well-known/...` to it to get the URL of the metadata. If that URL is pasted as the issuer, the suffix
    is added twice, and the result does not exist. The metadata never states such an issuer either.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        issuer: https://crm.example.com/?tenant=7  # OG416: issuer has a query
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        issuer: https://crm.example.com/.well-known/openid-configuration  # OG416: issuer is the URL of the metadata
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        issuer: https://crm.example.com
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    url = url_of(setting.value)
    if url is None:
        return
    if url.query is not None or url.fragment is not None:
        what = "a query" if url.query is not None else "a fragment"
        yield RuleMatch(
            f"issuer has {what}, so it cannot match the server's own", remedy="End the issuer before the ? or #."
        )
    elif "/.well-known/" in url.path:
        yield RuleMatch(
            "issuer is the URL of the metadata, not the issuer that the metadata states",
            remedy="Copy the member issuer from the metadata. It is usually the part before /.well-known/.",
        )
