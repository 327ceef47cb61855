"""Set, pin and renew secrets, after the endpoints and readers were confirmed."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from oauthgit.cli.commands.secrets_list import find_statuses
from oauthgit.cli.confirm_access import Pin, confirm_endpoints, confirm_readers
from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import note, write
from oauthgit.cli.prompt import check_day, has_prompt, read_day, read_secret
from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.secret import VaultEntry
from oauthgit.model.secret_status import SecretStatus
from oauthgit.pipeline import Project, find_target, report_of
from oauthgit.pipeline.operations.expiry_date import SETTING, plan_expiry, write_expiry
from oauthgit.pipeline.operations.recipients import Recipients, recipients_of
from oauthgit.pipeline.operations.secret_pins import (
    SecretPlace,
    endpoints_of,
    read_granted,
    server_of,
    unstated_endpoints,
)
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


class Request(NamedTuple):
    """Hold what to write, what the command line permits, and how to read the result.

    ``recipients`` and ``endpoints`` are permitted without a prompt.
    """

    action: str
    target: str
    server: str
    targets: Sequence[str]
    recipients: Sequence[str]
    endpoints: Sequence[str]
    expires_on: str | None
    load: Callable[[], Project]


def change(context: Context, trusted: TrustedProject, request: Request) -> Exit:
    """Pin or set the secret of a server, and print its state."""
    project, server, action = trusted.project, request.server, request.action
    settings = find_target(project, request.target)
    file = (file_to_pin if action == "pin" else file_to_set)(project, settings, server)
    recipients = recipients_of(project, file, trusted.sops_rules, context.environment)
    confirm_readers(context, (recipients,), request.recipients)
    repository = context.open_repository(project.workspace.root)
    place = SecretPlace(settings.target, file.layer, server)
    endpoints = endpoints_of(project, place)
    new = unstated_endpoints(endpoints, place, read_granted(project, trusted.grantors, repository))
    # set writes another secret: the endpoints of the old pin are not permitted for it
    if new and action == "pin":
        held = pinned_endpoints(project, file, server, context.environment)
        new = tuple(endpoint for endpoint in new if endpoint not in held)
    confirm_endpoints(context, (Pin(server, new, endpoints),), request.endpoints)
    if action == "pin":
        outcome = pin_secret(project, recipients, place, endpoints, context.environment)
        _report(context, server, outcome)
    else:
        _set(context, project, recipients, endpoints, request)
    project = request.load()
    secrets = find_statuses(context, project, [find_target(project, settings.target)])
    changed = tuple(status for status in secrets if status.server == server)
    _show(context, project, changed)
    return Exit.FINE


def renew(context: Context, trusted: TrustedProject, request: Request) -> Exit:
    """Encrypt the secrets of targets again, and print their state."""
    project = trusted.project
    targets = [find_target(project, name) for name in request.targets]
    files = files_to_renew(project, targets)
    recipients = tuple(recipients_of(project, file, trusted.sops_rules, context.environment) for file in files)
    confirm_readers(context, recipients, request.recipients)
    renew_data_key(project, recipients, context.environment)
    for file in files:
        note(context, f"wrote {escape(file.path)}: the same secrets with a new data key")
    project = request.load()
    secrets = find_statuses(context, project, [find_target(project, each.target) for each in targets])
    _show(context, project, secrets)
    return Exit.FINE


def _set(
    context: Context, project: Project, recipients: Recipients, endpoints: tuple[str, ...], request: Request
) -> None:
    """Write a secret and, if it is given or entered, its end date."""
    server, settings = request.server, find_target(project, request.target)
    data = server_of(settings, server)
    before = data.get(SETTING)
    day = check_day(request.expires_on) if request.expires_on is not None else ""
    secret = read_secret(f"Secret of {server} in {settings.target}", data.get("client_id"))
    if not day and has_prompt():
        day = read_day("Day on which it expires", before)
    dated = plan_expiry(project, settings, server, day) if day else None
    entry = VaultEntry(secret, endpoints)
    _report(context, server, set_secret(project, recipients, server, entry, context.environment))
    if dated:
        write_expiry(project, dated)
        note(context, f"wrote {escape(dated.words)}")
    elif before:
        note(
            context,
            f"{SETTING} of {server} is still {before}; if the new secret has another date, write it there",
            always=True,
        )
    else:
        note(context, f"{server} has no {SETTING}, so nothing reports that the secret expires; --expires-on writes it")


def _show(context: Context, project: Project, written: tuple[SecretStatus, ...]) -> None:
    """Show the state of secrets after a change; --quiet leaves out the table."""
    is_shown = context.common.format is not None or not context.common.quiet
    write(context, report_of(project, (), secrets=written), printed=is_shown)


def _report(context: Context, server: str, outcome: WrittenSecret) -> None:
    now, before = (" and ".join(map(redact_urls, urls)) for urls in (outcome.send_only_to, outcome.before))
    was = f" (before: {before})" if outcome.before and set(outcome.before) != set(outcome.send_only_to) else ""
    done = "wrote" if outcome.written else "no change in"
    note(context, f"{done} {escape(outcome.file)}: {server}'s secret is sent only to {now}{was}")
