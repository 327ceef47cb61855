"""Describe the user's selection in a project: rules, files and targets."""

from typing import Final, NamedTuple


class Selection(NamedTuple):
    """Hold what the user selected; what is empty selects everything.

    ``select`` and ``ignore`` are beginnings of codes. ``targets`` are ids or endings of ids.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


EVERYTHING: Final = Selection()
