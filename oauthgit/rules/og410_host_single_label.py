"""Check OG410: a host name without a domain."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.host import address_of, is_loopback, leads_nowhere
from oauthgit.model.formats.placeholder import is_left_open
from oauthgit.model.formats.url import URLS, web_url
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Setting, Settings


@rule("OG410", Severity.WARNING, on=URLS, unless=is_ordinary_url, by_environment=True)
def host_single_label(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A URL names a host by one word, without a domain.

    The machine that sends the request completes such a name with its own search list, so the name means another host
    elsewhere. Public certificates are not issued for it. RFC 1535 describes how completed names reached strangers.
    Outside production, hosts in `http_hosts` of the policy are allowed; this suits the names of containers.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://idp/oauth/token  # OG410: token_endpoint names its host idp, without a domain
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Good:

    ```yaml policy
    http_hosts: [keycloak]
    ```

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
      hub:
        token_endpoint: http://keycloak:8080/oauth/token
        client_id: hub-main
        grant_types: [client_credentials]
        scopes: [api.read]
      local:
        token_endpoint: https://localhost:8443/oauth/token
        client_id: local-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    url = web_url(setting.value)
    if url is None or "." in url.host.removesuffix(".") or address_of(url.host) or is_loopback(url.host):
        return
    if is_left_open(url.host):
        return
    production = settings.environment == "production"
    if not (leads_nowhere(url.host) if production else url.host in settings.policy["http_hosts"]):
        yield RuleMatch(
            f"{setting.name} names its host {url.host}, without a domain, so it may be another host on each network",
            remedy="Write the full name, with its domain.",
        )
