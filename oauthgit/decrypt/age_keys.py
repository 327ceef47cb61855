"""Collect the age keys of the user, and the reasons for unused ones."""

import os
import shlex
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from typing import Final, NamedTuple

from oauthgit.find_program import find_program, search_path
from oauthgit.model.formats.age_key_places import age_key_files

COMMAND: Final = "SOPS_AGE_KEY_CMD"
_SSH_COMMAND: Final = "SOPS_AGE_SSH_PRIVATE_KEY_CMD"
SECONDS: Final = 60.0
"""The time for the command, in which a person may have to confirm it elsewhere."""
_MAXIMUM: Final = 1 << 20
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
        words = shlex.split(command)
        program = find_program(words[0], path, root) if words else None
    except ValueError:
        return f"The command in {COMMAND} is not used: it has an open quotation mark."
    if program is None or not os.path.isabs(program):  # noqa: PTH117 - a text
        return (
            f"The command in {COMMAND} is not used: its program was not found in a folder of PATH outside the repository and "
            "temporary folders."
        )
    try:
        done = subprocess.run(  # noqa: S603 - an absolute path and no shell
            (program, *words[1:]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, "PATH": path},
            cwd=os.sep,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"The command in {COMMAND} is not used: it did not end in {SECONDS:.0f} seconds."
    except (OSError, ValueError):
        return f"The command in {COMMAND} is not used: its program cannot be started."
    if done.returncode:
        return (
            f"The command in {COMMAND} is not used: it failed with exit code {done.returncode}. It runs in the folder {os.sep}, "
            "so its paths must be absolute."
        )
    return done.stdout[:_MAXIMUM]
