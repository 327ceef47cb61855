"""What a file would look like, as a difference that ``git apply`` takes."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher, unified_diff
from typing import Final

_CONTEXT: Final = (3, 2, 1)
"""Lines around a change, the more the better; without any, ``git apply`` refuses."""


def difference(path: str, old: bytes, new: bytes, shown: tuple[Sequence[str], Sequence[str]]) -> str | None:
    """Return the unified difference of two contents of the file at ``path``, empty where they are the same.

    ``shown`` are the lines of both as a report prints them: a line that it prints otherwise is not shown here, for a
    difference can be applied only if it is true. So there is less context where that helps, else None.
    """
    before, after = _split(old), _split(new)
    kept = (_kept(before, shown[0]), _kept(after, shown[1]))
    for context in _CONTEXT:
        if all(all(kept[0][i:j]) and all(kept[1][k:m]) for i, j, k, m in _ranges(before, after, context)):
            return "".join(_lines(path, before, after, context))
    return None


def _split(content: bytes) -> list[str]:
    """Return lines with their ends; a line ends with a line feed and with nothing else."""
    parts = content.decode().split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _kept(lines: list[str], shown: Sequence[str]) -> list[bool]:
    """Return of each line whether a report prints it as it is; ends and a byte order mark aside."""
    plain = [line.removesuffix("\n").removesuffix("\r").removeprefix("\ufeff") for line in lines]
    return [number < len(shown) and line == shown[number] for number, line in enumerate(plain)]


def _ranges(old: list[str], new: list[str], context: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the lines of both that each hunk has."""
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
