"""Parse the command line: the commands by name, and the options that several have."""

import argparse
from collections.abc import Collection
from importlib import import_module
from types import ModuleType
from typing import Any, Final, NoReturn

from oauthgit import __version__
from oauthgit.cli.context import Call, Common
from oauthgit.model.formats.sanitize import printable, unheard

COMMANDS: Final = {
    "init": "prepare a folder: example settings, policy, hook, CI and editor; changes no file that exists",
    "validate": "check syntax, schema, layers and rules; needs neither keys nor network",
    "effective": "show the effective settings of targets, with the origin of every value",
    "explain": "show how a setting came about: every layer, the winner, the no-ops",
    "diff": "show what a change does to what targets run with, between commits or against the working tree",
    "smoke": "prove credentials and endpoints by asking the token endpoints",
    "report": "join the JSON reports of a CI matrix into one, in any format",
    "secrets": "show the state and the end of secrets, pin them, and encrypt new ones",
    "sandbox": "run a local authorization server that knows every effective client",
    "rules": "list the rules, or print the documentation of one",
    "providers": "list the providers of the catalogue, or print what is known of one",
    "schema": "list the JSON Schemas, or print one",
}


_SHARDS: Final = 1000
_DIGITS: Final = len(str(_SHARDS))


class _Parser(argparse.ArgumentParser):
    """A parser whose errors repeat arguments in a form that acts on no terminal and on no CI runner."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments, and end the process with code 2."""
        super().error(unheard(printable(message)))


def parse_arguments(argv: list[str]) -> Call:
    """Return the call of a command.

    Only modules of commands that are named are loaded. Unusable arguments end the process with code 2.
    """
    given = vars(build(argv).parse_args(argv))
    module = command_module(given["command"])
    return Call(given["command"], module.run, _pick(module.Options, given), _pick(Common, given))


def _pick(kind: Any, given: dict[str, Any]) -> Any:
    """Make a ``kind`` of options out of those that were given."""
    return kind(**{name: given[name] for name in kind._fields if name in given})


def build(names: Collection[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser, with the options of the commands that are among ``names``."""
    parser = _Parser(
        prog="oauthgit",
        description="OAuth settings as YAML in git: validated, merged, explained, and proven against the token endpoint.",
        epilog="exit codes: 0 fine, 1 findings, 2 usage or policy, 3 nothing was checked, 4 differences, 5 credentials rejected, "
        "6 not reached or not proven, 7 secrets not available, 70 a bug in oauthgit",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=f"oauthgit {__version__}", help="print the version and exit"
    )
    add_common(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, prog="oauthgit")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name, help=summary, description=summary[0].upper() + summary[1:] + ".", allow_abbrev=False
        )
        if name in names:
            command_module(name).configure(command)
            add_common(command)
    return parser


def command_module(name: str) -> ModuleType:
    """Return the module of a command.

    ``configure(parser)`` adds its options, which become ``Options``; ``run(options, context)`` returns the exit code.
    """
    return import_module(f"oauthgit.cli.commands.{name}")


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add the options that every command has."""
    group = parser.add_argument_group("common options", argument_default=argparse.SUPPRESS)
    group.add_argument("-C", dest="directory", metavar="DIR", help="run as if started in DIR")
    group.add_argument(
        "--format",
        metavar="FORMAT",
        help="what to print: text (default), json; of findings and verdicts also junit, markdown, sarif, github, gitlab "
        "and azure; of differences markdown and checklist; of effective yaml and env. In GitHub Actions, GitLab CI and "
        "Azure Pipelines the text comes with annotations, a summary or a code quality report, unless this is given",
    )
    group.add_argument(
        "--output",
        metavar="FORMAT=PATH",
        action="append",
        type=_parse_output,
        help="write a report to a file as well; may be given several times",
    )
    group.add_argument(
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        help="the lowest severity of findings that gives exit code 1 (default: error)",
    )
    group.add_argument(
        "--select",
        metavar="CODES",
        type=_parse_selected,
        help="report only these codes or beginnings of codes, as OG3,OG401",
    )
    group.add_argument(
        "--ignore", metavar="CODES", type=_parse_codes, help="leave these codes or beginnings of codes out"
    )
    group.add_argument("-q", "--quiet", action="store_true", help="print nothing but findings")
    group.add_argument("-v", "--verbose", action="store_true", help="say more about what is done, on standard error")
    group.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        help="colour the text (default: auto; NO_COLOR and FORCE_COLOR are honoured)",
    )


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names targets, all of them by default."""
    parser.add_argument(
        "targets",
        metavar="TARGET",
        nargs="*",
        help="ids or unique endings of ids (default: all runtime configurations and IAM applications)",
    )


def add_shard(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option that takes one share of the work; ``what`` says of what."""
    parser.add_argument(
        "--shard",
        metavar="I/N",
        type=parse_shard,
        help=f"{what}, for a CI matrix; in GitLab CI the jobs of one parallel take theirs by themselves, 1/1 is everything",
    )


def parse_shard(text: str) -> tuple[int, int]:
    """Return the share and the number of shares that ``I/N`` names: ``2/5`` is the second of five."""
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


def _parse_selected(text: str) -> tuple[str, ...]:
    """Read the codes of --select; one that no rule has would make a run green that looks for nothing."""
    from oauthgit import rules

    codes = _parse_codes(text)
    for code in codes:
        if not any(known.startswith(code) for known in rules.modules()):
            raise argparse.ArgumentTypeError(f"no rule has the code {code}; oauthgit rules lists them")
    return codes


def _parse_output(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if not equals or not path:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form FORMAT=PATH")
    return name, path
