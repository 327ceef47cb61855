"""Read a secret from the terminal or a pipe, without showing it, and its end date."""

import getpass
import sys
import warnings
from datetime import UTC, date, datetime
from typing import Final

from oauthgit.model.formats.characters import describe_odd_secret
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.formats.sops_ciphertext import is_ciphertext
from oauthgit.model.secret import Secret
from oauthgit.pipeline import UsageError

_SHORTEST: Final = 8
_LONGEST: Final = 2048
_ATTEMPTS: Final = 3
_DAY: Final = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
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
    reason = find_rejection(value, client_id)
    if reason:
        raise UsageError(f"{reason}; nothing was written")
    return Secret(value)


def has_prompt() -> bool:
    """Return True if a person types the input."""
    return sys.stdin.isatty()


def read_day(question: str, before: object) -> str:
    """Return a day that is typed at the prompt; empty if none is typed.

    The question is repeated twice, because the secret was typed before it.

    Raises:
        UsageError: The text is not a day in the future.

    """
    for attempt in range(_ATTEMPTS):
        print(f"{question} (such as 2027-06-30; empty: {before or 'no date'}): ", end="", file=sys.stderr, flush=True)
        text = sys.stdin.readline().strip()
        try:
            return check_day(text) if text else ""
        except UsageError as error:
            if attempt == _ATTEMPTS - 1:
                raise
            print(f"oauthgit: {error}", file=sys.stderr)
    return ""


def check_day(text: str) -> str:
    """Return a day in the form of a file.

    Raises:
        UsageError: The text is not a day in the future.

    """
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise UsageError(f"{escape(text)} is not a day such as 2027-06-30; nothing was written")
    if day <= datetime.now(UTC).date():
        raise UsageError(f"{day} is not in the future, so the secret would have expired; nothing was written")
    return day.isoformat()


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


def find_rejection(value: str, client_id: object) -> str | None:
    """Return the reason why ``value`` is not a secret, without repeating it."""
    odd = describe_odd_secret(value)
    reasons = (
        (not value.strip(), "the secret is empty"),
        (
            value != value.strip() or not value.isprintable() or odd.startswith("stands in"),
            f"the secret {odd}; copy it again",
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
