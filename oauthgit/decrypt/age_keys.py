"""Collect the age keys of the user, and the reasons for unused ones."""

import os
from collections.abc import Mapping
from contextlib import suppress
from shlex import shlex
from typing import Final, NamedTuple

from oauthgit import child_process
from oauthgit.child_process import Command, TooMuchError, TooSlowError
from oauthgit.find_program import find_program, search_path
from oauthgit.model.formats.age_key_places import age_key_files

COMMAND: Final = "SOPS_AGE_KEY_CMD"
_SSH_COMMAND: Final = "SOPS_AGE_SSH_PRIVATE_KEY_CMD"
SECONDS: Final = 60.0
"""The time for the command, in which a person may have to confirm it elsewhere."""
_MAXIMUM: Final = 1 << 20
_WHY: Final[Mapping[type[Exception], str]] = {
    TooSlowError: f"it did not end in {SECONDS:.0f} seconds",
    TooMuchError: "it printed more than 1 MiB",
}
_ESCAPE: Final = "" if os.name == "nt" else "\\"
"""The character before one that has no meaning in a command; on Windows it separates folders."""
_LOCKED: Final = (b"age-encryption.org/v1", b"-----BEGIN AGE ENCRYPTED FILE-----")


class AgeKeys(NamedTuple):
    """Hold the text of all keys, and a sentence for each source that is not used."""

    text: bytes
    unused: tuple[str, ...]


def read_age_keys(root: str, environment: Mapping[str, str]) -> AgeKeys:
    """Return the keys of the variable, of the command and of the files for keys.

    ``root`` is the scanned tree, from which no program is started.
    """
    unused = []
    texts = [os.fsencode(environment.get("SOPS_AGE_KEY", ""))]
    if command := environment.get(COMMAND):
        printed = _run(command, root, environment)
        if isinstance(printed, bytes):
            texts.append(printed)
        else:
            unused.append(printed)
    for file in age_key_files(environment):
        with suppress(OSError), file.open("rb") as stream:
            texts.append(stream.read(_MAXIMUM))
    if any(text.lstrip().startswith(_LOCKED) for text in texts):
        unused.append("A file of keys is encrypted with a passphrase, which cannot be entered here.")
    if environment.get(_SSH_COMMAND):
        unused.append(f"{_SSH_COMMAND} is not used: put the key into a file, and set SOPS_AGE_SSH_PRIVATE_KEY_FILE.")
    usable = (text for text in texts if text.strip() and not text.lstrip().startswith(_LOCKED))
    return AgeKeys(b"\n".join(usable), tuple(unused))


def _run(command: str, root: str, environment: Mapping[str, str]) -> bytes | str:
    """Return the output of the person's command, or a sentence without its words.

    Its words may be secret. It gets the whole environment, because it belongs to the same person, but runs outside the
    repository: files of a change must not decide what it does.
    """
    path = search_path(environment.get("PATH", ""), root)
    try:
        words = _split(command)
        program = find_program(words[0], path, root) if words else None
    except ValueError:
        return _refuse("it has an open quotation mark")
    if program is None or not os.path.isabs(program):  # noqa: PTH117 - a text
        return _refuse("its program was not found in a folder of PATH outside the repository and temporary folders")
    ours = Command((program, *words[1:]), os.sep, {**environment, "PATH": path})
    try:
        answer = child_process.run(ours, seconds=SECONDS, most=(_MAXIMUM,))
    except (OSError, TooSlowError, TooMuchError) as error:
        return _refuse(_WHY.get(type(error), "its program cannot be started"))
    if answer.code:
        return _refuse(
            f"it failed with exit code {answer.code}. It runs in the folder {os.sep}, so its paths must be absolute"
        )
    return answer.stdout


def _refuse(why: str) -> str:
    return f"The command in {COMMAND} is not used: {why}."


def _split(command: str) -> list[str]:
    """Return the words of a command; raise ValueError for an open quotation mark."""
    lexer = shlex(command, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    lexer.escape = _ESCAPE
    return list(lexer)
