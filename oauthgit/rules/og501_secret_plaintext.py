"""Check OG501: a secret in plain text."""

from collections.abc import Iterator

from oauthgit.model.document import PLAINTEXT, Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import split
from oauthgit.model.formats.sanitize import readable_name_at
from oauthgit.model.formats.sops_metadata import left_open
from oauthgit.model.rule import RuleMatch, document_rule


@document_rule("OG501", Severity.ERROR)
def secret_plaintext(document: Document) -> Iterator[RuleMatch]:
    """A secret is stored in plain text.

    Anybody who can read the repository can act as the application. Git keeps the text even after it is deleted (RFC
    6819 section 5.1.4.1.3). Replace the secret at the authorization server, and put the new one into the secrets file
    beside the layer, encrypted with SOPS. In a secrets file every value must be encrypted: `for` and `send_only_to`
    state where a secret belongs, and in plain text they could be changed unnoticed. If SOPS left the value in plain
    text because of the ending of its key, OG508 reports it instead.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        client_secret: kV3x9Qm2Lr8Tn5Wb7Yc4Zd6F  # OG501: client_secret is stored in plain text
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        client_secret: {from_env: CRM_SECRET}
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    for pointer, value in document.leaves:
        if value != PLAINTEXT:
            continue
        name = next((token for token in reversed(split(pointer)) if not token.isdecimal()), "a value")
        if left_open(name, document.sops):
            continue
        if name in {"for", "send_only_to"}:
            yield RuleMatch(
                f"{name} is not encrypted, so anybody could change where the secret belongs",
                pointer=pointer,
                remedy="Encrypt the file with sops.",
            )
        else:
            yield RuleMatch(
                f"{readable_name_at(pointer)} is stored in plain text, and git keeps it forever",
                pointer=pointer,
                remedy="Replace it at the authorization server, and put the new one into the secrets file with sops.",
            )
