"""Show a secret to a person: on the terminal, or in the clipboard."""

import sys

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import note
from oauthgit.cli.terminal import confirm, show
from oauthgit.cli.trust import apply_ci_rule
from oauthgit.decrypt.clipboard import CLIPBOARDS, copy, find_clipboard
from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.secret import Secret
from oauthgit.pipeline import UsageError, find_target
from oauthgit.pipeline.operations.show_secret import open_secret
from oauthgit.pipeline.operations.trusted_policy import TrustedProject


def refuse_readers(context: Context, *, clip: bool) -> None:
    """Check that only a person at a terminal can read the output.

    Raises:
        UsageError: The output goes to CI, a pipe, a file or a report.

    """
    if apply_ci_rule(context).ci.is_ci:
        raise UsageError("nothing was shown: a secret is shown to a person at a terminal only, and never in CI")
    if context.common.format or context.common.output:
        raise UsageError("nothing was shown: a report never contains a secret; leave out --format and --output")
    if not clip and not sys.stdout.isatty():
        raise UsageError(
            "nothing was shown: standard output is a pipe or a file, which could keep the secret; run the command without it, "
            "or use --clip"
        )


def show_secret(context: Context, trusted: TrustedProject, target: str, server: str, *, clip: bool) -> Exit:
    """Show the secret of a server, after a person confirmed what is not trusted.

    Raises:
        SecretsUnavailableError: The file cannot be decrypted.
        UsageError: The secret cannot be shown.

    """
    project = trusted.project
    root, environment = project.workspace.root, context.environment
    program = find_clipboard(root, environment) if clip else None
    if clip and program is None:
        names = ", ".join(each.name for each in CLIPBOARDS)
        raise UsageError(
            f"nothing was copied: none of these programs was found outside the repository, with a display: {names}; install "
            "one, or leave out --clip"
        )
    settings = find_target(project, target)
    opened = open_secret(project, settings, server, environment)
    whose = f'{server} in {settings.target}, for {opened.endpoint}, client "{opened.client_id}"'
    if opened.doubt and not confirm(f"{escape(opened.doubt)}: {escape(whose)}", "Show the secret anyway?"):
        raise UsageError(f"nothing was shown: {opened.doubt}, and this was not confirmed")
    note(context, redact_urls(f"secret of {whose}"))
    if program:
        path, clipboard = program
        if not copy(opened.secret, path, clipboard, root, environment):
            raise UsageError(f"nothing was copied: {clipboard.name} failed; check its display, or leave out --clip")
        note(context, f"copied with {clipboard.name}; paste it, and then copy another text over it")
    else:
        _print(opened.secret)
    return Exit.FINE


def _print(secret: Secret) -> None:
    text = secret.reveal()
    if not text.isprintable():
        hidden = ", ".join(dict.fromkeys(f"U+{ord(each):04X}" for each in text if not each.isprintable()))
        raise UsageError(
            f"nothing was shown: the secret contains characters that a terminal cannot show ({hidden}); use --clip"
        )
    if not show(text):
        raise UsageError("nothing was shown: the terminal cannot be written to")
