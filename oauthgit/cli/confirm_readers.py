"""Have a person confirm who can read: whole keys on the terminal, or repeated as options."""

import shlex
from collections.abc import Sequence

from oauthgit.cli.context import Context
from oauthgit.cli.output import say
from oauthgit.cli.terminal import confirm
from oauthgit.model.display import printable
from oauthgit.pipeline import UnusableError
from oauthgit.pipeline.operations.recipients import Recipients


def confirm_readers(context: Context, recipients: Sequence[Recipients], agreed: Sequence[str]) -> None:
    """Show whose access changes, and have every key confirmed that nothing trusted names.

    Raises:
        UnusableError: A key was not confirmed, or another one was given.

    """
    for line in dict.fromkeys(line for each in recipients for line in _lines(each)):
        say(context, line, always=True)
    needed = dict.fromkeys(key.name for each in recipients for key in each.keys_to_confirm)
    named = {key.name for each in recipients for key in each.rule.readers.keys}
    unknown = next((name for name in agreed if name not in named), None)
    if unknown is not None:
        raise UnusableError(
            f"--recipient {printable(unknown)} is no key of the rule that applies; nothing was written. A key is given whole, as "
            "in .sops.yaml"
        )
    missing = [name for name in needed if name not in agreed]
    if missing and not confirm("\n".join(f"    {name}" for name in missing), "Can these keys read the secrets?"):
        typed = " ".join(f"--recipient {shlex.quote(name)}" for name in missing)
        raise UnusableError(
            "nothing was written, for nobody agreed to the keys above. Look whose they are; if they are meant to read these "
            f"secrets, add: {typed}"
        )


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
