"""Write a secret: decrypt the file, change it, verify the result, replace it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.decrypt import decrypt
from oauthgit.decrypt.encrypt import Change, encrypt_anew, encrypt_new
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.project import Project
from oauthgit.model.secret import Vault, VaultEntry
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import File, Kind
from oauthgit.pipeline.operations.recipients import Recipients, error_of
from oauthgit.pipeline.operations.secret_pins import SecretPlace, server_of
from oauthgit.pipeline.operations.write_encrypted import check_encrypted, write_encrypted


class WrittenSecret(NamedTuple):
    """Describe a written secret: its file, and its endpoints before and now."""

    file: str
    send_only_to: tuple[str, ...]
    before: tuple[str, ...]
    written: bool


def file_to_pin(project: Project, settings: Settings, server: str) -> File:
    """Return the file that holds the secret with which ``settings`` run ``server``.

    Raises:
        UsageError: There is no such server, or its secret is not in a secrets file.

    """
    secret = server_of(settings, server).get("client_secret")
    if not isinstance(secret, SecretReference) or secret.state != "encrypted":
        raise UsageError(_not_in_a_file(settings.target, server, secret))
    return next(file for file in project.workspace.files if file.path == secret.file)


def file_to_set(project: Project, settings: Settings, server: str) -> File:
    """Return the secrets file beside the layer of ``settings``; it may be new.

    Raises:
        UsageError: There is no such server.

    """
    server_of(settings, server)
    files = {file.kind is Kind.SECRETS: file for file in project.workspace.files if file.layer == settings.target}
    beside = files[False].path.removesuffix(".yaml") + ".secrets.yaml"
    return files.get(True) or File(beside, Kind.SECRETS, settings.target, {}, b"")


def files_to_renew(project: Project, targets: Sequence[Settings]) -> tuple[File, ...]:
    """Return the secrets files beside the layers of ``targets``.

    Raises:
        UsageError: There is none.

    """
    layers = {reference.layer for settings in targets for reference in settings.chain}
    files = tuple(file for file in project.workspace.files if file.kind is Kind.SECRETS and file.layer in layers)
    if not files:
        names = ", ".join(settings.target for settings in targets)
        raise UsageError(f"there is no secrets file beside the layers of {names}, so there is nothing to renew")
    return files


def pin_secret(
    project: Project,
    recipients: Recipients,
    place: SecretPlace,
    endpoints: tuple[str, ...],
    environment: Mapping[str, str],
) -> WrittenSecret:
    """Pin a secret to ``endpoints``, those of the targets that use it.

    ``recipients`` are the confirmed ones of :func:`file_to_pin`. ``environment`` contains the keys and the path to sops.

    Raises:
        SecretsUnavailableError: The file cannot be decrypted.
        UsageError: There is nothing to pin, or the file cannot be written.

    """
    file = recipients.file
    entry = _open_entry(project, file, place.server, environment)
    if entry is None:
        raise UsageError(_not_in_a_file(place.target, place.server, None))
    is_new = set(entry.send_only_to) != set(endpoints)
    if is_new:
        made = _change(project, recipients, place.server, entry._replace(send_only_to=endpoints), environment)
        _write(project, [(recipients, made)])
    return WrittenSecret(file.path, endpoints, entry.send_only_to, written=is_new)


def pinned_endpoints(project: Project, file: File, server: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the pinned endpoints of a secret in ``file``.

    Only somebody with knowledge of the secret could write them.
    """
    entry = _open_entry(project, file, server, environment)
    return entry.send_only_to if entry else ()


def set_secret(
    project: Project, recipients: Recipients, server: str, entry: VaultEntry, environment: Mapping[str, str]
) -> WrittenSecret:
    """Encrypt a secret and its pin into the secrets file that ``recipients`` are for.

    ``recipients`` are the confirmed ones of :func:`file_to_set`. A change of an existing file needs a key.

    Raises:
        SecretsUnavailableError: The file cannot be decrypted, or sops is missing.
        UsageError: The file cannot be written.

    """
    file, old = recipients.file, None
    if is_there(project, file):
        old = _open_entry(project, file, server, environment)
        made = _change(project, recipients, server, entry, environment)
    else:
        data = {"kind": "secrets", "for": file.layer, "oauth_servers": {server: make_plaintext(entry)}}
        made = encrypt_new(file.path, data, recipients.rule, root=project.workspace.root, environment=environment)
    _write(project, [(recipients, made)])
    return WrittenSecret(file.path, entry.send_only_to, old.send_only_to if old else (), written=True)


def renew_data_key(project: Project, recipients: Sequence[Recipients], environment: Mapping[str, str]) -> None:
    """Renew the data keys of files for ``recipients``; write all or none.

    Raises:
        SecretsUnavailableError: A file cannot be decrypted.
        UsageError: A file cannot be written.

    """
    made = []
    for each in recipients:
        open_vault(project, each.file, environment)
        content = encrypt_anew(each.file, each.rule, None, root=project.workspace.root, environment=environment)
        made.append((each, content))
    _write(project, made)


def _not_in_a_file(target: str, server: str, secret: object) -> str:
    if isinstance(secret, SecretReference) and secret.state == "from_env":
        return (
            f"the secret of {server} in {target} comes from the environment variable {secret.name}; "
            "its pin is in configs/oauthgit.yaml, below env_secrets"
        )
    return (
        f"{target} has no secret for {server} in a secrets file, so there is nothing to pin; "
        f"run oauthgit secrets set {target} {server} to write one and pin it"
    )


def make_plaintext(entry: VaultEntry) -> dict[str, Any]:
    """Return an entry as a secrets file has it; sops alone reveals the secret."""
    endpoints = entry.send_only_to
    return {"client_secret": entry.secret, "send_only_to": endpoints[0] if len(endpoints) == 1 else list(endpoints)}


def _open_entry(project: Project, file: File, server: str, environment: Mapping[str, str]) -> VaultEntry | None:
    vault = open_vault(project, file, environment)
    return vault.entries.get((file.path, join("oauth_servers", server, "client_secret")))


def open_vault(project: Project, file: File, environment: Mapping[str, str]) -> Vault:
    """Decrypt a file and verify it.

    Raises:
        SecretsUnavailableError: The file cannot be decrypted.
        UsageError: The file has errors.

    """
    document = project.resolve().find_document(file.path)
    if document is None:
        raise UsageError(f"{file.path} has errors; run oauthgit validate to see them")
    vault, findings = decrypt(
        [(file, document)],
        key_types=project.policy["secrets"]["key_types"],
        root=project.workspace.root,
        environment=environment,
        locate=lambda _, pointer: document.locate(pointer),
    )
    if findings:
        raise error_of(findings[0])
    return vault


def _change(
    project: Project, recipients: Recipients, server: str, entry: VaultEntry, environment: Mapping[str, str]
) -> bytes | Finding:
    change = Change(("oauth_servers", server), make_plaintext(entry))
    return encrypt_anew(recipients.file, recipients.rule, change, root=project.workspace.root, environment=environment)


def _write(project: Project, made: Sequence[tuple[Recipients, bytes | Finding]]) -> None:
    """Write the encrypted files after all readers have been verified."""
    checked = [(recipients.file, *check_encrypted(recipients, content)) for recipients, content in made]
    for file, document, content in checked:
        replaces = file.content if is_there(project, file) else None
        reason = write_encrypted(project.workspace.root, document, content, replaces=replaces)
        if reason:
            raise UsageError(reason)


def is_there(project: Project, file: File) -> bool:
    """Return True if a file exists already."""
    return any(each.path == file.path for each in project.workspace.files)
