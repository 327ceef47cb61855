"""Check OG450: a client id with a character that is not allowed."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.characters import find_forbidden, name_character
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_printable_ascii
from oauthgit.model.settings import Setting, Settings


@rule("OG450", Severity.ERROR, on="/oauth_servers/*/client_id", unless=is_printable_ascii)
def client_id_charset(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    r"""A client id contains a character that is not allowed in a client id.

    RFC 6749 appendix A.1 allows printable ASCII. Word processors and chats replace quotation marks by typographic ones,
    and web pages add invisible characters. The id then looks right, and the server answers `invalid_client`. A letter of
    another script may look like an ASCII letter.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: “crm-main”  # OG450: contains U+201C LEFT DOUBLE QUOTATION MARK
        grant_types: [client_credentials]
        scopes: [api.read]
      erp:
        token_endpoint: https://erp.example.com/oauth/token
        client_id: "erp\u200bmain"  # OG450: contains U+200B ZERO WIDTH SPACE
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
    wrong = find_forbidden(setting.value.strip()) if isinstance(setting.value, str) else ""
    if wrong:
        yield RuleMatch(
            f"client_id contains {name_character(wrong)}, which is not allowed in a client id",
            remedy="Type the client id again, or copy it from the client's registration.",
        )
