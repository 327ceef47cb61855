"""Find rules by their file names, and load them.

``og301_dead_override.py`` contains the rule OG301 ``dead-override``. A rule yields messages; the engine adds the lines. A
finding that another stage makes has its file in ``stage/``, with documentation and examples and without a function.
"""

import os
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from oauthgit.model.rule import Rule

_FOLDER: Final = os.path.dirname(__file__)  # noqa: PTH120 - avoids loading pathlib
_STAGE: Final = "stage."


@cache
def modules() -> Mapping[str, str]:
    """Return the module name of every rule by code, in the order of the codes."""
    found = _modules("") | _modules(_STAGE)
    return {code: found[code] for code in sorted(found)}


@cache
def load(code: str) -> Rule:
    """Return one rule.

    Raises:
        KeyError: There is no rule of this code.

    """
    module = import_module(f"{__name__}.{modules()[code]}")
    return next(value for value in vars(module).values() if isinstance(value, Rule))


def name_of(code: str) -> str:
    """Return the name of a rule, such as ``dead-override``, without loading it."""
    return modules()[code].removeprefix(_STAGE)[6:].replace("_", "-")


def with_checks() -> list[Rule]:
    """Return the rules that are functions, in the order of their codes."""
    return [load(code) for code, module in modules().items() if not module.startswith(_STAGE)]


def _modules(package: str) -> dict[str, str]:
    files = os.listdir(f"{_FOLDER}/{package.rstrip('.')}")  # noqa: PTH208 - only names are needed
    return {file[:5].upper(): package + file.removesuffix(".py") for file in files if file.startswith("og")}
