"""Review the changes of secrets files and their readers since the base."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from oauthgit.discover.commit import refuse_unread_folders
from oauthgit.discover.git import Commit, GitError
from oauthgit.discover.layout import CONFIGS
from oauthgit.model.document import Document
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import join, split
from oauthgit.model.formats.sanitize import command, redact_urls
from oauthgit.model.formats.sops_metadata import POINTER, SopsRecipient
from oauthgit.model.project import Project
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from oauthgit.pipeline.findings import grade
from oauthgit.pipeline.read import read_documents
from oauthgit.pipeline.resolve import targets_by_file
from oauthgit.triage.unsuppressible import INTEGRITY, blocking

_ENCRYPTED_ANEW: Final = ("enc", "created_at")
"""Fields that sops rewrites for an unchanged key."""
_LONG: Final = 40


def add_integrity_findings(project: Project, base: Commit) -> Project:
    """Return ``project`` with findings about secrets files that were tampered with.

    They were rolled back (OG706) or edited by hand (OG708).

    Parameters and errors are those of :func:`changes`. The policy cannot switch these findings off. The secrets of such a
    file are not decrypted.
    """
    found = [finding for finding in changes(project, base) if finding.code in INTEGRITY]
    graded = grade(found)
    return project._replace(findings=(*project.findings, *graded), blocked={**project.blocked, **blocking(graded)})


def changes(project: Project, base: Commit) -> list[Finding]:
    """Return ungraded findings about changed secrets files: OG706, OG708, OG709.

    SOPS binds ``lastmodified`` to its MAC. So an older date means that the whole file is older, and an edit without a key
    leaves both as they were.

    Raises:
        UsageError: The base cannot be read.

    """
    files = {file.path: file for file in project.workspace.files if file.kind is Kind.SECRETS}
    try:
        before = _read_before(base, files)
    except GitError as error:
        raise UsageError(f"secrets files cannot be compared with the base: {error}") from None
    changed = [path for path, content in before.items() if content != files[path].content]
    reached = targets_by_file(project.workspace.files, project.parents)
    found = []
    for path in changed:
        usable = read_documents([files[path]]).valid_documents
        earlier, _ = parse(files[path]._replace(content=before[path]))
        reported = list(_changes(usable[0], earlier, base)) if usable and earlier else []
        if reported:
            found += [finding._replace(targets=reached.get(path, ())) for finding in reported]
    return found


def _read_before(base: Commit, files: Mapping[str, File]) -> dict[str, bytes]:
    """Return the contents of ``files`` in the base; all must be in this clone."""
    refuse_unread_folders(base)
    listed = base.list_files(CONFIGS) if base.hash and files else ()  # a command line has room for few names
    known = {path: file.content for path, file in files.items()}
    return base.read_new([entry for entry in listed if entry.path in files], known)


def _changes(now: Document, was: Document, commit: Commit) -> Iterator[Finding]:
    ours, theirs = now.sops, was.sops
    if ours is None or theirs is None:
        return
    base = redact_urls(commit.ref)
    restore = command("git", "restore", f"--source={commit.hash}", "--", now.file)
    if ours.lastmodified < theirs.lastmodified:
        yield Finding(
            "OG706",
            f"an older version of this file was put back: {base} has one that is newer",
            now.locate(join("sops", "lastmodified")),
            remedy=f"Restore the file from the base: run {restore}. If the old secret is meant, set it again after that.",
        )
        return
    is_same_mac = (ours.mac, ours.lastmodified) == (theirs.mac, theirs.lastmodified)
    if is_same_mac and _values(now) != _values(was):
        yield Finding(
            "OG708",
            f"this file was changed without sops: its MAC is still that of {base}",
            now.locate(join("sops", "mac")),
            remedy=f"Restore the file from the base: run {restore}. Then make the change with "
            f"{command('sops', 'edit', now.file)}.",
        )
    yield from _recipients(now, was, base)


def _recipients(now: Document, was: Document, base: str) -> Iterator[Finding]:
    ours, theirs = _keys(now), _keys(was)
    for key, recipient in ours.items():
        if key not in theirs:
            yield Finding(
                "OG709",
                f"the {_name(recipient)} is a new recipient of this file: it was not in {base}",
                now.locate(recipient.pointer),
                remedy="Find out whose key it is: its owner can read every secret in this file.",
            )
    kept = "" if _values(now) != _values(was) else ", and its secrets are still the same"
    for key, recipient in theirs.items():
        if key not in ours:
            yield Finding(
                "OG709",
                f"the {_name(recipient)} was a recipient of this file in {base} and is no longer one{kept}",
                now.locate(POINTER, key=True),
                remedy="Replace the secrets at the authorization servers: the owner of the key can still read the file in git.",
            )


def _keys(document: Document) -> dict[object, SopsRecipient]:
    """Return the recipients of a file by identity: keys of people by name alone."""
    recipients = document.sops.recipients if document.sops else ()
    return {_identity(recipient, document.data): recipient for recipient in recipients}


def _identity(recipient: SopsRecipient, data: Any) -> object:
    if recipient.type == "age":
        return recipient.type, recipient.name
    if recipient.type == "pgp":
        return recipient.type, recipient.name.replace(" ", "").upper()
    for token in split(recipient.pointer):
        data = data[int(token) if isinstance(data, list) else token]
    fields = data if isinstance(data, Mapping) else {}
    return recipient.type, frozenset(
        (name, str(value)) for name, value in fields.items() if name not in _ENCRYPTED_ANEW
    )


def _name(recipient: SopsRecipient) -> str:
    """Return the type and name of a key; a long name is cut in its middle."""
    name, sort = redact_urls(recipient.name), redact_urls(recipient.type[:_LONG])
    if len(name) > _LONG:
        name = f"{name[: _LONG // 2]}...{name[-_LONG // 4 :]}"
    return f"{sort} key {name}" if name else f"{sort} key without a name"


def _values(document: Document) -> dict[str, object]:
    return {key: value for key, value in document.data.items() if key != "sops"}
