"""Have a person confirm where a secret goes: whole URLs on the terminal, or repeated as options."""

import shlex
from collections.abc import Sequence

from oauthgit.cli.context import Context
from oauthgit.cli.output import say
from oauthgit.cli.terminal import confirm
from oauthgit.model.display import printable
from oauthgit.pipeline import UnusableError


def confirm_endpoints(
    context: Context, server: str, new: Sequence[str], endpoints: Sequence[str], agreed: Sequence[str]
) -> None:
    """Have every endpoint of ``new`` confirmed: those of the ``endpoints`` of a pin that nothing trusted states.

    Raises:
        UnusableError: An endpoint was not confirmed, or another one was given.

    """
    for url in new:
        say(
            context,
            f"{server}: its secret would be sent to {printable(url)}, which nothing trusted states",
            always=True,
        )
    unknown = next((url for url in agreed if url not in endpoints), None)
    if unknown is not None:
        raise UnusableError(
            f"--endpoint {printable(unknown)} is no endpoint of the pin; nothing was written. An endpoint is given whole, as in "
            "the settings"
        )
    missing = [url for url in new if url not in agreed]
    if missing and not confirm(
        "\n".join(f"    {url}" for url in missing), "Can the secret be sent to these endpoints?"
    ):
        typed = " ".join(f"--endpoint {shlex.quote(printable(url))}" for url in missing)
        raise UnusableError(
            "nothing was written, for nobody agreed to the endpoints above. Look whose they are and which settings state them; "
            f"if they are meant to get this secret, add: {typed}"
        )
