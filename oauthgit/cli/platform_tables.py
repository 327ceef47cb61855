"""Define the options of reading tables of the platform, and read the files."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from oauthgit.cli.arguments import add_repeatable
from oauthgit.cli.context import Context
from oauthgit.model.platform_row import RowsKind
from oauthgit.pipeline import Project, UsageError
from oauthgit.pipeline.operations.exposed_tables import STANDARD_INPUT

if TYPE_CHECKING:
    from oauthgit.platform import Source

_FILES: Final = (
    "Read these tables: CSV, tab-separated text, XLSX, ODS, JSON or an OData answer; - reads a pasted grid from standard "
    "input."
)


def add_files(parser: argparse.ArgumentParser) -> None:
    """Add the argument for the tables."""
    parser.add_argument("files", metavar="FILE", nargs="+", help=_FILES)


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options that concern the meaning of tables."""
    parser.add_argument(
        "--rows",
        choices=get_args(RowsKind),
        default="layer",
        help="State what a blank cell of an override means: layer (default) inherits the branch's value, effective has the "
        "default.",
    )
    add_repeatable(
        parser,
        "--column",
        "NAME=HEADER",
        "Read the column with this header as the setting or key NAME, such as client_id='App ID'.",
        dest="columns",
        type=_parse_column,
    )
    parser.add_argument(
        "--sheet",
        metavar="SHEET",
        default="",
        help="Read this sheet of a spreadsheet (default: the first with a known header).",
    )


def read_sources(files: Sequence[str]) -> "list[Source]":
    """Return the contents of files, up to the largest size of a table."""
    from oauthgit.platform import Source
    from oauthgit.platform.read_grid import MAXIMUM

    sources = []
    for file in files:
        if file == STANDARD_INPUT:
            sources.append(Source(file, sys.stdin.buffer.read(MAXIMUM + 1)))
        else:
            with Path(file).open("rb") as stream:
                sources.append(Source(file, stream.read(MAXIMUM + 1)))
    return sources


def granted_columns(
    context: Context, project: Project, authority: str | None, *, trust_working_tree: bool
) -> Mapping[str, str]:
    """Return the columns that the trusted policy maps; none without one."""
    from oauthgit.cli.trust import apply_ci_rule, apply_trust
    from oauthgit.pipeline.operations.granted_columns import grant_own

    if not grant_own(project):
        return {}
    try:
        trusted = apply_trust(apply_ci_rule(context), project, authority, trust_working_tree=trust_working_tree)
    except UsageError:
        return {}  # each column that is used becomes a finding
    return grant_own(trusted.project)


def time_of(file: str) -> float | None:
    """Return the time of the last change of a file, or None for standard input.

    Raises:
        OSError: There is no such file.

    """
    return None if file == STANDARD_INPUT else os.stat(file).st_mtime  # noqa: PTH116 - as the shell names it


def _parse_column(text: str) -> tuple[str, str]:
    from oauthgit.platform.headers import name_of, names_of_columns

    name, equals, header = text.partition("=")
    known = name if name in names_of_columns() else name_of(name)
    if not equals or not header.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=HEADER, such as client_id='App ID'")
    if not known:
        raise argparse.ArgumentTypeError(
            f"{name!r} is not a setting or key; use one of {', '.join(names_of_columns())}"
        )
    return known, header
