"""From two states of a repository to what differs between them; neither is checked out."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from oauthgit import rules
from oauthgit.compare import compare
from oauthgit.discover.commit import discover_in
from oauthgit.discover.git import GitError, merge_base
from oauthgit.merge import parent_of
from oauthgit.model.difference import Differences, Link, Seal, Side
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.pointer import join
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import LAYERS, Kind
from oauthgit.pipeline.ciphertexts import as_it_lies
from oauthgit.pipeline.earlier import changes
from oauthgit.pipeline.loading import Project, UnusableError, loaded
from oauthgit.pipeline.loosening import doors, grades
from oauthgit.triage import Choice, triage

WORKING_TREE: Final = "the working tree"
_DIGITS: Final = 8


def project_in(root: Path, ref: str, search: str, choice: Choice | None = None) -> Project:
    """Return the project as it stands in the commit that ``ref`` names; ``search`` is the PATH on which git is found.

    Raises:
        UnusableError: The commit cannot be read.

    """
    try:
        return loaded(*discover_in(root, ref, search=search), choice=choice)
    except GitError as error:
        raise UnusableError(f"nothing was compared: {error}") from None


def ancestor(root: Path, base: str, head: str, search: str) -> str:
    """Return the hash of the commit where ``head`` left ``base``.

    Raises:
        UnusableError: There is none, or the history is not here.

    """
    try:
        return merge_base(root, base, head, search=search)
    except GitError as error:
        raise UnusableError(f"nothing was compared: {error}") from None


def differences(before: Project, after: Project, base: str, head: str) -> Differences:
    """Return what differs between two states of a project, called ``base`` and ``head``."""
    rewritten = {path for path, _ in _files(before) ^ _files(after)}
    loosened = (*doors(before.policy, after.policy), *grades(before.policy, after.policy))
    now = _side(after, rewritten, "after")._replace(loosened=frozenset(each.pointer for each in loosened))
    return compare(_side(before, rewritten, "before"), now)._replace(base=base, head=head)


def suspicions(project: Project, base: str, search: str, choice: Choice) -> tuple[Finding, ...]:
    """Return what the later state did to secrets files since the commit ``base`` (OG706, OG708, OG709).

    Raises:
        UnusableError: The commit cannot be read.

    """
    return triage(changes(project, base, search), choice._replace(rules={}), rules.load, {})


def _side(project: Project, rewritten: Collection[str], when: str) -> Side:
    documents = {document.file for document in project.documents}
    layers = {document.layer: document for document in project.documents if document.kind in LAYERS}
    sound = {settings.target: settings for settings in project.targets if settings.sound}
    return Side(
        targets=sound,
        unknown=_unknown(project, sound),
        links={layer: Link(parent_of(document), _link(document)) for layer, document in layers.items()},
        seals=_seals(project, {file: when if file in rewritten else "" for file in documents}),
        policy=project.policy,
        policy_document=next((each for each in project.documents if each.kind is Kind.POLICY), None),
    )


def _unknown(project: Project, sound: Mapping[str, Settings]) -> dict[str, str]:
    """Return why the targets that have no settings, or not all of them, cannot be compared."""
    known = (file.layer for file in project.workspace.files if file.kind in LAYERS)
    otherwise = "its layers have errors; oauthgit validate names them"
    return {layer: project.broken.get(layer, otherwise) for layer in known if layer not in sound}


def _link(document: Document) -> Location:
    return document.locate(join("origin" if document.kind is Kind.BRANCH else "branch"))


def _seals(project: Project, plain: Mapping[str, str]) -> dict[SecretReference, Seal]:
    """Return the seals of all secrets; ``plain`` stands for those in plain text, by file, for they are never read."""
    documents = {document.file: document for document in project.documents}
    seals = {}
    for settings in project.targets:
        for setting in settings.settings.values():
            for origin in (setting.origin, *setting.replaced):
                secret = origin.value
                if isinstance(secret, SecretReference) and secret not in seals:
                    held = as_it_lies(secret, documents[secret.file])
                    fingerprint = plain[secret.file] if secret.state == "plain" else _fingerprint(held.secret)
                    seals[secret] = Seal(fingerprint, _fingerprint(held.pin), _fingerprint(held.layer))
    return seals


def _fingerprint(ciphertext: Any) -> str:
    """Return the beginning of a digest of ciphertext, empty for what is none."""
    texts = ciphertext if isinstance(ciphertext, list) else [ciphertext]
    if not all(isinstance(text, str) for text in texts):
        return ""
    return sha256("\n".join(texts).encode(errors="surrogateescape")).hexdigest()[:_DIGITS]


def _files(project: Project) -> set[tuple[str, bytes]]:
    return {(file.path, file.content) for file in project.workspace.files}
