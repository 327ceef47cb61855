"""Check OG515: an impossible number of key groups."""

from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.sanitize import command
from oauthgit.model.rule import RuleMatch, document_rule

_LEAST = 2


@document_rule("OG515", Severity.WARNING)
def sops_weak_threshold(document: Document) -> Iterator[RuleMatch]:
    """The number of key groups needed to open a file was changed by hand.

    If a file has several key groups, its data key is split into shares. `shamir_threshold` is the number of shares
    needed: at least two, at most all of them (Shamir's scheme allows no fewer). SOPS never writes another number. Such
    a file cannot be opened, and the change may be an attempt to weaken it.

    Bad:

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:
      shamir_threshold: 1  # OG515: 1 of 2 key groups
      key_groups:
        - age: [{recipient: age1alice, enc: "..."}]
        - age: [{recipient: age1bob, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```

    Good:

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:
      shamir_threshold: 2
      key_groups:
        - age: [{recipient: age1alice, enc: "..."}]
        - age: [{recipient: age1bob, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```
    """
    metadata = document.sops
    if metadata is None or metadata.shamir_threshold is None or metadata.groups < _LEAST:
        return
    if not _LEAST <= metadata.shamir_threshold <= metadata.groups:
        renew = command("oauthgit", "secrets", "renew", document.layer)
        yield RuleMatch(
            f"{metadata.shamir_threshold} of {metadata.groups} key groups is a number that SOPS never writes: "
            "somebody changed it by hand",
            pointer=join("sops", "shamir_threshold"),
            remedy=f"Restore the file from git; to change the number, change it in .sops.yaml and run {renew}.",
        )
