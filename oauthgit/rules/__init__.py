"""The rules: one file each, found by their names, not registered.

``og301_dead_override.py`` holds the rule OG301 ``dead-override``. A rule says what is wrong; the engine knows the lines.
"""

import os
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from oauthgit.model.rule import Rule

_OF_STAGES = ("OG0", "OG1", "OG2", "OG9")


@cache
def modules() -> Mapping[str, str]:
    """Return the module name of every rule by code, in the order of the codes."""
    files = sorted(os.listdir(os.path.dirname(__file__)))  # noqa: PTH120, PTH208 - names are all that is needed
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
    """Return the rules that are functions; those that describe what a stage finds are not loaded."""
    rules = [load(code) for code in modules() if not code.startswith(_OF_STAGES)]
    checks = ("check_setting", "check_document", "check_workspace", "check_targets", "check_workflow")
    return [rule for rule in rules if any(getattr(rule, check) for check in checks)]
