"""Encrypt the plain secrets of imported tables, by the road of ``secrets set``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from oauthgit.decrypt.encrypt import Change, encrypt_anew, encrypt_new
from oauthgit.discover.git import Repository
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.layer_plan import LayerPlan
from oauthgit.model.platform_row import Row, Table
from oauthgit.model.project import Project
from oauthgit.model.secret import Secret, VaultEntry
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import Kind
from oauthgit.pipeline.operations.recipients import Recipients, SecretsUnavailableError, recipients_of
from oauthgit.pipeline.operations.secret_pins import SecretPlace, endpoints_of, read_granted, unstated_endpoints
from oauthgit.pipeline.operations.sops_rules import rules_of
from oauthgit.pipeline.operations.trusted_policy import TrustedProject
from oauthgit.pipeline.operations.write_encrypted import check_encrypted, refuse_plaintext
from oauthgit.pipeline.operations.write_secret import file_to_set, is_there, make_plaintext, open_vault
from oauthgit.pipeline.resolve import State


class RowSecret(NamedTuple):
    """Hold the plain secret of a row."""

    row: Row
    secret: Secret


class SecretsFilePlan(NamedTuple):
    """Hold the secrets for one file; ``new`` are endpoints to confirm, by server."""

    recipients: Recipients
    entries: Mapping[str, VaultEntry]
    new: Mapping[str, Sequence[str]]


class SecretsPlan(NamedTuple):
    """Hold the files to encrypt, and the secrets that cannot be written.

    ``same`` is the number of secrets that are encrypted in git already.
    """

    files: tuple[SecretsFilePlan, ...]
    left: Mapping[str, tuple[RowSecret, ...]]
    same: int
    is_unavailable: bool


def plain_secrets(plans: Iterable[LayerPlan], parents: Mapping[str, str | None]) -> tuple[RowSecret, ...]:
    """Return the secrets of rows, except those that equal the inherited secret."""
    found = {
        (row.layer, row.server): RowSecret(row, cell.value)
        for plan in plans
        for row in plan.rows
        if (cell := row.cells.get("client_secret")) is not None and isinstance(cell.value, Secret)
    }
    return tuple(each for each in found.values() if not _is_inherited(each, found, parents))


def _is_inherited(
    each: RowSecret, found: Mapping[tuple[str, str], RowSecret], parents: Mapping[str, str | None]
) -> bool:
    parent = parents.get(each.row.layer)
    below = found.get((parent, each.row.server)) if parent else None
    return below is not None and below.secret == each.secret


def needs_trust(project: Project) -> bool:
    """Return True if there are creation rules, so that secrets can be encrypted."""
    return rules_of(project) is not None


def plan_secrets(
    trusted: TrustedProject,
    before: State,
    secrets: Sequence[RowSecret],
    repository: Repository,
    environment: Mapping[str, str],
) -> SecretsPlan:
    """Return the files for ``secrets``; nothing is written.

    Without a grantor, the settings ``before`` the import grant the endpoints: a table grants none.

    Raises:
        UsageError: The endpoint of a secret is not certain.

    """
    project = trusted.project
    targets = {settings.target: settings for settings in project.resolve().targets}
    granted = list(read_granted(project, trusted.grantors, repository)) or [before]
    by_layer: dict[str, list[RowSecret]] = {}
    for each in secrets:
        by_layer.setdefault(each.row.layer, []).append(each)
    files: list[SecretsFilePlan] = []
    left: dict[str, tuple[RowSecret, ...]] = {}
    same, is_unavailable = 0, False
    for layer, rows in by_layer.items():
        try:
            recipients, known = _open_file(trusted, targets[layer], rows[0], environment)
        except (UsageError, SecretsUnavailableError) as error:
            left[str(error)] = (*left.get(str(error), ()), *rows)
            is_unavailable |= isinstance(error, SecretsUnavailableError)
            continue
        new = [each for each in rows if known.get(each.row.server) != each.secret]
        same += len(rows) - len(new)
        entries, unstated = {}, {}
        for each in new:
            place = SecretPlace(layer, layer, each.row.server)
            endpoints = endpoints_of(project, place)
            entries[each.row.server] = VaultEntry(each.secret, endpoints)
            unstated[each.row.server] = unstated_endpoints(endpoints, place, granted)
        if entries:
            files.append(SecretsFilePlan(recipients, entries, unstated))
    return SecretsPlan(tuple(files), left, same, is_unavailable)


def _open_file(
    trusted: TrustedProject, settings: Settings, first: RowSecret, environment: Mapping[str, str]
) -> tuple[Recipients, dict[str, Secret]]:
    """Return the readers of a layer's secrets file, and its secrets by server."""
    project = trusted.project
    file = file_to_set(project, settings, first.row.server)
    recipients = recipients_of(project, file, trusted.sops_rules, environment)
    if not is_there(project, file):
        return recipients, {}
    entries = open_vault(project, file, environment).entries
    names = settings.servers
    found = {name: entries.get((file.path, join("oauth_servers", name, "client_secret"))) for name in names}
    return recipients, {name: entry.secret for name, entry in found.items() if entry}


def encrypt_files(
    project: Project, files: Iterable[SecretsFilePlan], environment: Mapping[str, str]
) -> dict[str, tuple[bytes | None, bytes]]:
    """Return the old and the new content of each secrets file; nothing is written.

    Raises:
        SecretsUnavailableError: A file cannot be decrypted, or sops is missing.
        UsageError: sops made something else than it was asked for.

    """
    contents: dict[str, tuple[bytes | None, bytes]] = {}
    for each in files:
        made = _encrypt(project, each, environment)
        document, content = check_encrypted(each.recipients, made)
        if reason := refuse_plaintext(document, content):
            raise UsageError(reason)
        file = each.recipients.file
        contents[file.path] = (file.content if is_there(project, file) else None), content
    return contents


def _encrypt(project: Project, plan: SecretsFilePlan, environment: Mapping[str, str]) -> bytes | Finding:
    recipients, root = plan.recipients, project.workspace.root
    file = recipients.file
    if not is_there(project, file):
        servers = {name: make_plaintext(entry) for name, entry in plan.entries.items()}
        data = {"kind": "secrets", "for": file.layer, "oauth_servers": servers}
        return encrypt_new(file.path, data, recipients.rule, root=root, environment=environment)
    made: bytes | Finding = file.content
    for name, entry in plan.entries.items():
        change = Change(("oauth_servers", name), make_plaintext(entry))
        made = encrypt_anew(file, recipients.rule, change, root=root, environment=environment)
        if isinstance(made, Finding):
            return made
        file = file._replace(content=made)
    return made


def masked_secrets(project: Project, plans: Iterable[LayerPlan], tables: Iterable[Table]) -> list[Row]:
    """Return the rows whose secret the platform hides, and git does not have.

    A row of effective settings has a mask for an inherited secret as well, so an override counts only if it states another
    client.
    """
    effective = {table.file for table in tables if table.rows_kind == "effective"}
    targets = {settings.target: settings for settings in project.resolve().targets}
    files = {file.path: file.layer for file in project.workspace.files}
    return [
        row
        for plan in plans
        for row in plan.rows
        if (cell := row.cells.get("client_secret")) is not None
        and cell.is_masked
        and (plan.kind is Kind.BRANCH or row.file not in effective or "client_id" in plan.servers.get(row.server, {}))
        and not _has_own_secret(files, targets.get(row.layer), row)
    ]


def _has_own_secret(files: Mapping[str, str], settings: Settings | None, row: Row) -> bool:
    secret = settings.servers.get(row.server, {}).get("client_secret") if settings else None
    return isinstance(secret, SecretReference) and files.get(secret.file) == row.layer
