"""Put a secrets file on disk only if nothing in it can be read."""

from collections.abc import Iterator
from typing import Any

from oauthgit.atomic_write import replace_file
from oauthgit.model.ciphertext import is_ciphertext
from oauthgit.model.display import readable_pointer
from oauthgit.model.document import Document
from oauthgit.model.pointer import child


def seal(root: str, document: Document, content: bytes, *, replaces: bytes | None) -> str | None:
    """Write ``content``, which parses to ``document``, to the document's file below ``root``; return why not, if not.

    The file changes from the old content to the new in one step, whatever happens meanwhile. It is left as it is where
    ``content`` has a value in plain text, or where the file holds something else than ``replaces`` by now (None: where
    it exists).

    Raises:
        OSError: The disk is full, or the folder cannot be written to. The file is as it was.

    """
    plain = next(_plain(document.data, ""), None)
    if plain is not None:
        return (
            f"sops would leave {readable_pointer(plain)} of {document.file} unencrypted, so nothing was written; take "
            "encrypted_regex, unencrypted_regex and the like out of the file's sops block and of its rule in .sops.yaml"
        )
    return replace_file(root, document.file, content, replaces=replaces)


def _plain(data: Any, pointer: str) -> Iterator[str]:
    """Yield the pointers of values that are not ciphertext; ``kind`` says nothing, and ``sops`` is for all to read."""
    if isinstance(data, dict):
        for key, value in data.items():
            if pointer or key not in {"kind", "sops"}:
                yield from _plain(value, child(pointer, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _plain(value, child(pointer, index))
    elif not isinstance(data, str) or not is_ciphertext(data):
        yield pointer
