"""Check OG507: plain values in an encrypted file."""

from collections.abc import Iterator

from oauthgit.model.document import PLAINTEXT, Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import split
from oauthgit.model.formats.sanitize import command, readable_name_at
from oauthgit.model.formats.sops_ciphertext import is_ciphertext
from oauthgit.model.formats.sops_metadata import POINTER, is_selected
from oauthgit.model.rule import RuleMatch, document_rule


@document_rule("OG507", Severity.ERROR)
def sops_partially_encrypted(document: Document) -> Iterator[RuleMatch]:
    """A value is in plain text, but the SOPS metadata marks it as encrypted.

    SOPS then refuses the whole file, and prints the value in its error message. Somebody added or changed a line by
    hand. OG501 reports secrets in plain text; this rule reports all other values, once per file.

    Bad:

    ```yaml secrets
    kind: secrets  # OG507: kind is plain text, but
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```

    Good:

    ```yaml secrets
    kind: secrets
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      unencrypted_regex: ^kind$
      version: 3.11.0
    ```
    """
    metadata = document.sops
    if metadata is None:
        return
    plain = [
        pointer
        for pointer, value in document.leaves
        if not pointer.startswith("/sops/")
        and value not in (None, "", PLAINTEXT)
        and not (isinstance(value, str) and is_ciphertext(value))
        and is_selected(_keys(pointer), metadata.selection)
    ]
    if plain:
        edit = command("sops", "edit", document.file)
        more = f" ({len(plain)} values in this file)" if len(plain) > 1 else ""
        yield RuleMatch(
            f"{readable_name_at(plain[0])} is plain text, but the metadata marks it as encrypted, "
            f"so SOPS cannot open the file{more}",
            pointer=plain[0],
            remedy=f"Restore the file from git and change it with {edit}. Plain values are selected under {POINTER[1:]}.",
        )


def _keys(pointer: str) -> tuple[str, ...]:
    return tuple(token for token in split(pointer) if not token.isdecimal())
