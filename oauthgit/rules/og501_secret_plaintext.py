"""Check OG501: a secret in plain text."""

from collections.abc import Iterator

from oauthgit.model.document import PLAINTEXT, Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import split
from oauthgit.model.formats.sanitize import command, readable_name_at, set_secret
from oauthgit.model.formats.sops_metadata import left_open
from oauthgit.model.rule import RuleMatch, document_rule
from oauthgit.model.workspace import Kind


@document_rule("OG501", Severity.ERROR)
def secret_plaintext(document: Document) -> Iterator[RuleMatch]:
    """A secret is stored in plain text.

    Anybody who can read the repository can act as the application. Git keeps the text even after it is deleted (RFC
    6819 section 5.1.4.1.3). Replace the secret at the authorization server, and put the new one into the secrets file
    beside the layer, encrypted with SOPS. In a secrets file every value must be encrypted: `for` and `send_only_to`
    state where a secret belongs, and in plain text they could be changed unnoticed. All of them are one finding, because
    encrypting the file corrects all. If SOPS left the value in plain text because of the ending of its key, OG508 reports
    it instead. Files in `configs/` with other endings (`.json`, `.env`, `.bak`) are searched too.

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
    plain = [(pointer, _name(pointer)) for pointer, value in document.leaves if value == PLAINTEXT]
    plain = [(pointer, name) for pointer, name in plain if not left_open(name, document.sops)]
    if document.kind is Kind.SECRETS and len(plain) > 1:
        pointer = next((pointer for pointer, name in plain if name == "client_secret"), plain[0][0])
        yield RuleMatch(
            f"{readable_name_at(pointer)} and {_count(len(plain) - 1)} in this file are stored in plain text, and git "
            "keeps them forever",
            pointer=pointer,
            remedy=_remedy(document, pointer),
        )
        return
    for pointer, name in plain:
        if name in {"for", "send_only_to"}:
            message = f"{name} is not encrypted, so anybody could change where the secret belongs"
        else:
            message = f"{readable_name_at(pointer)} is stored in plain text, and git keeps it forever"
        yield RuleMatch(message, pointer=pointer, remedy=_remedy(document, pointer))


def _remedy(document: Document, pointer: str) -> str:
    if document.kind is not Kind.SECRETS:
        again = set_secret(document.layer, pointer)
        return f"Delete it here, replace it at the authorization server, and enter the new one with {again}."
    encrypt = command("sops", "encrypt", "-i", document.file)
    if document.sops:  # sops refuses to encrypt a file that has its metadata
        renew = command("oauthgit", "secrets", "renew", document.layer)
        encrypt = f"{renew}, once .sops.yaml no longer selects the values that sops encrypts"
    return f"Encrypt the file: run {encrypt}. Replace the secret at its server if it was ever committed."


def _name(pointer: str) -> str:
    return next((token for token in reversed(split(pointer)) if not token.isdecimal()), "a value")


def _count(others: int) -> str:
    return "another value" if others == 1 else f"{others} other values"
