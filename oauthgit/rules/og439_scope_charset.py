"""Check OG439: a scope with a character that is not allowed."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.finding import Severity
from oauthgit.model.formats.characters import name_character
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings

_WRONG: Final = regex(r"[^\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]")
_NAMES: Final = {" ": "a blank", ",": "a comma", '"': "a quotation mark", "\\": "a backslash"}


@rule("OG439", Severity.ERROR, on="/oauth_servers/*/scopes")
def scope_charset(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """A scope contains a character that is not allowed in a scope.

    RFC 6749 section 3.3 allows printable ASCII without blanks, quotation marks and backslashes; a blank separates two
    scopes. A comma is allowed, but an item with a comma is nearly always a list that was pasted as one text.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: ["api.read api.write"]  # OG439: contains a blank
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read, api.write]
    ```
    """
    for scope in setting.value if isinstance(setting.value, list | tuple) else ():
        wrong = _WRONG.search(scope) if isinstance(scope, str) else None
        if wrong:
            what = _NAMES.get(wrong[0]) or name_character(wrong[0])
            yield RuleMatch(
                f'the scope "{redact_urls(scope)}" contains {what}, which is not allowed or separates two scopes',
                remedy="Write each scope as a separate item.",
            )
