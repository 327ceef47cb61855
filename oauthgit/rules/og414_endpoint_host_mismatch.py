"""Check OG414: endpoints of one server on different domains."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from oauthgit.model.finding import Severity
from oauthgit.model.formats.host import leads_nowhere, registrable
from oauthgit.model.formats.json_pointer import child
from oauthgit.model.formats.url import url_of
from oauthgit.model.formats.url_template import templates
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings

_ENDPOINTS: Final = ("token_endpoint", "authorization_endpoint", "revocation_endpoint", "introspection_endpoint")


@rule("OG414", Severity.WARNING, on="/oauth_servers/*")
def endpoint_host_mismatch(server: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """An endpoint is on another domain than the token endpoint of its server.

    One authorization server has one owner and usually one domain. If the user logs in at one domain and the code, the
    secret or the token goes to another, two servers may have been mixed up (RFC 9700 section 4.4). The catalogue
    contains the providers that really use several domains, such as Google, Facebook, Dropbox, HubSpot or X. Hosts on
    the machine itself and names without a domain are not compared.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://login.example.org/authorize  # OG414: authorization_endpoint is on example.org
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://login.example.com/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
      files:
        authorization_endpoint: https://www.dropbox.com/oauth2/authorize
        token_endpoint: https://api.dropboxapi.com/oauth2/token
        client_id: qi3ogz5kok16zv0
        grant_types: [authorization_code]
    ```
    """
    endpoints = {name: server.value[name] for name in _ENDPOINTS if name in server.value}
    if len(set(map(_host, endpoints.values()))) < 2:  # noqa: PLR2004 - there is nothing to compare
        return
    domains = {name: _domain(url) for name, url in endpoints.items()}
    home = domains.pop("token_endpoint", None)
    strange = [name for name, domain in domains.items() if domain not in {None, home}]
    misnamed = "provider" in server.value and server.name not in settings.providers  # OG313 reports it
    if home is None or not strange or misnamed:
        return
    own = _domains(settings.providers.get(server.name, {}))
    token = settings.settings[child(server.pointer, "token_endpoint")]
    for name in strange:
        other = settings.settings[child(server.pointer, name)]
        if {domains[name], home} <= own or _left_behind(token, other):
            continue
        yield RuleMatch(
            f"{name} is on {domains[name]}, but token_endpoint is on {home}: two servers may be mixed up",
            pointer=other.pointer,
            remedy="Take both from one server. If it really uses both domains, suppress the finding with the reason.",
            related=(("token_endpoint", token.origin), *settings.recognition(server.name)),
        )


def _domain(value: object) -> str | None:
    url = url_of(value)
    if url is None or leads_nowhere(url.host) or "." not in url.host:
        return None
    return registrable(url.host)


def _domains(entry: Mapping[str, Any]) -> set[str | None]:
    stated = [text for name in _ENDPOINTS for text in templates(entry, name)]
    old = entry.get("deprecated", {})
    return {_domain(text) for text in (*stated, *old, *old.values())} | {
        registrable(host.removeprefix("*.")) for host in entry.get("hosts", ())
    }


def _left_behind(token: Setting, other: Setting) -> bool:
    """Return True if a layer moved only one of the two, which OG304 reports."""
    return any(
        moved.replaced and _host(moved.replaced[0].value) == _host(left.value)
        for moved, left in ((token, other), (other, token))
    )


def _host(value: object) -> str | None:
    url = url_of(value)
    return url.host if url else None
