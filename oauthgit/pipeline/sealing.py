"""From a decision of a person to an encrypted file: open, change, look at what came out, put it on disk."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from oauthgit.decrypt import decrypt
from oauthgit.decrypt.encrypting import RULES, changed, created
from oauthgit.model.finding import Finding
from oauthgit.model.pointer import join
from oauthgit.model.secret import Secret, VaultEntry
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from oauthgit.pipeline.loading import Project, UnusableError
from oauthgit.pipeline.pinning import endpoints_of, server_of
from oauthgit.seal import seal


class ClosedError(Exception):
    """A secrets file cannot be opened; the text says why and what to do (exit code 7)."""


class Sealed(NamedTuple):
    """What became of the pin of a secret: the file, where the secret may go now, where it could go before."""

    file: str
    send_only_to: tuple[str, ...]
    before: tuple[str, ...]
    written: bool


def pin(project: Project, settings: Settings, server: str, environment: Mapping[str, str]) -> Sealed:
    """Write down that the secret of ``server`` goes only to the token endpoints of the targets that run with it.

    ``environment`` gives the keys and the path to sops.

    Raises:
        ClosedError: The file cannot be opened.
        UnusableError: There is nothing to pin, no endpoint to pin it to, or the file cannot be written.

    """
    secret = server_of(settings, server).get("client_secret")
    if not isinstance(secret, SecretReference) or secret.state != "encrypted":
        raise UnusableError(_not_in_a_file(settings, server, secret))
    file = next(file for file in project.workspace.files if file.path == secret.file)
    endpoints = endpoints_of(project, settings, file.layer, server)
    entry = _entry(project, file, server, environment)
    if entry is None:
        raise UnusableError(_not_in_a_file(settings, server, None))
    if set(entry.send_only_to) == set(endpoints):
        return Sealed(file.path, endpoints, entry.send_only_to, written=False)
    _change(project, file, server, entry.secret, endpoints, environment)
    return Sealed(file.path, endpoints, entry.send_only_to, written=True)


def put(project: Project, settings: Settings, server: str, secret: Secret, environment: Mapping[str, str]) -> Sealed:
    """Encrypt ``secret`` into the secrets file beside the layer of ``settings``, pinned like :func:`pin` does.

    A file that is there keeps its recipients, and a key is needed to change it; a new one gets those of the first
    creation rule in ``.sops.yaml`` that matches it.

    Raises:
        ClosedError: The file cannot be opened, or there is no sops.
        UnusableError: There is no endpoint to pin the secret to, or the file cannot be written.

    """
    layer, root = settings.target, project.workspace.root
    endpoints = endpoints_of(project, settings, layer, server)
    files = {file.kind is Kind.SECRETS: file for file in project.workspace.files if file.layer == layer}
    if file := files.get(True):
        old = _entry(project, file, server, environment)
        _change(project, file, server, secret, endpoints, environment)
        return Sealed(file.path, endpoints, old.send_only_to if old else (), written=True)
    if not Path(root, RULES).is_file():
        raise UnusableError(f"{RULES} is missing in {root}; its creation rules say who can open a new secrets file")
    file = File(files[False].path.removesuffix(".yaml") + ".secrets.yaml", Kind.SECRETS, layer, {}, b"")
    data = {"kind": "secrets", "for": layer, "oauth_servers": {server: _plain(secret, endpoints)}}
    _write(project, file, created(file.path, data, root=root, environment=environment), replaces=None)
    return Sealed(file.path, endpoints, (), written=True)


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


def _entry(project: Project, file: File, server: str, environment: Mapping[str, str]) -> VaultEntry | None:
    """Open a file, so that it is known to be sound before it is changed, and return what it holds for one server."""
    document = next((document for document in project.documents if document.file == file.path), None)
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
        raise ClosedError(_sentence(findings[0]))
    return vault.entries.get((file.path, join("oauth_servers", server, "client_secret")))


def _change(  # noqa: PLR0913, PLR0917 - one act, and all that it takes
    project: Project,
    file: File,
    server: str,
    secret: Secret,
    endpoints: tuple[str, ...],
    environment: Mapping[str, str],
) -> None:
    path, entry = ("oauth_servers", server), _plain(secret, endpoints)
    content = changed(file, path, entry, root=project.workspace.root, environment=environment)
    _write(project, file, content, replaces=file.content)


def _write(project: Project, file: File, content: bytes | Finding, *, replaces: bytes | None) -> None:
    if isinstance(content, Finding):
        raise (ClosedError if content.code == "OG516" else UnusableError)(_sentence(content))
    if content == replaces:
        raise UnusableError(f"sops left {file.path} as it was, without saying why; check which program is called sops")
    document, _ = parse(file._replace(content=content))
    if document is None:
        raise UnusableError(f"what sops made of {file.path} cannot be read again, so nothing was written")
    reason = seal(project.workspace.root, document, content, replaces=replaces)
    if reason:
        raise UnusableError(reason)


def _sentence(finding: Finding) -> str:
    place = finding.location
    return f"{place.file}:{place.line}:{place.column}: {finding.message}. {finding.remedy}"
