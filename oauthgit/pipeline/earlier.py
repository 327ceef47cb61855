"""Secrets files as they were in the base: what a change did to them that nobody with the key would do."""

from pathlib import Path

from oauthgit import rules
from oauthgit.discover.git import GitError, read
from oauthgit.model.display import shown
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.pointer import join
from oauthgit.model.sops import Metadata, metadata_of
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from oauthgit.pipeline.loading import Project, UnusableError
from oauthgit.triage import Choice, triage
from oauthgit.triage.fixed import blocking


def with_suspicions(project: Project, base: str, search: str) -> Project:
    """Return ``project`` with a finding for each secrets file that was rolled back (OG706) or edited by hand (OG708).

    ``base`` names a commit and ``search`` is the PATH on which git is found. SOPS binds ``lastmodified`` to its MAC, so
    only an older file as a whole has an older date, and an edit without the key keeps both. The policy cannot switch
    these findings off; secrets of such a file are not opened.

    Raises:
        UnusableError: The base cannot be read.

    """
    files = {file.path: file for file in project.workspace.files if file.kind is Kind.SECRETS}
    try:
        before = read(Path(project.workspace.root), base, list(files), search=search)
    except GitError as error:
        raise UnusableError(f"secrets are compared with the base, so nothing was sent: {error}") from None
    documents = {document.file: document for document in project.documents}
    found = []
    for path, content in before.items():
        document = documents.get(path)
        if document is not None and content != files[path].content:
            finding = _suspicion(document, files[path]._replace(content=content), base)
            if finding is not None:
                targets = [settings.target for settings in project.targets if settings.takes_secrets_from(path)]
                found.append(finding._replace(targets=tuple(targets)))
    graded = triage(found, Choice(), rules.load, {})
    return project._replace(findings=(*project.findings, *graded), broken={**project.broken, **blocking(graded)})


def _suspicion(now: Document, earlier: File, base: str) -> Finding | None:
    was, _ = parse(earlier)
    ours, theirs = metadata_of(now.data), metadata_of(was.data) if was else None
    if was is None or ours is None or theirs is None:
        return None
    if ours.lastmodified < theirs.lastmodified:
        return Finding(
            "OG706",
            f"an older version of this file was put back: {shown(base)} has one that is newer",
            now.locate(join("sops", "lastmodified")),
            remedy="restore the file from the base; if the old secret is meant, set it anew",
        )
    if _is_the_same_seal(ours, theirs) and _values(now) != _values(was):
        return Finding(
            "OG708",
            f"this file was changed without sops: its seal is still that of {shown(base)}",
            now.locate(join("sops", "mac")),
            remedy="restore the file from the base, and make the change with oauthgit secrets or sops",
        )
    return None


def _is_the_same_seal(ours: Metadata, theirs: Metadata) -> bool:
    return (ours.mac, ours.lastmodified) == (theirs.mac, theirs.lastmodified)


def _values(document: Document) -> dict[str, object]:
    return {key: value for key, value in document.data.items() if key != "sops"}
