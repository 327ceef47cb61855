"""Check OG401: an endpoint without TLS."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import UNSAFE, Replace
from oauthgit.model.formats.url import SERVER_URLS, url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Setting, Settings


@rule("OG401", Severity.ERROR, on=SERVER_URLS, fix=UNSAFE, unless=is_ordinary_url, by_environment=True)
def endpoint_not_https(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """An endpoint of an OAuth server is not an https URL.

    The client secret, the code and the tokens are sent to this endpoint. Without TLS, anybody on the network path can
    read them and can answer in place of the server (RFC 6749 sections 3.1.2.1 and 3.2, RFC 9700 section 2.6). Outside
    production, hosts in `http_hosts` of the policy are allowed; this is for a server on the developer's own machine.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: http://crm.example.com/oauth/token  # OG401: token_endpoint does not use https
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Good:

    ```yaml policy
    http_hosts: [localhost]
    ```

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
      local:
        token_endpoint: http://localhost:8080/token
        client_id: local-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    url = url_of(setting.value)
    if url is None or url.scheme != "http":
        return
    tolerated = settings.environment != "production" and url.host in settings.policy["http_hosts"]
    if not tolerated:
        yield RuleMatch(
            f"{setting.name} does not use https, so secrets and tokens can be read in transit",
            remedy="Write https://, or list the host in http_hosts of the policy if it is a developer's own machine.",
            fix=Replace(f"https{setting.value[len('http') :]}") if url.port is None else None,
        )
