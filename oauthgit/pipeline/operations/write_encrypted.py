"""Write a secrets file only if the agreed readers alone can decrypt it."""

import re
from collections.abc import Iterator
from typing import Any, Final

from oauthgit.atomic_write import replace_file
from oauthgit.model.document import Document
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import child
from oauthgit.model.formats.sanitize import readable_pointer
from oauthgit.model.formats.sops_ciphertext import PATTERN, is_ciphertext
from oauthgit.model.formats.sops_readers import Key, Readers, readers_of
from oauthgit.parse import parse
from oauthgit.pipeline.operations.recipients import Recipients, error_of

_COMMENT: Final = re.compile(r"(?<!\S)#")
_VERSION: Final = 5
"""Parts of an Azure key URL before its version: https:, an empty part, the vault, keys, the name."""
_ENCRYPTED_COMMENT: Final = re.compile(f"#{PATTERN[1:-1]}")


def check_encrypted(recipients: Recipients, made: bytes | Finding) -> tuple[Document, bytes]:
    """Return the output of sops, parsed and raw, if its readers are as agreed.

    Raises:
        SecretsUnavailableError: sops made no output, because it cannot decrypt the file.
        UsageError: The output cannot be read, or has other readers.

    """
    file = recipients.file
    if isinstance(made, Finding):
        raise error_of(made)
    document, _ = parse(file._replace(content=made))
    if document is None:
        raise UsageError(f"the output of sops for {file.path} cannot be parsed, so nothing was written")
    if _comparable(readers_of(document.data)) != _comparable(recipients.rule.readers):
        raise UsageError(
            f"sops encrypted {file.path} for other keys than it was given, so nothing was written; check which program is "
            "called sops"
        )
    return document, made


def write_encrypted(root: str, document: Document, content: bytes, *, replaces: bytes | None) -> str | None:
    """Write encrypted ``content`` to the file of ``document``; return a refusal.

    The file is replaced in one step. It is left as it is if ``content`` has a value or a comment in plain text, or if the
    file no longer holds ``replaces`` (None: if it exists now).

    Raises:
        OSError: The disk is full, or the folder cannot be written to. The file is as it was.

    """
    return refuse_plaintext(document, content) or replace_file(root, document.file, content, replaces=replaces)


def refuse_plaintext(document: Document, content: bytes) -> str | None:
    """Return a reason if ``content`` has a value or comment in plain text, else None."""
    plain = next(_find_plaintext(document.data, ""), None)
    if plain is not None:
        return (
            f"sops would leave {readable_pointer(plain)} of {document.file} unencrypted, so nothing was written; give it a "
            "name without _unencrypted at its end, and check which program is called sops"
        )
    line = _plain_comment(document, content.decode(errors="replace"))
    if line is not None:
        return (
            f"sops would leave the comment in line {line} of {document.file} unencrypted, so nothing was written; delete it "
            "with sops edit, and check which program is called sops"
        )
    return None


def _find_plaintext(data: Any, pointer: str) -> Iterator[str]:
    """Yield the pointers of plaintext values; ``kind`` and ``sops`` are public."""
    if isinstance(data, dict):
        for key, value in data.items():
            if pointer or key not in {"kind", "sops"}:
                yield from _find_plaintext(value, child(pointer, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _find_plaintext(value, child(pointer, index))
    elif not isinstance(data, str) or not is_ciphertext(data):
        yield pointer


def _plain_comment(document: Document, text: str) -> int | None:
    """Return the first line with a plaintext comment, or None.

    A ``#`` inside a key or a value is not a comment.
    """
    for number, line in enumerate(text.split("\n"), 1):
        starts = [match.start() for match in _COMMENT.finditer(line)]
        spans = [
            span
            for mark in (document.marks.values() if starts else ())
            for span in (mark.key, mark.value)
            if span and span.line == span.end_line == number
        ]
        begins = (at for at in starts if not any(span.column <= at + 1 < span.end_column for span in spans))
        at = next(begins, None)
        if at is not None and not _ENCRYPTED_COMMENT.fullmatch(line[at:].rstrip()):
            return number
    return None


def _comparable(readers: Readers) -> tuple[int, list[set[Key]]]:
    """Return readers without the versions of Azure keys, which sops may look up."""
    groups = [{_without_version(key) for key in group} for group in readers.groups]
    return readers.threshold, groups


def _without_version(key: Key) -> Key:
    return key._replace(name="/".join(key.name.split("/")[:_VERSION])) if key.type == "azure_kv" else key
