"""Open an address in the browser of the person."""

import os
import sys
from collections.abc import Mapping
from threading import Thread
from typing import Final

from oauthgit.child_process import NOWHERE, Command, start, wait
from oauthgit.find_program import find_program, search_path
from oauthgit.model.formats.lazy_regex import regex

_SAFE: Final = regex(r"https?://[A-Za-z0-9._~:/?@!*+,=%&\[\]-]+")
"""Addresses without characters that a shell script in between could execute."""
_WITHHELD: Final = ("SOPS_", "TERM")
"""Beginnings of the variables that no browser gets: keys, and TERM, for which a browser in the terminal would start."""
_OPEN: Final = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
_SECONDS: Final = 3.0


def open_browser(url: str, root: str, environment: Mapping[str, str], secret_variables: frozenset[str]) -> bool:
    """Return True if a browser was started with ``url`` as its only argument.

    Programs of the repository that contains ``root``, and of temporary folders, are not started, even if PATH or BROWSER
    names them. The browser gets neither ``secret_variables`` nor the keys of sops. A process of its own starts it, because
    webbrowser reads the variables of its process, tries other browsers later, and shares its output with them.
    """
    if not _SAFE.fullmatch(url):
        return False
    path = search_path(environment.get("PATH", ""), root)
    named = [each for each in environment.get("BROWSER", "").split(os.pathsep) if _is_outside(each, path, root)]
    variables = {
        name: value
        for name, value in environment.items()
        if not name.startswith(_WITHHELD) and name not in secret_variables and name != "BROWSER"
    }
    variables |= {"PATH": path} | ({"BROWSER": os.pathsep.join(named)} if named else {})
    try:
        process = start(Command((sys.executable, "-I", "-c", _OPEN, url), os.sep, variables), stdout=NOWHERE)
    except OSError:
        return False
    if process.stdin:
        process.stdin.close()
    code = wait(process, _SECONDS)
    if code is None:  # some browsers end only when closed
        Thread(target=process.wait, name="oauthgit-browser", daemon=True).start()
    return code in {0, None}


def _is_outside(command: str, path: str, root: str) -> bool:
    """Return True if the program of ``command`` is one that may be started."""
    words = command.split()
    return bool(words) and find_program(words[0], path, root) is not None
