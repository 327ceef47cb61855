"""Show, list, pin and write secrets: ``oauthgit secrets``."""

import argparse
import re
from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

from oauthgit.cli.arguments import add_common, add_repeatable, add_targets
from oauthgit.cli.commands.secrets_list import list_expiry, list_status
from oauthgit.cli.commands.secrets_show import refuse_readers, show_secret
from oauthgit.cli.commands.secrets_write import Request, change, renew
from oauthgit.cli.context import Context
from oauthgit.cli.core_dumps import disable_core_dumps
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import check_formats, note
from oauthgit.cli.trust import add_authority, trust_for_secrets
from oauthgit.model.formats.sanitize import escape
from oauthgit.pipeline import Project, UsageError, load
from oauthgit.pipeline.operations.load_targets import load_targets
from oauthgit.pipeline.operations.recipients import SecretsUnavailableError
from oauthgit.pipeline.operations.trusted_policy import TrustedProject

_SUMMARIES: Final = {
    "status": "Show every secret's encryption, pin, readers and age, without a key.",
    "expiry": "List secrets that have expired or expire soon, without a key. Exit 1 if there are any. Secrets without an end "
    "date are listed as well.",
    "pin": "Permit a secret only for the token endpoints of the targets that use it.",
    "set": "Encrypt and pin a secret, read from a prompt or standard input, in the file beside its target.",
    "show": "Show a secret to a person, on the terminal or in the clipboard, for the fields of the platform. It is never "
    "written to a pipe or a file, and never in CI.",
    "renew": "Encrypt the secrets of targets again, with a new data key, for the readers in .sops.yaml.",
}
_SERVER: Final = ("pin", "set")
_WRITES: Final = (*_SERVER, "renew")
_LISTS: Final = ("status", "expiry")
_OF_ONE: Final = (*_SERVER, "show")


class Options(NamedTuple):
    """Hold the action and its options; options of other actions are empty."""

    action: str
    targets: Sequence[str] = ()
    target: str = ""
    server: str = ""
    recipients: Sequence[str] = ()
    endpoints: Sequence[str] = ()
    authority: str | None = None
    trust_working_tree: bool = False
    given: Sequence[str] = ()
    within: int | None = None
    expires_on: str | None = None
    clip: bool = False


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of this command and their options."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, summary in _SUMMARIES.items():
        action = actions.add_parser(name, help=summary, description=summary)
        if name in _LISTS:
            add_targets(action)
        elif name == "renew":
            action.add_argument(
                "targets", metavar="TARGET", nargs="+", help="Select targets or branches by ids or unique endings."
            )
        else:
            action.add_argument("target", metavar="TARGET", help="Select the target or branch by id or unique ending.")
            action.add_argument("server", metavar="SERVER", help="Select the OAuth server by its name.")
        if name in _WRITES:
            what = "Permit this key, given in full, to read the secrets although no trusted file lists it."
            add_repeatable(action, "--recipient", "KEY", what, dest="recipients")
        if name in {*_WRITES, "show"}:
            add_authority(action)
        if name in _SERVER:
            what = "Permit this URL, given in full, to get the secret although no trusted file states it."
            add_repeatable(action, "--endpoint", "URL", what, dest="endpoints")
        if name == "set":
            action.add_argument("given", nargs="*", help=argparse.SUPPRESS)
            action.add_argument(
                "--expires-on",
                metavar="DATE",
                help="Write this day, such as 2027-06-30, as client_secret_expires_on into the layer (default: prompt for it, "
                "if the secret is entered at a prompt).",
            )
        if name == "show":
            action.add_argument(
                "--clip",
                action="store_true",
                help="Copy the secret to the clipboard with wl-copy, xclip, xsel, pbcopy or clip.exe instead of printing it.",
            )
        if name == "expiry":
            action.add_argument(
                "--within",
                metavar="DAYS",
                type=_parse_days,
                help="List secrets that expire in this time, such as 30d (default: secrets.expiry_window_days of the policy).",
            )
        add_common(action)


def run(options: Options, context: Context) -> Exit:
    """Run the action."""
    disable_core_dumps()
    check_formats(context, frozenset({"secrets"}))
    if options.action == "set" and options.given:
        raise UsageError(
            "a secret must not be an argument: other programs on this machine and the shell's history can read it; replace this "
            "secret at its server, and enter the new one at the prompt or on standard input"
        )
    if options.action == "show":
        refuse_readers(context, clip=options.clip)
    project = _load(options, context)
    if not project.policy_is_valid:
        raise UsageError("the policy configs/oauthgit.yaml has errors; run oauthgit validate to list them")
    if options.action == "status":
        return list_status(context, project, options.targets)
    if options.action == "expiry":
        return list_expiry(context, project, options.targets, options.within)
    try:
        return _use_keys(options, context, _trust(options, context, project))
    except SecretsUnavailableError as error:
        note(context, f"{escape(str(error))} (exit {Exit.SECRETS_UNAVAILABLE:d})", always=True)
        return Exit.SECRETS_UNAVAILABLE


def _load(options: Options, context: Context) -> Project:
    """Return the project with the named targets, or with all if a secret is written.

    The pin of a secret has the endpoints of all targets that use it.
    """
    if options.action == "show":
        return load_targets([options.target], context.search_path)
    if options.action in _LISTS:
        return load_targets(options.targets, context.search_path)
    return load(".", search=context.search_path)


def _use_keys(options: Options, context: Context, trusted: TrustedProject) -> Exit:
    """Run an action that needs trust settings and, in most cases, a key."""
    if options.action == "show":
        return show_secret(context, trusted, options.target, options.server, clip=options.clip)
    request = Request(
        options.action,
        options.target,
        options.server,
        options.targets,
        options.recipients,
        options.endpoints,
        options.expires_on,
        partial(_load, options, context),
    )
    return (renew if options.action == "renew" else change)(context, trusted, request)


def _trust(options: Options, context: Context, project: Project) -> TrustedProject:
    nothing = "nothing was shown" if options.action == "show" else "nothing was written"
    return trust_for_secrets(
        context, project, options.authority, trust_working_tree=options.trust_working_tree, nothing=nothing
    )


def _parse_days(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,4})d?", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days such as 30d")
    return int(match[1])
