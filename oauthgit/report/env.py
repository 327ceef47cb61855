"""Render effective settings, without secrets, as ``NAME=value`` for a POSIX shell.

A name consists of the end of the target's id, the server and the setting: ``INSIGHTS_PROD_EXACT_ONLINE_CLIENT_ID``. If
two targets give the same name, more of their ids is used. A name that still occurs twice is left out.
"""

import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from oauthgit.model.formats.json_pointer import split
from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.report import Report
from oauthgit.model.settings import SecretReference, Settings

PARTS: Final = frozenset({"targets"})
"""The parts of a report that this format can show."""


class Variable(NamedTuple):
    """Hold one setting of one target, and its name in the shell."""

    name: str
    value: Any


def render(report: Report) -> str:
    """Return a line for each setting: ``NAME=value``, or a comment with the reason."""
    targets = report.targets or ()
    variables = _variables(targets)
    given = Counter(variable.name for variable in variables)
    return "".join(f"{_line(variable, unique=given[variable.name] == 1)}\n" for variable in variables)


def to_ascii(text: str) -> str:
    """Return the report without other lines, because a POSIX shell has no escapes."""
    return "".join(line if line.isascii() else f"{_leave_out(line)}\n" for line in text.splitlines(keepends=True))


def _variables(targets: Sequence[Settings]) -> list[Variable]:
    """Return all variables; targets with equal names use more of their ids."""
    lengths = [1] * len(targets)
    while True:
        named = [list(_of_target(target, length)) for target, length in zip(targets, lengths, strict=True)]
        given = Counter(variable.name for variables in named for variable in variables)
        longer = [
            length + 1
            if length <= target.target.count("/") and any(given[variable.name] > 1 for variable in variables)
            else length
            for target, length, variables in zip(targets, lengths, named, strict=True)
        ]
        if longer == lengths:
            return [variable for variables in named for variable in variables]
        lengths = longer


def _of_target(settings: Settings, length: int) -> Iterator[Variable]:
    prefix = settings.target.split("/")[-length:]
    for pointer, setting in settings.settings.items():
        tokens = split(pointer)
        yield Variable(_name(*prefix, *(tokens[1:] if tokens[0] == "oauth_servers" else tokens)), setting.value)


def _name(*parts: str) -> str:
    name = re.sub(r"[^A-Z0-9]+", "_", "_".join(parts).upper())
    return f"_{name}" if name[:1].isdigit() else name


def _line(variable: Variable, *, unique: bool) -> str:
    name, value = variable
    if isinstance(value, SecretReference):
        return _comment(f"{name} {_secret(value)}")
    if not unique:
        return _comment(f"{name} is left out: two settings would share this name")
    text = _text(value)
    if redact_urls(text) != text:
        return _comment(f"{name} is left out: it contains characters that cannot be shown, or credentials")
    # CI runners execute "##[" and "##vso[" anywhere in a line; the shell joins the quoted pieces again.
    return f"{name}={re.sub('#(?=#)', '#' + chr(39) * 2, shlex.quote(text))}"


def _leave_out(line: str) -> str:
    name = line.removeprefix("# ").split("=")[0].split()[0]
    return _comment(f"{name} is left out: the output is not UTF-8, and it contains other characters than ASCII")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return " ".join(str(item) for item in value)
    return "" if value is None or isinstance(value, Mapping) else str(value)


def _secret(secret: SecretReference) -> str:
    if secret.state == "from_env":
        return f"comes from environment variable {secret.name}"
    return f"is {'in plain text' if secret.state == 'plain' else 'encrypted'} in {secret.file}"


def _comment(text: str) -> str:
    return f"# {re.sub('#(?=#)', '# ', escape(text))}"
