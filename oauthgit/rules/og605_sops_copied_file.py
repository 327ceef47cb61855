"""Check OG605: the same ciphertext in two files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats import sops_ciphertext as ciphertext
from oauthgit.model.formats.json_pointer import join, leaves
from oauthgit.model.rule import CorrelationKey, RuleMatch, workspace_rule
from oauthgit.model.settings import Origin, Settings

_MAC = join("sops", "mac")


def _files_of_ciphertexts(documents: Sequence[Document], _targets: Sequence[Settings]) -> Iterator[CorrelationKey]:
    """Yield the nonce of each ciphertext, which is never reused, with its file."""
    for document in documents:
        for _, value in leaves(document.data):
            parts = ciphertext.read(value) if isinstance(value, str) else None
            if parts is not None:
                yield parts.iv.hex(), document.file


@workspace_rule("OG605", Severity.ERROR, correlation_keys=_files_of_ciphertexts)
def sops_copied_file(documents: Sequence[Document], _policy: Mapping[str, Any]) -> Iterator[RuleMatch]:
    """Encrypted values of one file are also in another file.

    SOPS uses a new nonce for every value, so equal ciphertext is never a coincidence: the file, or a part of it, was
    copied. A copy opens in any place. Usually a secret of production was copied into a file of development; the pull
    request does not show this.

    Bad:

    ```yaml path=configs/branches/EXAMPLE/MAIN.yaml
    kind: branch
    model: EXAMPLE
    branch: MAIN
    ```

    ```yaml path=configs/branches/EXAMPLE/NEXT.yaml
    kind: branch
    model: EXAMPLE
    branch: NEXT
    ```

    ```yaml path=configs/branches/EXAMPLE/MAIN.secrets.yaml
    kind: ENC[...]
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...one]
      version: 3.11.0
    ```

    ```yaml path=configs/branches/EXAMPLE/NEXT.secrets.yaml
    kind: ENC[...]
    for: ENC[...]
    oauth_servers: {}
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...one]  # OG605: the MAC is that of configs/branches/EXAMPLE/MAIN.secrets.yaml
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
    first: dict[tuple[bytes, bytes], tuple[Document, str]] = {}
    for document in sorted(documents, key=lambda each: each.file):
        copied: dict[str, tuple[str, Document, str]] = {}
        for pointer, value in leaves(document.data):
            parts = ciphertext.read(value) if isinstance(value, str) else None
            if parts is None:
                continue
            other, there = first.setdefault((parts.data, parts.iv), (document, pointer))
            if other is not document and (other.file not in copied or pointer == _MAC):
                copied[other.file] = (pointer, other, there)
        for pointer, other, there in copied.values():
            what = "the MAC is that" if pointer == _MAC else "this ciphertext is one"
            yield RuleMatch(
                f"{what} of {other.file}, so one of the two files was copied from the other",
                pointer=pointer,
                remedy="Give each file its own secrets, and encrypt them with sops. Restore the file if it is an older one.",
                related=(("the same here", Origin(other.layer, None, other.locate(there))),),
                document=document,
            )
