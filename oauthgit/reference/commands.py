"""The page of the command line: every command's own help."""

import argparse
from collections.abc import Callable, Iterable


def page(build: Callable[[], argparse.ArgumentParser], names: Iterable[str]) -> str:
    """Return the help of the program and of each command in Markdown; ``build`` makes the parser."""
    parser = build()
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001 - argparse offers no other way to its commands
    parts = ["# Command line", "", "```", parser.format_help().rstrip(), "```"]
    for name in names:
        parts += ["", f"## oauthgit {name}", "", "```", commands.choices[name].format_help().rstrip(), "```"]
    return "\n".join(parts) + "\n"
