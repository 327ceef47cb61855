"""Check OG508: a key that makes SOPS leave a secret in plain text."""

from collections.abc import Iterator

from oauthgit.model.document import PLAINTEXT, Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import split
from oauthgit.model.formats.sanitize import command
from oauthgit.model.formats.sops_metadata import left_open
from oauthgit.model.rule import RuleMatch, document_rule


@document_rule("OG508", Severity.ERROR)
def sops_unencrypted_suffix_secret(document: Document) -> Iterator[RuleMatch]:
    """A secret has a key whose ending makes SOPS leave it in plain text.

    By default, SOPS leaves the value of every key that ends in `_unencrypted` in plain text, without a warning. The
    file is encrypted, but anybody with the repository can read this secret. Git keeps it forever, so replace it at the
    authorization server.

    Bad:

    ```yaml secrets
    for: ENC[...]
    oauth_servers:
      crm:
        client_secret: ENC[...]
        client_secret_unencrypted: kV3x9Qm2Lr8Tn5Wb7Yc4Zd6F  # OG508: ends in _unencrypted
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```

    ```yaml branch
    oauth_servers:
      crm: {token_endpoint: "https://crm.example.com/oauth/token", client_id: crm-main}
    ```

    Good:

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

    ```yaml branch
    oauth_servers:
      crm: {token_endpoint: "https://crm.example.com/oauth/token", client_id: crm-main}
    ```
    """
    for pointer, value in document.leaves:
        if value != PLAINTEXT:
            continue
        name = next((token for token in reversed(split(pointer)) if not token.isdecimal()), "")
        if left_open(name, document.sops):
            yield RuleMatch(
                f"this key ends in _{name.rpartition('_')[2]}, so SOPS leaves the secret in plain text",
                pointer=pointer,
                at_key=True,
                remedy="Replace the secret at the authorization server, and write the new one as client_secret instead of this "
                f"key: run {command('sops', 'edit', document.file)}.",
            )
