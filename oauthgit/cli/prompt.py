"""A secret from a person or a pipe: it is never an argument, never shown, and not taken if it cannot be one."""

import getpass
import sys
import warnings
from typing import Final

from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sops_ciphertext import is_ciphertext
from oauthgit.model.secret import Secret
from oauthgit.pipeline import UnusableError

_SHORTEST: Final = 8
_LONGEST: Final = 2048
_PLACEHOLDER: Final = regex(
    r"\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|##.*##|@@.*@@|<[^>]*>|(.)\1*"
    r"|(?i:change[-_ ]?me.*|todo|tbd|fixme|(your|replace|enter|insert)[-_ ].*|placeholder.*|dummy.*|password|secret|"
    r"client[-_ ]?secret|example.*)"
)


def secret_from_person(question: str, client_id: object) -> Secret:
    """Return the secret that is typed at the terminal without being shown, or that stands on standard input.

    Raises:
        UnusableError: There is none, or it cannot be the secret of the client ``client_id``.

    """
    value = _typed(question) if sys.stdin.isatty() else _piped()
    reason = _refusal(value, client_id)
    if reason:
        raise UnusableError(f"{reason}; nothing was written")
    return Secret(value)


def _typed(question: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(f"{question} (it is not shown): ")
        except (getpass.GetPassWarning, EOFError):
            raise UnusableError(
                "the secret cannot be asked for without showing it here; give it on standard input"
            ) from None


def _piped() -> str:
    given = sys.stdin.buffer.read(4 * _LONGEST)
    try:
        text = given.decode()
    except UnicodeDecodeError:
        raise UnusableError("what came on standard input is not text in UTF-8; nothing was written") from None
    return text.removesuffix("\n").removesuffix("\r")


def _refusal(value: str, client_id: object) -> str | None:
    """Return why ``value`` is no secret, in words that hold nothing of it."""
    reasons = (
        (not value.strip(), "the secret is empty"),
        (
            value != value.strip() or not value.isprintable(),
            "the secret has blanks around it, several lines, or characters that cannot be seen, so it was copied badly",
        ),
        (is_ciphertext(value), "this is a value that sops encrypted already; the secret itself is needed"),
        (_PLACEHOLDER.fullmatch(value), "this is a placeholder, not a secret"),
        (
            len(value) < _SHORTEST,
            f"a secret of fewer than {_SHORTEST} characters can be guessed, and no authorization server issues one",
        ),
        (
            len(value) > _LONGEST,
            f"there are more than {_LONGEST} characters, so something else than a secret was copied",
        ),
        (value == client_id, "this is the client_id, not the secret"),
    )
    return next((reason for applies, reason in reasons if applies), None)
