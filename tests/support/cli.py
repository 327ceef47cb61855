"""Running the program in this process, like a user on the command line."""

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from oauthgit.cli import main

FORMATS = ("text", "json", "junit", "markdown", "sarif", "github", "gitlab", "azure")
"""Formats of a report with findings."""


class Result(NamedTuple):
    code: int
    out: str
    err: str


class Program:
    """Run the program with arguments; return the exit code and the output."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Result:
        self._capsys.readouterr()
        here = Path.cwd()
        try:
            code = main(list(arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            os.chdir(here)
        printed = self._capsys.readouterr()
        return Result(code, printed.out, printed.err)
