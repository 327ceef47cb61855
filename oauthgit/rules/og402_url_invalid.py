"""OG402: a URL setting that holds no URL."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.rule import Remark, rule
from oauthgit.model.settings import Setting, Settings
from oauthgit.model.url import is_server_url, url_of


@rule("OG402", Severity.ERROR, on="/oauth_servers/*/*")
def url_invalid(setting: Setting, _settings: Settings) -> Iterator[Remark]:
    r"""An endpoint is not a plain absolute URL with a host.

    What one program reads as a path another reads as a host: `https:/idp`, a backslash, white space or a port out of
    range mean different things to different parsers, so the secret may go to a host that the reviewer did not see
    (RFC 3986 section 3; RFC 6749 section 3.1 wants an absolute URI).

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https:/crm.example.com/oauth/token  # OG402: token_endpoint is not an absolute URL with a host
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
      hub:
        token_endpoint: javascript://crm.example.com/%0aalert(1)  # OG402: token_endpoint has the scheme javascript
        client_id: hub-main
        grant_types: [client_credentials]
        scopes: [api.read]
      erp:
        token_endpoint: https://good.example.com\@evil.example.net/token  # OG402: token_endpoint is not an absolute URL
        client_id: erp-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    if not is_server_url(setting.pointer):
        return
    name = setting.pointer.rpartition("/")[2]
    url = url_of(setting.value)
    if url is None:
        yield Remark(f"{name} is not an absolute URL with a host", remedy="write it like https://idp.example.com/token")
    elif url.scheme not in {"http", "https"}:
        yield Remark(f"{name} has the scheme {url.scheme}, and OAuth is spoken over https", remedy="write https://")
