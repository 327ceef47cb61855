"""Read a secret from the terminal or a pipe, without showing it."""

import getpass
import sys
import warnings
from typing import Final

from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sops_ciphertext import is_ciphertext
from oauthgit.model.secret import Secret
from oauthgit.pipeline import UsageError

_SHORTEST: Final = 8
_LONGEST: Final = 2048
_PLACEHOLDER: Final = regex(
    r"\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|##.*##|@@.*@@|<[^>]*>|(.)\1*"
    r"|(?i:change[-_ ]?me.*|todo|tbd|fixme|(your|replace|enter|insert)[-_ ].*|placeholder.*|dummy.*|password|secret|"
    r"client[-_ ]?secret|example.*)"
)


def read_secret(question: str, client_id: object) -> Secret:
    """Return a secret from the terminal, where it is not shown, or standard input.

    Raises:
        UsageError: The secret is missing, or cannot be the one of the client ``client_id``.

    """
    value = _read_typed(question) if sys.stdin.isatty() else _read_piped()
    reason = _find_rejection(value, client_id)
    if reason:
        raise UsageError(f"{reason}; nothing was written")
    return Secret(value)


def _read_typed(question: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(f"{question} (it is not shown): ")
        except (getpass.GetPassWarning, EOFError):
            raise UsageError(
                "this terminal would show the secret, so it was not read; give it on standard input"
            ) from None


def _read_piped() -> str:
    given = sys.stdin.buffer.read(4 * _LONGEST)
    try:
        text = given.decode()
    except UnicodeDecodeError:
        raise UsageError("standard input is not UTF-8 text; nothing was written") from None
    return text.removesuffix("\n").removesuffix("\r")


def _find_rejection(value: str, client_id: object) -> str | None:
    """Return the reason why ``value`` is not a secret, without repeating it."""
    reasons = (
        (not value.strip(), "the secret is empty"),
        (
            value != value.strip() or not value.isprintable(),
            "the secret has spaces around it, several lines, or invisible characters; copy it again",
        ),
        (is_ciphertext(value), "the value is already encrypted by sops; give the plaintext secret"),
        (_PLACEHOLDER.fullmatch(value), "this is a placeholder, not a secret"),
        (
            len(value) < _SHORTEST,
            f"the secret has fewer than {_SHORTEST} characters, so it can be guessed; authorization servers issue longer ones",
        ),
        (
            len(value) > _LONGEST,
            f"the value has more than {_LONGEST} characters, so it is not a secret",
        ),
        (value == client_id, "this is the client_id, not the secret"),
    )
    return next((reason for applies, reason in reasons if applies), None)
