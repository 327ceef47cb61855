"""Check OG514: an empty secret in a secrets file."""

from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import split
from oauthgit.model.formats.sanitize import command
from oauthgit.model.rule import RuleMatch, document_rule
from oauthgit.model.workspace import Kind


@document_rule("OG514", Severity.ERROR, kinds=(Kind.SECRETS,))
def sops_empty_secret(document: Document) -> Iterator[RuleMatch]:
    """A secret in a secrets file is empty or null.

    SOPS leaves empty text and null unchanged, and its MAC does not cover either. The file is encrypted and the secret
    looks managed, but it is missing. Anybody can add such a line without a key.

    Bad:

    ```yaml branch
    oauth_servers:
      crm: {token_endpoint: "https://crm.example.com/oauth/token", client_id: crm-main}
    ```

    ```yaml secrets
    for: ENC[...]
    oauth_servers:
      crm:
        client_secret: ""  # OG514: client_secret is empty
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm: {token_endpoint: "https://crm.example.com/oauth/token", client_id: crm-main}
    ```

    ```yaml secrets
    for: ENC[...]
    oauth_servers:
      crm:
        client_secret: ENC[...]
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```
    """
    edit = command("sops", "edit", document.file)
    for pointer, value in document.leaves:
        if value in (None, "") and split(pointer)[-1:] == ("client_secret",):
            yield RuleMatch(
                "client_secret is empty, and SOPS leaves it unchanged: there is no secret here",
                pointer=pointer,
                remedy=f"Write the secret, or take the server out of this file: run {edit}.",
            )
