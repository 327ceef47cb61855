"""Parse the command line: names of commands, and options of several commands."""

import argparse
from collections.abc import Collection
from importlib import import_module
from keyword import iskeyword
from types import ModuleType
from typing import Any, Final, NoReturn

from oauthgit import __version__
from oauthgit.cli.context import Call, Common
from oauthgit.model.environment import ENVIRONMENTS
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import defuse, escape
from oauthgit.model.formats.suggest import ask_if_meant, suggest

COMMANDS: Final = {
    "init": "Set up a folder: example settings, policy, hook, CI and editor. Existing files are kept.",
    "validate": "Check syntax, schema, layers and rules, without keys and network.",
    "effective": "Show the effective settings of targets, with the origin of every value.",
    "explain": "Show every layer's value of a setting, the one in effect, and values without effect.",
    "diff": "Show changes of effective settings between commits, or in the working tree.",
    "drift": "Compare the platform with git, by tables that were exported from it.",
    "import": "Import tables that were exported from the platform, as the smallest layers that have their settings.",
    "smoke": "Test credentials and endpoints with requests to the token endpoints.",
    "login": "Test a user login and its refresh token once, with a person and a browser.",
    "report": "Make one HTML page of a project, and join the JSON reports of other jobs.",
    "secrets": "Show the state and the expiry of secrets, pin them, and encrypt new ones.",
    "sandbox": "Run a local authorization server with every effective client.",
    "lsp": "Serve an editor by the Language Server Protocol: what a line does to production, while it is typed.",
    "rules": "List the rules, or print the documentation of one.",
    "providers": "List the providers of the catalogue, or print the entry of one.",
    "schema": "List the JSON Schemas, or print one.",
    "completion": "Print a script that completes commands, options and names in a shell.",
}


_ENDINGS: Final = ("html", "json", "sarif", "yaml", "env")
"""Endings of files that are formats."""
_WRONG: Final = regex(r"argument COMMAND: invalid choice: '([a-z_-]{2,20})'")
_SHARDS: Final = 1000
_DIGITS: Final = len(str(_SHARDS))


class _Parser(argparse.ArgumentParser):
    """Parse arguments; print errors in a form that no terminal or CI runner executes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False, allow_abbrev=False)
        self.add_argument("-h", "--help", action="help", help="Print this help and exit.")

    def error(self, message: str) -> NoReturn:
        """Report unusable arguments, and end the process with code 2."""
        wrong = _WRONG.match(message)
        meant = ask_if_meant(suggest(wrong[1], COMMANDS)) if wrong else ""
        super().error(defuse(escape(f"{message}{meant}")))


def parse_arguments(argv: list[str]) -> Call:
    """Return the call of a command; only the module of this command is loaded.

    Unusable arguments end the process with code 2.
    """
    given = vars(build(argv).parse_args(argv))
    module = command_module(given["command"])
    return Call(given["command"], module.run, _pick(module.Options, given), _pick(Common, given))


def _pick(kind: Any, given: dict[str, Any]) -> Any:
    """Return an instance of ``kind`` with the given options."""
    return kind(**{name: given[name] for name in kind._fields if name in given})


def build(names: Collection[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser, with the options of the commands in ``names``."""
    parser = _Parser(
        prog="oauthgit",
        description="Validate, merge, explain and test OAuth settings that are kept as YAML in git.",
        epilog="Exit codes: 0 success, 1 findings, 2 wrong usage or policy, 3 nothing was checked, 4 differences, "
        "5 credentials rejected, 6 server not reached or credentials not proven, 7 secrets not available, 70 bug in oauthgit.",
    )
    parser.add_argument(
        "--version", action="version", version=f"oauthgit {__version__}", help="Print the version and exit."
    )
    add_common(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, prog="oauthgit")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name in names:
            command_module(name).configure(command)
            add_common(command)
    return parser


def command_module(name: str) -> ModuleType:
    """Return the module of a command.

    Its ``configure(parser)`` adds the options, its ``Options`` holds them, and ``run(options, context)`` returns the exit
    code.
    """
    return import_module(f"oauthgit.cli.commands.{name}{'_' if iskeyword(name) else ''}")


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add the options of every command."""
    group = parser.add_argument_group("common options", argument_default=argparse.SUPPRESS)
    group.add_argument("-C", dest="directory", metavar="DIR", help="Run as if started in DIR.")
    group.add_argument(
        "--format",
        metavar="FORMAT",
        help="Print this format: text (default) or json; findings and verdicts also as junit, markdown, sarif, github, gitlab "
        "or azure; differences as markdown or checklist; drift as any of these but junit; states of secrets as markdown; "
        "effective settings as yaml or env; html is one page of the project. "
        "Without this option, GitHub Actions, GitLab CI and Azure Pipelines also get annotations, a summary or a code quality "
        "report.",
    )
    group.add_argument(
        "--output",
        metavar="FORMAT=PATH",
        action="append",
        type=_parse_output,
        help="Write a report to a file as well. May be repeated.",
    )
    group.add_argument(
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        help="Exit 1 on findings of this severity or a higher one (default: error).",
    )
    group.add_argument(
        "--select",
        metavar="CODES",
        type=_parse_select,
        help="Report only these codes or prefixes of codes, such as OG3,OG401.",
    )
    group.add_argument(
        "--ignore", metavar="CODES", type=_parse_codes, help="Leave out these codes or prefixes of codes."
    )
    group.add_argument(
        "-q", "--quiet", action="store_true", help="Print only findings and results, and nothing if there are none."
    )
    group.add_argument("-v", "--verbose", action="store_true", help="Print more details to standard error.")
    group.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        help="Colour the text (default: auto, which respects NO_COLOR and FORCE_COLOR).",
    )


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Add the argument for targets; the default is all of them."""
    parser.add_argument(
        "targets",
        metavar="TARGET",
        nargs="*",
        help="Select targets by ids or unique endings of ids (default: all runtime configurations and IAM applications).",
    )


def add_repeatable(parser: argparse.ArgumentParser, option: str, metavar: str, what: str, **more: Any) -> None:
    """Add an option that may be repeated; ``what`` is its help text."""
    parser.add_argument(option, metavar=metavar, action="append", default=[], help=f"{what} May be repeated.", **more)


def add_environments(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option that selects targets by environment; ``what`` is its help text."""
    add_repeatable(parser, "--environment", "ENV", what, type=_parse_environment)


def _parse_environment(text: str) -> str:
    if text not in ENVIRONMENTS:
        names = ENVIRONMENTS[::-1]
        raise argparse.ArgumentTypeError(
            f"{text!r} is not one of {', '.join(names)}{ask_if_meant(suggest(text, names))}"
        )
    return text


def add_shard(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option for one share of the work; ``what`` is its help text."""
    parser.add_argument(
        "--shard",
        metavar="I/N",
        type=parse_shard,
        help=f"{what} Use it in a CI matrix. In GitLab CI, parallel jobs select their parts without it; 1/1 selects all.",
    )


def parse_shard(text: str) -> tuple[int, int]:
    """Return the two numbers of ``I/N``: ``2/5`` is the second of five shares."""
    index, _, count = text.partition("/")
    numbers = [
        int(part) if part.isascii() and part.isdecimal() and len(part) <= _DIGITS else 0 for part in (index, count)
    ]
    if not 1 <= numbers[0] <= numbers[1] <= _SHARDS:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form I/N with 1 <= I <= N <= {_SHARDS}, such as 2/5")
    return numbers[0], numbers[1]


def _parse_codes(text: str) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for code in text.split(",") if code.strip())
    for code in codes:
        if not (code.startswith("OG") and (code[2:].isdecimal() or code == "OG") and len(code) <= len("OG301")):
            raise argparse.ArgumentTypeError(f"{text!r} is not a list of codes such as OG3,OG401")
    return codes


def _parse_select(text: str) -> tuple[str, ...]:
    """Parse the codes of --select.

    A code without a rule is an error: the run would check nothing and succeed.
    """
    from oauthgit import rules

    codes = _parse_codes(text)
    for code in codes:
        if not any(known.startswith(code) for known in rules.modules()):
            raise argparse.ArgumentTypeError(f"no rule has the code {code}; oauthgit rules lists them")
    return codes


def _parse_output(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if not equals or not path:
        ending = text.rpartition(".")[2]
        meant = f"; did you mean {ending}={text}?" if ending in _ENDINGS else ""
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form FORMAT=PATH{meant}")
    return name, path
