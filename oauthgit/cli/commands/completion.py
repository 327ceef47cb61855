"""Print a script that completes commands in a shell: ``oauthgit completion``.

tools/completion.py generates the scripts. For codes and names they run this command with ``--list``, which prints them or
nothing.
"""

import argparse
import os
import shlex
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import print_output
from oauthgit.model.errors import UsageError

SCRIPTS: Final = {"bash": "oauthgit.bash", "zsh": "oauthgit.zsh", "fish": "oauthgit.fish", "powershell": "oauthgit.ps1"}
_SEPARATORS: Final = ";&|"
FOLDER: Final = Path(__file__).parent.parent / "completions"
_EPILOG: Final = """\
Enable it for all new shells; create the folder of the file first:
  bash        oauthgit completion bash > ~/.local/share/bash-completion/completions/oauthgit
              (needs the package bash-completion; without it: eval "$(oauthgit completion bash)" in ~/.bashrc)
  zsh         oauthgit completion zsh > ~/.zfunc/_oauthgit
              (with fpath=(~/.zfunc $fpath) before compinit in ~/.zshrc)
  fish        oauthgit completion fish > ~/.config/fish/completions/oauthgit.fish
  powershell  oauthgit completion powershell | Out-String | Invoke-Expression
              (in the file $PROFILE; this script is generated like the others, but has not been tried)

Names of targets and servers come from the current folder, or from that of -C. Names with spaces are not completed."""


class Options(NamedTuple):
    """Hold the shell, or the names to list and the line that is completed."""

    shell: str | None
    names: str | None = None
    line: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "shell",
        metavar="SHELL",
        nargs="?",
        choices=tuple(SCRIPTS),
        help="Print the script for bash, zsh, fish or powershell.",
    )
    what.add_argument("--list", dest="names", choices=tuple(_LISTS), help=argparse.SUPPRESS)
    parser.add_argument("--line", default="", help=argparse.SUPPRESS)


def run(options: Options, context: Context) -> Exit:
    """Print the script for a shell, or names of the project."""
    if options.names is None:
        if options.shell is None:
            raise UsageError("name a shell: bash, zsh, fish or powershell")
        print_output(context, (FOLDER / SCRIPTS[options.shell]).read_text(encoding="utf-8"))
        return Exit.FINE
    try:
        names = tuple(_LISTS[options.names](*read_line(options.line)))
    except Exception:  # noqa: BLE001 - a shell completes nothing then; a message would be in the way
        return Exit.FINE
    print_output(context, "".join(f"{name}\n" for name in names))
    return Exit.FINE


def read_line(line: str) -> tuple[str, str]:
    """Return the folder of the last command of a line, and the word at the end.

    Quotation marks and ``~`` mean what they mean in a shell; nothing else is expanded.

    >>> read_line("cd; oauthgit -C 'two words' effective ins")
    ('two words', 'ins')
    """
    words = _split(line)
    word = words.pop() if words and not line[-1:].isspace() else ""
    folders = [after for option, after in pairwise(words) if option == "-C"]
    return os.path.expanduser((folders or [os.curdir])[-1]), word  # noqa: PTH111 - nothing is opened here


def _split(line: str) -> list[str]:
    """Return the words of the last command of a line; the last may be incomplete."""
    for end in ("", "'", '"'):
        lexer = shlex.shlex(line + end, posix=True, punctuation_chars=_SEPARATORS)
        lexer.whitespace_split, lexer.commenters = True, ""
        try:
            words = list(lexer)
        except ValueError:  # a quotation mark is open
            continue
        start = max((place + 1 for place, word in enumerate(words) if not word.strip(_SEPARATORS)), default=0)
        return words[start:]
    return []


def _list_targets(folder: str, word: str) -> Iterable[str]:
    from oauthgit.pipeline.operations.completion import list_targets

    return list_targets(folder, word)


def _list_servers(folder: str, _word: str) -> Iterable[str]:
    from oauthgit.pipeline.operations.completion import list_servers

    return list_servers(folder)


def _list_codes(_folder: str, _word: str) -> Iterable[str]:
    from oauthgit import rules

    return rules.modules()


def _list_providers(_folder: str, _word: str) -> Iterable[str]:
    from oauthgit.discover.catalogue import provider_names

    return provider_names()


_LISTS: Final = {
    "targets": _list_targets,
    "servers": _list_servers,
    "codes": _list_codes,
    "providers": _list_providers,
}
