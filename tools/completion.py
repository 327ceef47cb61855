"""Generate the scripts of ``oauthgit completion`` from the parser with shtab.

``pytest --update tests/house/test_completion_scripts.py`` writes them.
"""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any, Final

import shtab

from oauthgit.cli.arguments import build
from oauthgit.cli.commands.completion import SCRIPTS
from oauthgit.cli.output import FORMATS
from oauthgit.model.environment import ENVIRONMENTS

Completer = Mapping[str, Any]
"""Functions by shell, and under ``preamble`` their definitions by shell, as shtab takes them."""


def scripts() -> dict[str, str]:
    """Return the scripts by the names of their files."""
    parser = build()
    for action in _actions(parser):
        _add_completer(action)
    return {file: _adapt(shell, shtab.complete(parser, shell)) for shell, file in SCRIPTS.items()}


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the actions of a parser and its commands that take a value."""
    for action in parser._actions:  # noqa: SLF001 - argparse offers no other way to them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            for command in action.choices.values():
                yield from _actions(command)
        elif action.nargs != 0 and action.help != argparse.SUPPRESS:
            yield action


def _add_completer(action: argparse.Action) -> None:
    metavar = str(action.metavar or action.dest.upper())
    if metavar in COMPLETERS:
        action.complete = COMPLETERS[metavar]  # type: ignore[attr-defined] # shtab reads this attribute
    elif metavar in CHOICES:
        action.choices = CHOICES[metavar]
    elif action.choices is None and metavar not in NOT_COMPLETED:
        raise LookupError(f"tools/completion.py must complete {metavar}, or list it in NOT_COMPLETED")


def _adapt(shell: str, script: str) -> str:
    """Return a script in which the argument for several names is completed again and again in zsh."""
    lines = (line.rstrip() for line in script.splitlines())
    text = "\n".join(lines) + "\n"
    return text.replace('"(*)::', '"*:') if shell == "zsh" else text


def _names(kind: str) -> Completer:
    """Complete names that the program lists; those of a project are of the folder that the line names.

    They hold no character that a shell expands, and none is evaluated.
    """
    call = f"command oauthgit completion --list={kind}"
    return _functions(
        kind,
        bash=f"""\
local name
  while IFS= read -r name; do
    [[ $name == "$1"* ]] && printf '%s\\n' "$name"
  done < <({call} --line="${{COMP_WORDS[*]:0:COMP_CWORD+1}}" 2>/dev/null)""",
        zsh=f"""\
local -a names
  names=(${{(f)"$({call} --line="$LBUFFER" 2>/dev/null)"}})
  compadd "$@" -a -- names""",
        fish=f"{call} --line=(commandline -cp | string collect) 2>/dev/null",
        powershell=f"""\
$line = "$commandAst"
  if (-not $WordToComplete) {{ $line += ' ' }}
  oauthgit completion --list={kind} "--line=$line" 2>$null | Where-Object {{ $_.StartsWith($WordToComplete) }}""",
    )


def _functions(name: str, *, bash: str, zsh: str, fish: str, powershell: str) -> Completer:
    """Complete by a function with these bodies."""
    function = f"_oauthgit_{name}"
    return {
        **dict.fromkeys(("bash", "zsh", "powershell"), function),
        "fish": f"({function})",
        "preamble": {
            "bash": f"{function}() {{\n  {bash}\n}}",
            "zsh": f"{function}() {{\n  {zsh}\n}}",
            "fish": f"function {function}\n  {fish}\nend",
            "powershell": f"function {function} {{\n  param([string]$WordToComplete)\n  {powershell}\n}}",
        },
    }


COMPLETERS: Final[Mapping[str, Completer]] = {
    **dict.fromkeys(("FILE", "PART", "PATH"), shtab.FILE),
    **dict.fromkeys(("CODE", "CODES"), _names("codes")),
    **dict.fromkeys(("NAME", "SERVER", "SERVER[.FIELD]"), _names("servers")),
    "DIR": shtab.DIRECTORY,
    "ID": _names("providers"),
    "TARGET": _names("targets"),
}
"""Completers by metavar."""

CHOICES: Final = {"FORMAT": FORMATS, "ENV": ENVIRONMENTS}
"""Values by metavar, where the parser leaves the check to the command."""

NOT_COMPLETED: Final = {
    *(
        "AGE",
        "BASE[..HEAD]",
        "DATE",
        "DAYS",
        "FORMAT=PATH",
        "I/N",
        "KEY",
        "NAME=ENV",
        "NAME=HEADER",
        "PORT",
        "REF",
        "SECONDS",
        "SHEET",
    ),
    "URL",
}
"""Values of one's own, and those for which another program would have to be started."""
