"""Check OG512: an encrypted secret in a layer."""

from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import child, join
from oauthgit.model.formats.sanitize import readable_name_at, set_secret
from oauthgit.model.formats.sops_ciphertext import is_ciphertext
from oauthgit.model.rule import RuleMatch, document_rule
from oauthgit.model.workspace import LAYERS


@document_rule("OG512", Severity.WARNING, kinds=LAYERS)
def sops_plain_next_to_secret(document: Document) -> Iterator[RuleMatch]:
    """A layer contains an encrypted secret beside settings in plain text.

    The MAC of SOPS covers the values of the file, but neither their keys nor the boundaries between them. Two endpoints
    can be swapped and the file still decrypts; the secret then goes to the wrong one. In a separate secrets file, the
    endpoint to which a secret may be sent is encrypted with it. A smoke test therefore never sends a secret that is in
    a layer.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        client_secret: ENC[...]  # OG512: client_secret of crm is encrypted
        grant_types: [client_credentials]
        scopes: [api.read]
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      encrypted_regex: ^client_secret$
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
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
    servers = document.data.get("oauth_servers") if isinstance(document.data, dict) else None
    if not isinstance(servers, dict):
        return
    for name, values in servers.items():
        secret = values.get("client_secret") if isinstance(values, dict) else None
        if isinstance(secret, str) and is_ciphertext(secret):
            place = join("oauth_servers", name)
            yield RuleMatch(
                f"client_secret of {readable_name_at(place)} is encrypted in the layer itself, beside an "
                "endpoint that nothing protects",
                pointer=child(place, "client_secret"),
                remedy="Delete it here, and sops at the end of the file; then enter it with "
                f"{set_secret(document.layer, place)}.",
            )
