"""The check that a text is inert: no escapes for a terminal, no commands for a CI runner."""

import re

from oauthgit.model.formats.sanitize import escape

# GitHub: "::" after any blanks at the start of a line, "##[" anywhere. Azure Pipelines "##vso[", TeamCity "##teamcity[".
_COMMAND = re.compile(r"^\s*::|##\w*\[")


def assert_inert(output: str) -> None:
    """Fail if a line contains a runner's command or an unprintable character."""
    lines = output.split("\n")
    assert [line for line in lines if _COMMAND.search(line)] == []
    assert [line for line in lines if escape(line) != line] == []
