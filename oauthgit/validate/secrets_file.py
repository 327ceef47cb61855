"""Remove the problems of a secrets file that follow from others."""

from collections.abc import Iterable
from typing import Any

from oauthgit.model.document import PLAINTEXT
from oauthgit.model.formats.json_pointer import join, leaves
from oauthgit.model.settings import EVERY_SERVER
from oauthgit.validate.explain import Problem

_SOPS = join("sops")
_WHOLE = ("", _SOPS, join("oauth_servers"))
_EVERY_SECRET = join("oauth_servers", EVERY_SERVER, "client_secret")


def unknown_secrets(problems: Iterable[Problem]) -> frozenset[str]:
    """Return the pointers of secrets that a file would state without its problems."""
    missing = {problem.pointer for problem in problems if problem.code == "OG203" or not problem.pointer}
    return frozenset(_EVERY_SECRET if pointer in _WHOLE else pointer for pointer in missing)


def without_consequences(problems: list[Problem], data: Any) -> list[Problem]:
    """Return the problems of a secrets file.

    If SOPS did not encrypt it, this is the only one. The rule OG501 reports it, if there are values in plain text.
    """
    if isinstance(data, dict) and data.get("sops") is not None:
        return problems
    if any(value == PLAINTEXT for _, value in leaves(data)):
        return [problem for problem in problems if problem.code == "OG201"]
    if not isinstance(data, dict):
        return problems
    message = "SOPS did not encrypt this file: it has no sops block, so nothing in it can be opened"
    remedy = "Restore the file from git, or write it anew and encrypt it with sops."
    return [Problem("OG203", _SOPS, message, at_key=True, remedy=remedy)]
