"""Check OG511: metadata or ciphertext that SOPS did not write."""

import re
from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats import sops_ciphertext as ciphertext
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import command, readable_name_at, set_secret
from oauthgit.model.formats.sops_metadata import POINTER, Metadata
from oauthgit.model.rule import RuleMatch, document_rule
from oauthgit.model.workspace import Kind

_TIME = regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_TYPES = {"int": "a whole number", "float": "a number", "bool": "true or false", "time": "a date"}


@document_rule("OG511", Severity.ERROR)
def sops_mac_missing(document: Document) -> Iterator[RuleMatch]:
    """A file looks encrypted, but SOPS did not write it.

    Tools that look for a `sops` block, such as `sops filestatus`, report a file as encrypted that anybody can write by
    hand. This rule checks the parts: a key with its encrypted data key, a MAC, the time of the last change, and for
    every encrypted value base64 with a nonce of 32 bytes and a tag of 16 bytes. Only a key can prove that the file
    opens.

    The values of a secrets file must be text as well. SOPS stores a type with each value and restores it. A secret that
    was encrypted without quotation marks is a number: `0123` decrypts to 83 and `1e5` to 100000.

    Bad:

    ```yaml secrets
    for: ENC[...]
    oauth_servers: {}
    sops:  # OG511: no MAC
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
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
    encrypted = [
        (pointer, ciphertext.read(value))
        for pointer, value in document.leaves
        if isinstance(value, str) and ciphertext.is_ciphertext(value) and not f"{pointer}/".startswith("/sops/")
    ]
    metadata = document.sops
    if metadata is None:
        if encrypted and document.kind is not Kind.SECRETS:
            yield RuleMatch(
                "this is encrypted, but the file has no SOPS metadata, so nobody can open it",
                pointer=encrypted[0][0],
                remedy=f"Delete it here, and enter the secret with {set_secret(document.layer, encrypted[0][0])}.",
            )
        return
    missing = list(_missing(metadata))
    if not encrypted:
        missing.append("no encrypted value beside it")
    if missing:
        yield RuleMatch(
            f"SOPS did not write this metadata: there is {', '.join(missing)}",
            pointer=POINTER,
            at_key=True,
            remedy=_restore(document),
        )
    for pointer, parts in encrypted:
        if parts and parts.type == "str":
            continue
        name = readable_name_at(pointer)
        if parts and parts.type in _TYPES and document.kind is Kind.SECRETS:
            yield RuleMatch(
                f"{name} was encrypted as {_TYPES[parts.type]}, not as text, so it may decrypt to another value",
                pointer=pointer,
                remedy=f"Write it in quotation marks: run {command('sops', 'edit', document.file)}.",
            )
        elif parts is None or document.kind is Kind.SECRETS:
            yield RuleMatch(
                f"{name} looks like an encrypted text, but SOPS did not write it",
                pointer=pointer,
                remedy=_restore(document),
            )


def _restore(document: Document) -> str:
    if document.kind is not Kind.SECRETS:
        return "Delete sops and the encrypted values here: secrets belong in the secrets file beside the layer."
    encrypt = command("sops", "encrypt", "-i", document.file)
    return (
        f"Restore the file from git. If it never was encrypted, delete sops, write the values anew and run {encrypt}; "
        "replace every secret that was ever plain text."
    )


def _missing(metadata: Metadata) -> Iterator[str]:
    if not any(recipient.enc for recipient in metadata.recipients):
        yield "no key that could open the file"
    if ciphertext.read(metadata.mac) is None:
        yield "no MAC"
    if not _TIME.fullmatch(metadata.lastmodified):
        yield "no time of the last change"
