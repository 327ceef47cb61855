"""Parsers of commands in CI logs, written after the sources of the runners.

GitHub: ``ActionCommand.TryParseV2`` of actions/runner; Azure Pipelines: ``Command.TryParse`` and
``CommandStringConvertor.Unescape`` of azure-pipelines-agent.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Command(NamedTuple):
    """One command: its name, its properties, and its text."""

    name: str
    properties: dict[str, str]
    text: str


def read_by_github(line: str) -> Command | None:
    """Return the workflow command in a line of a step's output, or None."""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, stated = line[2:end].partition(" ")
    escapes = (("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C"), ("%", "%25"))
    properties = {}
    for part in filter(None, stated.strip().split(",")):
        key, equals, value = part.partition("=")
        if equals and value:
            properties[key] = _replaced(value, escapes)
    return Command(name, properties, _replaced(line[end + 2 :], [escapes[0], escapes[1], escapes[4]]))


def read_by_azure(line: str) -> Command | None:
    """Return the logging command in a line of a task's output, or None."""
    start = line.find("##vso[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, stated = line[start + 6 : end].partition(" ")
    escapes = (("\n", "%0A"), ("\r", "%0D"), ("]", "%5D"), (";", "%3B"), ("%", "%AZP25"))
    properties = {}
    for part in filter(None, stated.split(";")):
        key, equals, value = part.partition("=")
        if equals and value:
            properties[key] = _replaced(value, escapes)
    return Command(name, properties, _replaced(line[end + 1 :], escapes))


def _replaced(text: str, escapes: Iterable[tuple[str, str]]) -> str:
    for token, replacement in escapes:
        text = text.replace(replacement, token)
    return text
