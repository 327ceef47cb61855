"""Read the output of ``git ls-tree``."""

import re
from typing import Final, NamedTuple

from oauthgit.model.formats.local_path import decode_path

_ENTRY: Final = re.compile(rb"([0-7]{6}) [a-z]+ ([0-9a-f]+) +([0-9]+|-)\t(.+)", re.DOTALL)
_KINDS: Final = {b"120000": "a symbolic link", b"160000": "a submodule"}


class Entry(NamedTuple):
    """Describe a file of a commit by its path, size in bytes, special type and hash."""

    path: str
    size: int
    special: str = ""
    id: str = ""


def read_listing(output: bytes, outer: int = 0) -> list[Entry] | None:
    """Return the sorted entries of ``ls-tree -z -l``, or None if it cannot be read.

    The first ``outer`` characters of their paths are left out.
    """
    found = [_ENTRY.fullmatch(line) for line in output.split(b"\0")[:-1]]
    if not all(found):
        return None
    return sorted(
        Entry(
            decode_path(match[4])[outer:],
            0 if match[3] == b"-" else int(match[3]),
            _KINDS.get(match[1], ""),
            match[2].decode(),
        )
        for match in filter(None, found)
    )
