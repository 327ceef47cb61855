"""Format the changes to a file as a unified diff for ``git apply``."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher, unified_diff
from typing import Final

_CONTEXT: Final = (3, 2, 1)
"""Lines of context around a change, in order of preference; ``git apply`` needs at least one."""


def format_diff(path: str, old: bytes, new: bytes, shown: tuple[Sequence[str], Sequence[str]]) -> str | None:
    """Return the unified diff of two contents of the file at ``path``, empty if equal.

    ``shown`` are the lines of both contents as a report prints them. A line that a report masks cannot be in the diff,
    because ``git apply`` needs the real line. The diff then has less context, or is None if that does not help.
    """
    before, after = _split(old), _split(new)
    kept = (_mark_shown(before, shown[0]), _mark_shown(after, shown[1]))
    for context in _CONTEXT:
        if all(all(kept[0][i:j]) and all(kept[1][k:m]) for i, j, k, m in _ranges(before, after, context)):
            return "".join(_lines(path, before, after, context))
    return None


def _split(content: bytes) -> list[str]:
    """Return lines with their ends; only a line feed ends a line."""
    parts = content.decode().split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _mark_shown(lines: list[str], shown: Sequence[str]) -> list[bool]:
    """Return for each line True if a report prints it unchanged.

    Line ends and a byte order mark are ignored.
    """
    plain = [line.removesuffix("\n").removesuffix("\r").removeprefix("\ufeff") for line in lines]
    return [number < len(shown) and line == shown[number] for number, line in enumerate(plain)]


def _ranges(old: list[str], new: list[str], context: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the line ranges of both contents for each hunk."""
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(context):
        yield group[0][1], group[-1][2], group[0][3], group[-1][4]


def _lines(path: str, old: list[str], new: list[str], context: int) -> Iterator[str]:
    end = "\t" if " " in path else ""
    for number, line in enumerate(unified_diff(old, new, f"a/{path}", f"b/{path}", n=context, lineterm="\n")):
        if number < 2:  # noqa: PLR2004 - the two lines that name the files
            yield line.rstrip("\n") + end + "\n"
        elif line.endswith("\n"):
            yield line
        else:
            yield line + "\n\\ No newline at end of file\n"
