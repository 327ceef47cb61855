"""Check OG505: a type of key that the policy does not allow."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import parent
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.formats.sops_metadata import metadata_of
from oauthgit.model.formats.sops_readers import PLUGIN, key_type
from oauthgit.model.rule import RuleMatch, workspace_rule

_LONG = 40


@workspace_rule("OG505", Severity.ERROR)
def sops_key_type_forbidden(documents: Sequence[Document], policy: Mapping[str, Any]) -> Iterator[RuleMatch]:
    """A file names a type of key that the policy does not allow.

    The file itself lists the key services that are called when it is opened, and nothing protects that list. Anybody
    who adds an `hc_vault` entry with another address gets the `VAULT_TOKEN` of the machine that decrypts. Keys of `age`
    and `pgp` call no service. `secrets.key_types` of the policy allows other types; a type that SOPS does not support
    is never allowed.

    An age recipient of a plugin, such as `age1yubikey1...`, has the type `age-plugin`: SOPS starts the program
    `age-plugin-yubikey` for it, so the name of a key becomes the name of a program.

    Bad:

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      hc_vault:  # OG505: hc_vault, which the policy does not allow
        - {vault_address: "https://vault.example.net", engine_path: sops, key_name: first, enc: "vault:v1:..."}
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```

    Good:

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```
    """
    allowed = policy["secrets"]["key_types"]
    for document in documents:
        metadata = metadata_of(document.data)
        recipients = metadata.recipients if metadata else ()
        forbidden = {
            parent(key.pointer): kind for key in recipients if (kind := key_type(key.type, key.name)) not in allowed
        }
        for pointer, kind in forbidden.items():
            danger = (
                "start a program of this machine" if kind == PLUGIN else "send this machine's credentials elsewhere"
            )
            yield RuleMatch(
                f"the file names keys of type {redact_urls(kind[:_LONG])}, which the policy does not allow: "
                f"opening it may {danger}",
                pointer=pointer,
                at_key=True,
                remedy="Restore the file from git and find out who changed it, or allow the type in secrets.key_types.",
                document=document,
            )
