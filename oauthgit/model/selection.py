"""Describe the user's selection in a project: rules by code, files by path."""

from typing import Final, NamedTuple


class Selection(NamedTuple):
    """Hold code prefixes to keep and to drop, and paths; empty selects everything."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


EVERYTHING: Final = Selection()
