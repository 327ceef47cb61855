"""From a decision of a person to an encrypted file: open, change, look at what came out, put it on disk."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.decrypt import decrypt
from oauthgit.decrypt.encrypting import Change, created, renewed
from oauthgit.model.document import Document
from oauthgit.model.errors import UnusableError
from oauthgit.model.finding import Finding
from oauthgit.model.pointer import join
from oauthgit.model.project import Project
from oauthgit.model.secret import Secret, Vault
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import File, Kind
from oauthgit.pipeline.operations.recipients import ClosedError, Recipients, error_of
from oauthgit.pipeline.operations.seal_file import check_sealed, seal
from oauthgit.pipeline.operations.secret_pins import endpoints_of, server_of

__all__ = [
    "ClosedError",
    "Sealed",
    "file_to_pin",
    "file_to_set",
    "files_to_renew",
    "pin",
    "pinned_endpoints",
    "put",
    "renew",
]


class Sealed(NamedTuple):
    """What became of the pin of a secret: the file, where the secret may go now, where it could go before."""

    file: str
    send_only_to: tuple[str, ...]
    before: tuple[str, ...]
    written: bool


def file_to_pin(project: Project, settings: Settings, server: str) -> File:
    """Return the file that holds the secret with which ``settings`` run ``server``.

    Raises:
        UnusableError: There is no such server, or no such secret.

    """
    secret = server_of(settings, server).get("client_secret")
    if not isinstance(secret, SecretReference) or secret.state != "encrypted":
        raise UnusableError(_not_in_a_file(settings, server, secret))
    return next(file for file in project.workspace.files if file.path == secret.file)


def file_to_set(project: Project, settings: Settings, server: str) -> File:
    """Return the secrets file beside the layer of ``settings``; one that is not there yet has no content.

    Raises:
        UnusableError: There is no such server.

    """
    server_of(settings, server)
    files = {file.kind is Kind.SECRETS: file for file in project.workspace.files if file.layer == settings.target}
    beside = files[False].path.removesuffix(".yaml") + ".secrets.yaml"
    return files.get(True) or File(beside, Kind.SECRETS, settings.target, {}, b"")


def files_to_renew(project: Project, targets: Sequence[Settings]) -> tuple[File, ...]:
    """Return the secrets files beside the layers of ``targets``.

    Raises:
        UnusableError: There is none.

    """
    layers = {reference.layer for settings in targets for reference in settings.chain}
    files = tuple(file for file in project.workspace.files if file.kind is Kind.SECRETS and file.layer in layers)
    if not files:
        names = ", ".join(settings.target for settings in targets)
        raise UnusableError(f"there is no secrets file beside the layers of {names}, so there is nothing to renew")
    return files


def pin(
    project: Project, settings: Settings, server: str, recipients: Recipients, environment: Mapping[str, str]
) -> Sealed:
    """Write down that the secret of ``server`` goes only to the token endpoints of the targets that run with it.

    ``recipients`` are those of :func:`file_to_pin`, agreed upon. ``environment`` gives the keys and the path to sops.

    Raises:
        ClosedError: The file cannot be opened.
        UnusableError: There is nothing to pin, no endpoint to pin it to, or the file cannot be written.

    """
    file = recipients.file
    endpoints = endpoints_of(project, settings, file.layer, server)
    entry = _opened(project, file, environment).entries.get((file.path, _pointer(server)))
    if entry is None:
        raise UnusableError(_not_in_a_file(settings, server, None))
    if set(entry.send_only_to) == set(endpoints):
        return Sealed(file.path, endpoints, entry.send_only_to, written=False)
    _write(project, recipients, _with_entry(project, recipients, server, entry.secret, endpoints, environment))
    return Sealed(file.path, endpoints, entry.send_only_to, written=True)


def pinned_endpoints(project: Project, file: File, server: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return where the secret of ``server`` in ``file`` may go by its pin, which only who knew the secret could write."""
    entry = _opened(project, file, environment).entries.get((file.path, _pointer(server)))
    return entry.send_only_to if entry else ()


def put(  # noqa: PLR0913, PLR0917 - one act, and all that it takes
    project: Project,
    settings: Settings,
    server: str,
    secret: Secret,
    recipients: Recipients,
    environment: Mapping[str, str],
) -> Sealed:
    """Encrypt ``secret`` into the secrets file beside the layer of ``settings``, pinned like :func:`pin` does.

    ``recipients`` are those of :func:`file_to_set`, agreed upon. A key is needed to change a file that is there.

    Raises:
        ClosedError: The file cannot be opened, or there is no sops.
        UnusableError: There is no endpoint to pin the secret to, or the file cannot be written.

    """
    file = recipients.file
    endpoints = endpoints_of(project, settings, file.layer, server)
    if _is_there(project, file):
        old = _opened(project, file, environment).entries.get((file.path, _pointer(server)))
        _write(project, recipients, _with_entry(project, recipients, server, secret, endpoints, environment))
        return Sealed(file.path, endpoints, old.send_only_to if old else (), written=True)
    data = {"kind": "secrets", "for": file.layer, "oauth_servers": {server: _plain(secret, endpoints)}}
    root = project.workspace.root
    _write(project, recipients, created(file.path, data, recipients.rule, root=root, environment=environment))
    return Sealed(file.path, endpoints, (), written=True)


def renew(project: Project, recipients: Sequence[Recipients], environment: Mapping[str, str]) -> None:
    """Give files new data keys, wrapped for ``recipients`` alone; none is written before all are made.

    Raises:
        ClosedError: A file cannot be opened.
        UnusableError: A file cannot be written.

    """
    made = []
    for each in recipients:
        _opened(project, each.file, environment)
        root = project.workspace.root
        made.append(renewed(each.file, each.rule, None, root=root, environment=environment))
    checked = [check_sealed(each, content) for each, content in zip(recipients, made, strict=True)]
    for each, (document, content) in zip(recipients, checked, strict=True):
        _replace(project, each, document, content)


def _pointer(server: str) -> str:
    return join("oauth_servers", server, "client_secret")


def _not_in_a_file(settings: Settings, server: str, secret: object) -> str:
    if isinstance(secret, SecretReference) and secret.state == "from_env":
        return (
            f"the secret of {server} in {settings.target} comes from the environment variable {secret.name}; "
            "its pin stands in configs/oauthgit.yaml, below env_secrets"
        )
    return (
        f"{settings.target} has no secret for {server} in a secrets file, so there is nothing to pin; "
        f"oauthgit secrets set {settings.target} {server} writes one and pins it"
    )


def _plain(secret: Secret, endpoints: tuple[str, ...]) -> dict[str, Any]:
    return {"client_secret": secret, "send_only_to": endpoints[0] if len(endpoints) == 1 else list(endpoints)}


def _opened(project: Project, file: File, environment: Mapping[str, str]) -> Vault:
    """Open a file, so that it is known to be sound before it is changed, and return what it holds."""
    document = next((document for document in project.resolve().documents if document.file == file.path), None)
    if document is None:
        raise UnusableError(f"{file.path} cannot be used as it is; oauthgit validate says why")
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


def _with_entry(  # noqa: PLR0913, PLR0917 - one act, and all that it takes
    project: Project,
    recipients: Recipients,
    server: str,
    secret: Secret,
    endpoints: tuple[str, ...],
    environment: Mapping[str, str],
) -> bytes | Finding:
    change = Change(("oauth_servers", server), _plain(secret, endpoints))
    return renewed(recipients.file, recipients.rule, change, root=project.workspace.root, environment=environment)


def _write(project: Project, recipients: Recipients, made: bytes | Finding) -> None:
    document, content = check_sealed(recipients, made)
    _replace(project, recipients, document, content)


def _is_there(project: Project, file: File) -> bool:
    return any(each.path == file.path for each in project.workspace.files)


def _replace(project: Project, recipients: Recipients, document: Document, content: bytes) -> None:
    file = recipients.file
    replaces = file.content if _is_there(project, file) else None
    reason = seal(project.workspace.root, document, content, replaces=replaces)
    if reason:
        raise UnusableError(reason)
