"""Check OG510: a MAC that does not cover plain values."""

from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.sanitize import command
from oauthgit.model.rule import RuleMatch, document_rule


@document_rule("OG510", Severity.ERROR)
def sops_mac_only_encrypted(document: Document) -> Iterator[RuleMatch]:
    """The MAC of a file does not cover the values in plain text.

    With `mac_only_encrypted`, SOPS opens a file even if its plain values were changed. An endpoint beside a secret can
    be moved, or a setting added, without notice. The option avoids conflicts in merges, but it removes the little
    protection that the MAC gives.

    Bad:

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      mac_only_encrypted: true  # OG510: the MAC does not cover the values in plain text
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
    metadata = document.sops
    if metadata and metadata.mac_only_encrypted:
        renew = command("oauthgit", "secrets", "renew", document.layer)
        yield RuleMatch(
            "the MAC does not cover the values in plain text, so anybody can change them unnoticed",
            pointer=join("sops", "mac_only_encrypted"),
            remedy=f"Take mac_only_encrypted out of .sops.yaml, then run {renew}.",
        )
