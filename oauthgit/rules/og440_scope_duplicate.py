"""Check OG440: a scope that is listed twice."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE, Unique
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG440", Severity.WARNING, on="/oauth_servers/*/scopes", fix=SAFE)
def scope_duplicate(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """A scope is in the list twice, or in two spellings.

    The order of scopes does not matter, and a repetition adds nothing (RFC 6749 section 3.3). Two scopes that differ
    only in case are two scopes to a server; usually one of them is a typing mistake.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read, Api.Read]  # OG440: differ only in case
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
    scopes = [scope for scope in setting.value if isinstance(scope, str)] if isinstance(setting.value, list) else []
    if len({scope.lower() for scope in scopes}) == len(scopes):
        return
    seen: dict[str, str] = {}
    reported: set[str] = set()
    for scope in scopes:
        before = seen.setdefault(scope.lower(), scope)
        if before != scope:
            words = (
                f"{redact_urls(before)} and {redact_urls(scope)} differ only in case, and are two scopes to a server"
            )
            yield RuleMatch(words, remedy="Keep the spelling that the server accepts.")
        elif scopes.count(scope) > 1 and scope not in reported:
            reported.add(scope)
            yield RuleMatch(
                f"{redact_urls(scope)} is in the list more than once", remedy="Write it once.", fix=Unique()
            )
