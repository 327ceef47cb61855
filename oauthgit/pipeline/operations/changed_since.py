"""Find the servers of targets that differ from another commit."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from oauthgit.discover.commit import discover_in
from oauthgit.discover.git import Commit, GitError
from oauthgit.discover.layout import CONFIGS
from oauthgit.model.document import Document
from oauthgit.model.errors import UsageError
from oauthgit.model.project import Project
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.pipeline.check import check
from oauthgit.pipeline.operations.secret_state import ciphertext_of

_TRUST_SETTINGS: Final = ("trusted_hosts", "networks", "http_hosts", "ca_file", "proxy")
_OF_TARGET: Final = ("environment", "redirect_uri")


def changed_since(project: Project, commit: Commit) -> frozenset[tuple[str, str]]:
    """Return the targets and servers that differ from those in ``commit``.

    Effective settings and secrets are compared. Comments, the order of keys, and changes that an upper layer hides do
    not count.

    SOPS keeps the ciphertext of an unchanged value, so a secret, its pin and the ``for`` of its file are compared
    without a key. A new target or server counts as changed, and so does a target with errors on either side. If the
    policy has other trust settings (hosts, networks, certificates, proxy, key types), every server counts as changed.

    Raises:
        UsageError: The commit cannot be read.

    """
    today = next((settings.today for settings in project.resolve().targets), None)
    try:
        earlier = check(*discover_in(commit), today=today)
    except GitError as error:
        raise UsageError(f"the changes cannot be determined: {error}") from None
    now = _fingerprints(project)
    if (
        not earlier.policy_is_valid
        or _trust_settings(earlier) != _trust_settings(project)
        or _has_other_authority(project, commit)
    ):
        return frozenset(now)
    before = _fingerprints(earlier)
    broken = project.blocked.keys() | earlier.blocked.keys()
    return frozenset(pair for pair, made in now.items() if pair[0] in broken or before.get(pair) != made)


def _fingerprints(project: Project) -> dict[tuple[str, str], Any]:
    """Return everything a smoke test depends on, by target and server."""
    documents = {document.file: document for document in project.resolve().documents}
    return {
        (settings.target, server): (
            [settings.data.get(name) for name in _OF_TARGET],
            {name: _value(value, documents, settings) for name, value in values.items()},
        )
        for settings in project.resolve().targets
        for server, values in settings.servers.items()
    }


def _value(value: Any, documents: Mapping[str, Document], settings: Settings) -> Any:
    if isinstance(value, SecretReference):
        endpoint = settings.policy["env_secrets"].get(value.name) if value.name else None
        return value, endpoint, ciphertext_of(value, documents[value.file])
    if isinstance(value, Mapping):
        return {name: _value(member, documents, settings) for name, member in value.items()}
    return sorted(map(str, value)) if isinstance(value, (list, tuple)) else value


def _trust_settings(project: Project) -> list[Any]:
    policy = project.policy
    return [*(policy.get(name) for name in _TRUST_SETTINGS), policy["secrets"]["key_types"]]


def _has_other_authority(project: Project, commit: Commit) -> bool:
    """Return True if ``ca_file`` has other certificates than in ``commit``.

    Certificates outside of git are not compared.
    """
    file = project.policy.get("ca_file")
    if file is None or Path(file).is_absolute():
        return False
    path = f"{CONFIGS}/{file}"
    before, now = None, None
    with suppress(GitError):
        before = commit.read([path]).get(path)
    if project.ca_pem is not None:
        now = project.ca_pem.encode()
    elif (here := Path(project.workspace.root, path)).is_file():
        with suppress(OSError):
            now = here.read_bytes()
    return before is None or before != now
