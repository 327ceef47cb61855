"""What a user selects of a project: rules by code, files by path."""

from typing import Final, NamedTuple


class Selection(NamedTuple):
    """Prefixes of codes to keep and to leave out, and paths of files or folders; what is empty selects everything."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


EVERYTHING: Final = Selection()
