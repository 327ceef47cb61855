"""Check OG513: a file of an old version of SOPS."""

import re
from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import command
from oauthgit.model.rule import RuleMatch, document_rule

_VERSION = regex(r"(\d{1,4})\.(\d{1,4})\b", re.ASCII)
_OLDEST = (3, 7)


@document_rule("OG513", Severity.NOTE)
def sops_old_version(document: Document) -> Iterator[RuleMatch]:
    """A file states that a version of SOPS before 3.7 wrote it.

    Version 3.7 introduced keys of age, and later versions fixed bugs in the encrypted content and in the MAC. Nothing
    protects the stated version. An old version still means that the secrets were not changed for years.

    Bad:

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:
      pgp: [{fp: 85D77543B3D624B63CEA9E6DBC17301B491B3F21, enc: "..."}]
      lastmodified: "2019-08-29T09:00:00Z"
      mac: ENC[...]
      version: 3.4.0  # OG513: SOPS 3.4 wrote this file
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
    stated = _VERSION.match(metadata.version) if metadata else None
    if stated and (int(stated[1]), int(stated[2])) < _OLDEST:
        renew = command("oauthgit", "secrets", "renew", document.layer)
        yield RuleMatch(
            f"SOPS {stated[0]} wrote this file, which is years old",
            pointer=join("sops", "version"),
            remedy=f"Install a current sops and run {renew}, which gives the file a new data key.",
        )
