"""Have a person confirm where a secret goes and who can read it: on the terminal, or repeated as options."""

import shlex
from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.output import say
from oauthgit.cli.terminal import confirm
from oauthgit.model.formats.sanitize import printable
from oauthgit.pipeline import UnusableError
from oauthgit.pipeline.operations.recipients import Recipients


class _Words(NamedTuple):
    """The words about what is confirmed: those of an unknown one and of a missing one go on with its name."""

    option: str
    unknown: str
    question: str
    missing: str


_ENDPOINTS: Final = _Words(
    "--endpoint",
    "no endpoint of the pin; nothing was written. An endpoint is given whole, as in the settings",
    "Can the secret be sent to these endpoints?",
    "the endpoints above. Look whose they are and which settings state them; if they are meant to get this secret",
)
_KEYS: Final = _Words(
    "--recipient",
    "no key of the rule that applies; nothing was written. A key is given whole, as in .sops.yaml",
    "Can these keys read the secrets?",
    "the keys above. Look whose they are; if they are meant to read these secrets",
)


def confirm_endpoints(
    context: Context, server: str, new: Sequence[str], endpoints: Sequence[str], agreed: Sequence[str]
) -> None:
    """Have every endpoint of ``new`` confirmed: those of the ``endpoints`` of a pin that nothing trusted states.

    Raises:
        UnusableError: An endpoint was not confirmed, or another one was given.

    """
    for url in new:
        words = f"{server}: its secret would be sent to {printable(url)}, which nothing trusted states"
        say(context, words, always=True)
    _confirm(_ENDPOINTS, new, endpoints, agreed)


def confirm_readers(context: Context, recipients: Sequence[Recipients], agreed: Sequence[str]) -> None:
    """Show whose access changes, and have every key confirmed that nothing trusted names.

    Raises:
        UnusableError: A key was not confirmed, or another one was given.

    """
    for line in dict.fromkeys(line for each in recipients for line in _lines(each)):
        say(context, line, always=True)
    needed = dict.fromkeys(key.name for each in recipients for key in each.keys_to_confirm)
    _confirm(_KEYS, needed, {key.name for each in recipients for key in each.rule.readers.keys}, agreed)


def _confirm(words: _Words, needed: Iterable[str], known: Collection[str], agreed: Sequence[str]) -> None:
    unknown = next((each for each in agreed if each not in known), None)
    if unknown is not None:
        raise UnusableError(f"{words.option} {printable(unknown)} is {words.unknown}")
    missing = [each for each in needed if each not in agreed]
    if missing and not confirm("\n".join(f"    {each}" for each in missing), words.question):
        typed = " ".join(f"{words.option} {shlex.quote(printable(each))}" for each in missing)
        raise UnusableError(f"nothing was written, for nobody agreed to {words.missing}, add: {typed}")


def _lines(recipients: Recipients) -> list[str]:
    path = recipients.file.path
    return [
        *(f"{path}: {excess.words}, which nothing trusted allows yet" for excess in recipients.exceeding),
        *(f"{path}: {key.type} {key.name} becomes a reader of this file" for key in recipients.added),
        *(
            f"{path}: {key.type} {key.name} is no reader any more, and keeps what it could read; replace those secrets at their "
            "servers"
            for key in recipients.dropped
        ),
    ]
