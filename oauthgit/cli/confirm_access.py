"""Confirm the endpoints and the readers of a secret, by prompt or options."""

import shlex
from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.output import note
from oauthgit.cli.terminal import confirm
from oauthgit.model.formats.sanitize import escape
from oauthgit.pipeline import UsageError
from oauthgit.pipeline.operations.recipients import Recipients


class _Words(NamedTuple):
    """Hold the texts of a confirmation; names follow ``unknown`` and ``missing``."""

    option: str
    unknown: str
    question: str
    missing: str


_ENDPOINTS: Final = _Words(
    "--endpoint",
    "not an endpoint of the pin; nothing was written. Give the endpoint in full, as in the settings",
    "May the secret be sent to these endpoints?",
    "the endpoints above were not confirmed. Check who runs them and which settings state them. If they may get this secret",
)
_KEYS: Final = _Words(
    "--recipient",
    "not a key of the creation rule for this file; nothing was written. Give the key in full, as in .sops.yaml",
    "May these keys read the secrets?",
    "the keys above were not confirmed. Check who owns them. If they may read these secrets",
)


class Pin(NamedTuple):
    """Hold the endpoints of a secret; no trusted file states those in ``new``."""

    server: str
    new: Sequence[str]
    endpoints: Sequence[str]


def confirm_endpoints(context: Context, pins: Sequence[Pin], agreed: Sequence[str]) -> None:
    """Confirm every new endpoint of ``pins``.

    Raises:
        UsageError: An endpoint was not confirmed, or a given one is not in the pin.

    """
    for server, url in dict.fromkeys((pin.server, url) for pin in pins for url in pin.new):
        words = f"{server}: its secret would be sent to {escape(url)}, which no trusted file states"
        note(context, words, always=True)
    new = dict.fromkeys(url for pin in pins for url in pin.new)
    _confirm(_ENDPOINTS, new, {url for pin in pins for url in pin.endpoints}, agreed)


def confirm_readers(context: Context, recipients: Sequence[Recipients], agreed: Sequence[str]) -> None:
    """Print changes of access, and confirm every key that no trusted file lists.

    Raises:
        UsageError: A key was not confirmed, or a given one is not in the rule.

    """
    for line in dict.fromkeys(line for each in recipients for line in _lines(each)):
        note(context, line, always=True)
    needed = dict.fromkeys(key.name for each in recipients for key in each.keys_to_confirm)
    _confirm(_KEYS, needed, {key.name for each in recipients for key in each.rule.readers.keys}, agreed)


def _confirm(words: _Words, needed: Iterable[str], known: Collection[str], agreed: Sequence[str]) -> None:
    unknown = next((each for each in agreed if each not in known), None)
    if unknown is not None:
        raise UsageError(f"{words.option} {escape(unknown)} is {words.unknown}")
    missing = [each for each in needed if each not in agreed]
    if missing and not confirm("\n".join(f"    {escape(each)}" for each in missing), words.question):
        typed = " ".join(f"{words.option} {shlex.quote(escape(each))}" for each in missing)
        raise UsageError(f"nothing was written: {words.missing}, add: {typed}")


def _lines(recipients: Recipients) -> list[str]:
    path = recipients.file.path
    return [
        *(f"{path}: {excess.words}, which no trusted file permits yet" for excess in recipients.exceeding),
        *(f"{path}: {key.type} {key.name} becomes a reader of this file" for key in recipients.added),
        *(
            f"{path}: {key.type} {key.name} is no longer a reader, but could read the secrets before; replace them at their "
            "servers"
            for key in recipients.dropped
        ),
    ]
