"""The way out: files are put on disk whole, and one of secrets only if nothing in it can be read."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from oauthgit.model.ciphertext import is_ciphertext
from oauthgit.model.document import Document
from oauthgit.model.pointer import child

_NEW: Final = 0o644
"""The mode of a file that was not there: what it holds is as public as the repository."""


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
            f"sops would leave {plain} of {document.file} unencrypted, so nothing was written; take encrypted_regex, "
            "unencrypted_regex and the like out of the file's sops block and of its rule in .sops.yaml"
        )
    return put(root, document.file, content, replaces=replaces)


def put(root: str, file: str, content: bytes, *, replaces: bytes | None) -> str | None:
    """Write ``content`` to ``file`` below ``root`` in one step, mode and owner kept; return why not, if not.

    The file is left as it is where it holds something else than ``replaces`` by now (None: where it exists).

    Raises:
        OSError: The disk is full, the folder cannot be written to, or a link lies there. The file is as it was.

    """
    path = Path(root, file)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
        if _content(path) != replaces:
            return f"{file} was changed by somebody else meanwhile, so nothing was written; try again"
        _liken(temporary, None if replaces is None else path.stat())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    _flush(path.parent)
    return None


def _liken(temporary: str, old: os.stat_result | None) -> None:
    """Give a new file the owner and the mode of the one that it replaces."""
    if old is not None and hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(temporary, old.st_uid, old.st_gid)
    Path(temporary).chmod(_NEW if old is None else stat.S_IMODE(old.st_mode))


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


def _content(path: Path) -> bytes | None:
    """Return what the file holds, or None if there is none; a link is not followed, for it is not what was read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def _flush(folder: Path) -> None:
    """Have the new name reach the disk as well; a file system that cannot do that is as safe as it gets."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
