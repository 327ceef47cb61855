"""What a file would look like, as a difference that ``git apply`` takes."""

import difflib
from collections.abc import Iterator


def difference(path: str, old: bytes, new: bytes) -> str:
    """Return the unified difference of two contents of the file at ``path``, empty where they are the same."""
    return "".join(_lines(path, _split(old), _split(new)))


def _split(content: bytes) -> list[str]:
    """Return lines with their ends; a line ends with a line feed and with nothing else."""
    parts = content.decode().split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _lines(path: str, old: list[str], new: list[str]) -> Iterator[str]:
    end = "\t" if " " in path else ""
    for number, line in enumerate(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="\n")):
        if number < 2:  # noqa: PLR2004 - the two lines that name the files
            yield line.rstrip("\n") + end + "\n"
        elif line.endswith("\n"):
            yield line
        else:
            yield line + "\n\\ No newline at end of file\n"
