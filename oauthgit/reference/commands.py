"""Generate the page of the command line from the help of every command."""

import argparse
from collections.abc import Callable, Iterable, Iterator


def page(build: Callable[[], argparse.ArgumentParser], names: Iterable[str]) -> str:
    """Return the help of the program, its commands and their actions in Markdown."""
    parser = build()
    commands = _commands(parser)
    parts = ["# Command line", *_help(parser)]
    for name in names:
        parts += ["", f"## oauthgit {name}", *_help(commands[name])]
        for action, taken in _commands(commands[name]).items():
            parts += ["", f"### oauthgit {name} {action}", *_help(taken)]
    return "\n".join(parts) + "\n"


def _help(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield from ("", "```", parser.format_help().rstrip(), "```")


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    actions = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001 - argparse offers no other way to its commands
    return {name: command for action in actions for name, command in action.choices.items()}
