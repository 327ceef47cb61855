"""Copy a secret to the clipboard, with a program of the system."""

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

from oauthgit import child_process
from oauthgit.child_process import Command, TooSlowError
from oauthgit.find_program import find_program, search_path
from oauthgit.model.secret import Secret

_SECONDS: Final = 20.0
_PASSED_ON: Final = ("DISPLAY", "HOME", "LANG", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR")


class Clipboard(NamedTuple):
    """Describe a program for the clipboard; ``needs`` is the variable of its display.

    ``encoding`` is that of its standard input.
    """

    name: str
    arguments: tuple[str, ...] = ()
    needs: str = ""
    encoding: str = "utf-8"


CLIPBOARDS: Final = (
    Clipboard("wl-copy", ("--type", "text/plain"), "WAYLAND_DISPLAY"),
    Clipboard("xclip", ("-selection", "clipboard", "-in"), "DISPLAY"),
    Clipboard("xsel", ("--clipboard", "--input"), "DISPLAY"),
    Clipboard("pbcopy"),
    Clipboard("clip.exe", encoding="utf-16-le"),
)


def find_clipboard(root: str, environment: Mapping[str, str]) -> tuple[str, Clipboard] | None:
    """Return the path and the description of a program for the clipboard, or None.

    It is never taken from the repository that contains ``root``.
    """
    path = search_path(environment.get("PATH", ""), root)
    for each in CLIPBOARDS:
        program = find_program(each.name, path, root) if not each.needs or environment.get(each.needs) else None
        if program:
            return program, each
    return None


def copy(secret: Secret, program: str, clipboard: Clipboard, root: str, environment: Mapping[str, str]) -> bool:
    """Send a secret to the standard input of a program; return True if it succeeds.

    The output of the program is discarded. Its temporary files, if it has any, are in the user's private folder.
    """
    variables = {name: environment[name] for name in _PASSED_ON if name in environment}
    variables["PATH"] = search_path(environment.get("PATH", ""), root)
    if folder := environment.get("XDG_RUNTIME_DIR"):
        variables["TMPDIR"] = folder
    text = secret.reveal()
    try:
        content = text.encode("ascii" if text.isascii() else clipboard.encoding)
        command = Command((program, *clipboard.arguments), os.sep, variables)
        return child_process.run(command, given=content, seconds=_SECONDS).code == 0
    except (OSError, UnicodeError, TooSlowError):  # the text of an error could contain the secret
        return False
