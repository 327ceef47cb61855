"""The rules: one file each, found by their names, not registered.

``og301_dead_override.py`` holds the rule OG301 ``dead-override``. A rule says what is wrong; the engine knows the lines.
"""

import json
import os
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Final

from oauthgit.model.finding import Severity
from oauthgit.model.rule import Rule

CHECKS: Final = ("check_setting", "check_document", "check_workspace", "check_targets", "check_workflow")
"""The fields of a rule that hold its function; one has one of them."""

_FOLDER: Final = os.path.dirname(__file__)  # noqa: PTH120 - pathlib is not loaded for that


@cache
def modules() -> Mapping[str, str]:
    """Return the module name of every rule by code, in the order of the codes."""
    files = sorted(os.listdir(_FOLDER))  # noqa: PTH208 - names are all that is needed
    return {file[:5].upper(): file.removesuffix(".py") for file in files if file.startswith("og")}


@cache
def load(code: str) -> Rule:
    """Return one rule; KeyError if there is none of this code."""
    module = import_module(f"{__name__}.{modules()[code]}")
    return next(value for value in vars(module).values() if isinstance(value, Rule))


def name_of(code: str) -> str:
    """Return the name of a rule, such as ``dead-override``, without loading it."""
    return modules()[code][6:].replace("_", "-")


def with_checks() -> list[Rule]:
    """Return the rules that are functions, in the order of their codes.

    ``late.json`` is made of the rules and says which ones need not be loaded for that: those that describe what a stage
    finds, and those that are asked about few files. Of these it has all but the documentation and the function, which is
    loaded when it is first asked. A rule that is not in it is loaded.
    """
    with open(f"{_FOLDER}/late.json", "rb") as file:  # noqa: PTH123 - as above
        late = json.load(file)
    return [_late(code, **late[code]) if code in late else load(code) for code in modules() if late.get(code) != {}]


def _late(code: str, check: str, severity: str, on: str | list[str], **rest: Any) -> Rule:
    def ask(*what: Any) -> Iterable[Any]:
        said: Iterable[Any] = getattr(load(code), check)(*what)
        return said

    for condition in rest.keys() & {"of", "unless"}:
        module, _, name = rest[condition].partition(":")
        rest[condition] = getattr(import_module(module), name)
    rest |= {check: ask, "on": tuple(on) if isinstance(on, list) else on}
    return Rule(code, name_of(code), Severity[severity], documentation="", **rest)
