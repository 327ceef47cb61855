"""Find tables with plain secrets that git could commit (OG813)."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from oauthgit.discover import find_repository
from oauthgit.discover.git import GitError, Repository
from oauthgit.model.finding import Finding
from oauthgit.model.platform_row import Row, Table
from oauthgit.model.secret import Secret

STANDARD_INPUT: Final = "-"
_CHECK: Final = ("--no-literal-pathspecs", "check-ignore", "--quiet")
"""The command does not accept the mode for literal paths; a path that begins with a slash is taken literally anyway."""


def find_exposed(tables: Iterable[Table], search: str) -> list[Finding]:
    """Return a finding for each table with a plain secret that git does not ignore.

    ``search`` is the PATH for git. If git cannot answer, the table counts as exposed.
    """
    first = {table.file: row for table in tables for row in reversed(table.rows) if _has_secret(row)}
    return [
        _exposed(row, why)
        for file, row in first.items()
        if file != STANDARD_INPUT and (why := _why_exposed(Path(os.path.realpath(file)), search))
    ]


def _has_secret(row: Row) -> bool:
    return "client_secret" in row.cells and isinstance(row.cells["client_secret"].value, Secret)


def _why_exposed(path: Path, search: str) -> str:
    if find_repository(str(path.parent)) is None:
        return ""
    try:
        answer = Repository(path.parent, search).run((*_CHECK, "--", str(path)))
    except GitError as error:
        return f"git cannot tell whether it is ignored ({error})"
    if answer.returncode == 0:
        return ""
    return "git does not ignore it" if answer.returncode == 1 else "git cannot tell whether it is ignored"


def _exposed(row: Row, why: str) -> Finding:
    return Finding(
        "OG813",
        f"the table has secrets in plain text, from this cell on, and {why}",
        row.locate("client_secret"),
        remedy="Move the file out of the repository, or add it to .gitignore; then import it and delete it.",
    )


def secret_tables(tables: Sequence[Table]) -> list[str]:
    """Return the names of the tables with plain secrets."""
    return [table.file for table in tables if any(map(_has_secret, table.rows))]
