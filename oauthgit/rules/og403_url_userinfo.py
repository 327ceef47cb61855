"""OG403: credentials written into a URL."""

from collections.abc import Iterator

from oauthgit.model.condition import ordinary_url
from oauthgit.model.finding import Severity
from oauthgit.model.formats.url import URLS, url_of
from oauthgit.model.rule import Remark, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG403", Severity.ERROR, on=URLS, unless=ordinary_url)
def url_userinfo(setting: Setting, _settings: Settings) -> Iterator[Remark]:
    """A URL carries a user name or a password before its host.

    URLs are written into logs, histories and error messages, and with them whatever stands before the `@`; RFC 3986
    section 3.2.1 deprecates it. It is also the oldest way to make a foreign host look like one's own. What has been in
    git must be replaced, not only deleted.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://robot:hunter2@crm.example.com/oauth/token  # OG403: token_endpoint carries credentials
        client_id: crm-main
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
    url = url_of(setting.value)
    if url is not None and url.userinfo is not None:
        yield Remark(
            f"{setting.name} carries credentials before its host",
            remedy="take them out of the URL; if they were real, replace them at the server, for git keeps them",
        )
