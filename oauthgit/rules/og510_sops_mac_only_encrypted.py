"""OG510: a file whose plain values may be changed by anybody."""

from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import Remark, document_rule


@document_rule("OG510", Severity.ERROR)
def sops_mac_only_encrypted(document: Document) -> Iterator[Remark]:
    """The MAC of a file leaves out the values in plain text.

    With `mac_only_encrypted` SOPS opens a file whatever was changed in its plain values: an endpoint beside a secret can
    be moved, or a setting added, and nothing is noticed. It saves conflicts in merges, and takes away the little that
    the MAC protects.

    Bad:

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      mac_only_encrypted: true  # OG510: the MAC leaves out the values in plain text
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
        yield Remark(
            "the MAC leaves out the values in plain text, so anybody can change them unnoticed",
            pointer=join("sops", "mac_only_encrypted"),
            remedy="take mac_only_encrypted out of .sops.yaml, and encrypt the file anew",
        )
