"""Show the state and the expiry of secrets, pin and write them."""

import argparse
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from oauthgit.cli.arguments import add_common, add_repeatable, add_targets
from oauthgit.cli.confirm_access import confirm_endpoints, confirm_readers
from oauthgit.cli.context import Context
from oauthgit.cli.core_dumps import disable_core_dumps
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import check_formats, note, write
from oauthgit.cli.prompt import read_secret
from oauthgit.cli.targets import find_targets, report_left_out
from oauthgit.cli.trust import add_authority, apply_ci_rule, apply_trust
from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.secret import VaultEntry
from oauthgit.model.secret_status import SecretStatus
from oauthgit.model.settings import Settings
from oauthgit.pipeline import Project, UsageError, find_target, find_unmerged, load, report_of
from oauthgit.pipeline.operations.narrow import narrow
from oauthgit.pipeline.operations.recipients import SecretsUnavailableError, recipients_of
from oauthgit.pipeline.operations.renew_secrets import find_renewals
from oauthgit.pipeline.operations.secret_pins import (
    SecretPlace,
    endpoints_of,
    read_granted,
    server_of,
    unstated_endpoints,
)
from oauthgit.pipeline.operations.secret_state import secret_statuses
from oauthgit.pipeline.operations.trusted_policy import TrustedProject
from oauthgit.pipeline.operations.write_secret import (
    WrittenSecret,
    file_to_pin,
    file_to_set,
    files_to_renew,
    pin_secret,
    pinned_endpoints,
    renew_data_key,
    set_secret,
)

_SUMMARIES: Final = {
    "status": "Show every secret's encryption, pin, readers and age, without a key.",
    "expiry": "List secrets that have expired or expire soon, without a key. Exit 1 if there are any.",
    "pin": "Permit a secret only for the token endpoints of the targets that use it.",
    "set": "Encrypt and pin a secret, read from a prompt or standard input, in the file beside its target.",
    "renew": "Encrypt the secrets of targets again, with a new data key, for the readers in .sops.yaml.",
}
_KEY_TYPES: Final = "/secrets/key_types"
_SERVER: Final = ("pin", "set")
_WRITES: Final = (*_SERVER, "renew")


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


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of this command and their options."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, summary in _SUMMARIES.items():
        action = actions.add_parser(name, help=summary, description=summary)
        if name in {"status", "expiry"}:
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
            add_authority(action)
        if name in _SERVER:
            what = "Permit this URL, given in full, to get the secret although no trusted file states it."
            add_repeatable(action, "--endpoint", "URL", what, dest="endpoints")
        if name == "set":
            action.add_argument("given", nargs="*", help=argparse.SUPPRESS)
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
    project = _load(options)
    if not project.policy_is_valid:
        raise UsageError("the policy configs/oauthgit.yaml has errors; run oauthgit validate to list them")
    if options.action == "status":
        secrets = _find_statuses(context, project, find_targets(project, options.targets))
        write(context, report_of(project, (), secrets=secrets))
        return _report_left_out(options, context, project)
    if options.action == "expiry":
        return max(_report_expiry(options, context, project), _report_left_out(options, context, project))
    try:
        trusted = _trust(options, context, project)
        return (_renew if options.action == "renew" else _change)(options, context, trusted)
    except SecretsUnavailableError as error:
        note(context, f"{escape(str(error))} (exit {Exit.SECRETS_UNAVAILABLE:d})", always=True)
        return Exit.SECRETS_UNAVAILABLE


def _load(options: Options) -> Project:
    return narrow(load("."), [options.target] if options.action in {"set", "pin"} else options.targets)


def _report_left_out(options: Options, context: Context, project: Project) -> Exit:
    """Print the targets without settings, which are missing from a list of all."""
    unmerged = {} if options.targets else find_unmerged(project)
    report_left_out(context, unmerged)
    return Exit.FINDINGS if unmerged else Exit.FINE


def _report_expiry(options: Options, context: Context, project: Project) -> Exit:
    within = project.policy["secrets"]["expiry_window_days"] if options.within is None else options.within
    secrets = _find_statuses(context, project, find_targets(project, options.targets))
    known = [status for status in secrets if status.expires_on]
    ending = sorted(
        (status for status in known if status.days_left is not None and status.days_left <= within),
        key=lambda status: (status.days_left, status.target, status.server),
    )
    write(context, report_of(project, (), secrets=tuple(ending)))
    note(
        context,
        f"{len(ending)} of {len(known)} secrets with a known expiry date have expired or expire within {within} days",
    )
    return Exit.FINDINGS if ending else Exit.FINE


def _trust(options: Options, context: Context, project: Project) -> TrustedProject:
    """Return the project with its trust settings; raise UsageError without any.

    Until the trusted commits have a policy, no ``.sops.yaml`` permits a reader.
    """
    context = apply_ci_rule(context)
    if context.ci.fork:
        raise UsageError(f"nothing was written: {context.ci.name} runs this for a fork, or does not state its origin")
    try:
        trusted = apply_trust(context, project, options.authority, trust_working_tree=options.trust_working_tree)
    except UsageError as error:
        raise UsageError(f"nothing was written: {error}") from None
    for finding in trusted.findings:
        if finding.location.pointer.startswith(_KEY_TYPES):  # other trust settings are not used here
            note(context, f"{escape(finding.location.file)}:{finding.location.line}: {finding.message}", always=True)
    return trusted if trusted.is_adopted else trusted._replace(sops_rules=(None,))


def _change(options: Options, context: Context, trusted: TrustedProject) -> Exit:
    project = trusted.project
    settings = find_target(project, options.target)
    file = (file_to_pin if options.action == "pin" else file_to_set)(project, settings, options.server)
    recipients = recipients_of(project, file, trusted.sops_rules, context.environment)
    confirm_readers(context, (recipients,), options.recipients)
    repository = context.open_repository(project.workspace.root)
    place = SecretPlace(settings.target, file.layer, options.server)
    endpoints = endpoints_of(project, place)
    new = unstated_endpoints(endpoints, place, read_granted(project, trusted.grantors, repository))
    # set writes another secret: the endpoints of the old pin are not permitted for it
    if new and options.action == "pin":
        held = pinned_endpoints(project, file, options.server, context.environment)
        new = tuple(endpoint for endpoint in new if endpoint not in held)
    confirm_endpoints(context, options.server, new, endpoints, options.endpoints)
    if options.action == "pin":
        outcome = pin_secret(project, recipients, place, endpoints, context.environment)
    else:
        client_id = server_of(settings, options.server).get("client_id")
        secret = read_secret(f"Secret of {options.server} in {settings.target}", client_id)
        outcome = set_secret(project, recipients, options.server, VaultEntry(secret, endpoints), context.environment)
    _report(context, options.server, outcome)
    project = _load(options)
    secrets = _find_statuses(context, project, [find_target(project, settings.target)])
    changed = tuple(status for status in secrets if status.server == options.server)
    write(context, report_of(project, (), secrets=changed))
    return Exit.FINE


def _renew(options: Options, context: Context, trusted: TrustedProject) -> Exit:
    project = trusted.project
    targets = [find_target(project, name) for name in options.targets]
    files = files_to_renew(project, targets)
    recipients = tuple(recipients_of(project, file, trusted.sops_rules, context.environment) for file in files)
    confirm_readers(context, recipients, options.recipients)
    renew_data_key(project, recipients, context.environment)
    for file in files:
        note(context, f"wrote {escape(file.path)}: the same secrets with a new data key")
    project = _load(options)
    secrets = _find_statuses(context, project, [find_target(project, each.target) for each in targets])
    write(context, report_of(project, (), secrets=secrets))
    return Exit.FINE


def _report(context: Context, server: str, outcome: WrittenSecret) -> None:
    now, before = (" and ".join(map(redact_urls, urls)) for urls in (outcome.send_only_to, outcome.before))
    was = f" (before: {before})" if outcome.before and set(outcome.before) != set(outcome.send_only_to) else ""
    done = "wrote" if outcome.written else "no change in"
    note(context, f"{done} {escape(outcome.file)}: {server}'s secret is sent only to {now}{was}")


def _find_statuses(context: Context, project: Project, targets: list[Settings]) -> tuple[SecretStatus, ...]:
    today = datetime.now(UTC).date()
    repository = context.open_repository(project.workspace.root)
    return secret_statuses(project, targets, today, find_renewals(project, repository, today.isoformat()))


def _parse_days(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,4})d?", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days such as 30d")
    return int(match[1])
