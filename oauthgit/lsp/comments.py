"""Find codes of rules in comments that suppress findings."""

import re
from typing import Final

_CODES: Final = re.compile(r"#[ \t]*oauthgit:[ \t]*ignore\[([^\[\]#]*)\]?")
_CODE: Final = re.compile(r"OG[0-9]{3}")
_OPEN: Final = re.compile(r"#[ \t]*oauthgit:[ \t]*ignore\[(?:[^\[\]#]*[, \t])?([A-Za-z0-9]*)$")


def find_code(line: str, column: int) -> str | None:
    """Return the code at a column of a suppression comment, or None."""
    for comment in _CODES.finditer(line):
        for found in _CODE.finditer(line, *comment.span(1)):
            if found.start() < column <= found.end() + 1:
                return found[0]
    return None


def find_begun_code(before: str) -> str | None:
    """Return the begun code at the end of a line in a suppression comment, or None."""
    begun = _OPEN.search(before)
    return begun[1] if begun else None
