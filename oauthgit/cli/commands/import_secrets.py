"""Encrypt the secrets of tables, after endpoints and readers were confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oauthgit.cli.confirm_access import Pin, confirm_endpoints, confirm_readers
from oauthgit.cli.context import Context
from oauthgit.cli.prompt import find_rejection
from oauthgit.cli.trust import trust_for_secrets
from oauthgit.model.finding import Finding
from oauthgit.model.layer_plan import LayerPlan
from oauthgit.model.secret import Secret
from oauthgit.pipeline import Project
from oauthgit.pipeline.operations.import_secrets import (
    RowSecret,
    SecretsPlan,
    encrypt_files,
    needs_trust,
    plan_secrets,
)
from oauthgit.pipeline.resolve import State

if TYPE_CHECKING:
    from oauthgit.cli.commands.import_ import Options

_NO_RULES = "there is no .sops.yaml, whose creation rules list the readers of secrets"


class SecretsResult(NamedTuple):
    """Hold the encrypted files, the pins of their secrets, and what was left out.

    ``planned`` is the number of plain secrets that a dry run would encrypt.
    """

    contents: Mapping[str, tuple[bytes | None, bytes]] = {}
    pins: Mapping[str, Sequence[Pin]] = {}
    left: Mapping[str, Sequence[RowSecret]] = {}
    same: int = 0
    is_unavailable: bool = False
    planned: int = 0


def find_unfit(plans: Iterable[LayerPlan]) -> list[Finding]:
    """Return a finding for each text that ``secrets set`` would refuse as a secret."""
    found = []
    for row in (row for plan in plans for row in plan.rows):
        cell, client = row.cells.get("client_secret"), row.cells.get("client_id")
        if cell is None or not isinstance(cell.value, Secret):
            continue
        reason = find_rejection(cell.value.reveal(), client.value if client else None)
        if reason:
            remedy = "Correct the cell, or empty it and enter the secret with oauthgit secrets set."
            found.append(Finding("OG806", reason, row.locate("client_secret"), remedy=remedy))
    return found


def write_secrets(
    context: Context, project: Project, before: State, secrets: Sequence[RowSecret], options: "Options"
) -> SecretsResult:
    """Return the encrypted files for plain secrets of tables; nothing is written yet.

    Without creation rules nothing is encrypted. ``before`` are the settings without the tables.

    Raises:
        UsageError: A reader or an endpoint was not confirmed, or there are no trust settings.

    """
    if not secrets:
        return SecretsResult()
    if not needs_trust(project):
        return SecretsResult(left={_NO_RULES: secrets})
    trusted = trust_for_secrets(
        context,
        project,
        options.authority,
        trust_working_tree=options.trust_working_tree,
        nothing="nothing was written, because the tables have plain secrets",
    )
    repository = context.open_repository(project.workspace.root)
    plan = plan_secrets(trusted, before, secrets, repository, context.environment)
    pins = _confirm(context, plan, options)
    contents = encrypt_files(trusted.project, plan.files, context.environment)
    return SecretsResult(contents, pins, plan.left, plan.same, plan.is_unavailable)


def _confirm(context: Context, plan: SecretsPlan, options: "Options") -> dict[str, list[Pin]]:
    """Confirm readers and endpoints; return the pins by file."""
    confirm_readers(context, tuple(each.recipients for each in plan.files), options.recipients)
    pins = {
        each.recipients.file.path: [
            Pin(server, each.new[server], entry.send_only_to) for server, entry in each.entries.items()
        ]
        for each in plan.files
    }
    confirm_endpoints(context, [pin for each in pins.values() for pin in each], options.endpoints)
    return pins
