"""List the state of secrets, and those that expire soon or have no end date."""

from collections.abc import Sequence
from datetime import UTC, datetime

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit, report_nothing_checked
from oauthgit.cli.output import note, write
from oauthgit.cli.targets import find_targets, report_left_out
from oauthgit.model.formats.sanitize import format_count
from oauthgit.model.secret_status import MISSING, SecretStatus
from oauthgit.model.settings import Settings
from oauthgit.pipeline import Project, find_unmerged, report_of
from oauthgit.pipeline.operations.renew_secrets import find_renewals
from oauthgit.pipeline.operations.secret_state import secret_statuses


def list_status(context: Context, project: Project, names: Sequence[str]) -> Exit:
    """Print the state of every secret."""
    write(context, report_of(project, (), secrets=find_statuses(context, project, find_targets(project, names))))
    return _report_left_out(context, project, names)


def list_expiry(context: Context, project: Project, names: Sequence[str], within: int | None) -> Exit:
    """Print the secrets that expire in ``within`` days, and those without an end date.

    Only the former are findings.
    """
    within = project.policy["secrets"]["expiry_window_days"] if within is None else within
    secrets = find_statuses(context, project, find_targets(project, names))
    known = [status for status in secrets if status.days_left is not None]
    ending = [status for status in known if status.days_left is not None and status.days_left <= within]
    undated = [status for status in secrets if status.expires_on is None and status.state != MISSING]
    listed = tuple(sorted((*ending, *undated), key=_urgency))
    is_shown = bool(ending) or context.common.format is not None or not context.common.quiet
    write(context, report_of(project, (), secrets=listed), printed=is_shown)
    words = f"{len(ending)} of {len(known)} secrets with an end date have expired or expire within {within} days"
    if undated:
        words += (
            f"; {format_count(len(undated), 'secret')} without an end date: state client_secret_expires_on in the layer, or "
            "set the next secret with --expires-on"
        )
    note(context, words)
    return max(Exit.FINDINGS if ending else Exit.FINE, _report_left_out(context, project, names))


def find_statuses(context: Context, project: Project, targets: list[Settings]) -> tuple[SecretStatus, ...]:
    """Return the state of the secrets of ``targets`` today."""
    today = datetime.now(UTC).date()
    repository = context.open_repository(project.workspace.root)
    return secret_statuses(project, targets, today, find_renewals(project, repository, today.isoformat()))


def _urgency(status: SecretStatus) -> tuple[int, bool, int, str, str]:
    left = status.days_left
    return status.rank, left is None, left or 0, status.target, status.server


def _report_left_out(context: Context, project: Project, names: Sequence[str]) -> Exit:
    """Print the targets without settings, which are missing from a list of all."""
    unmerged = {} if names else find_unmerged(project)
    report_left_out(context, unmerged)
    if not project.files_checked:
        return report_nothing_checked(context, project)
    return Exit.FINDINGS if unmerged else Exit.FINE
