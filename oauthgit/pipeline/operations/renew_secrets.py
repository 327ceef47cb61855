"""Find the days of new data keys of secrets files, by the history of HEAD.

Without a key they cannot be proven.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from oauthgit.discover import history
from oauthgit.discover.git import GitError, Repository
from oauthgit.model.document import Document
from oauthgit.model.formats.json_pointer import leaves
from oauthgit.model.formats.sops_ciphertext import is_ciphertext
from oauthgit.model.project import Project
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse


def find_renewals(project: Project, repository: Repository, today: str) -> dict[str, str]:
    """Return the day of the last new data key of each secrets file (ISO 8601).

    A new data key changes every value and every wrapped key at once. A file is left out if the day is not
    known: its history is incomplete here, or a version cannot be read. A file without a commit counts as of ``today``.
    """
    files = {file.path: file for file in project.workspace.files if file.kind is Kind.SECRETS}
    try:
        found, gaps = history.changes(repository, refs=())
        versions = {path: [change for change in found if change.path == path] for path in files}
        hashes = list(dict.fromkeys(change.content for changes in versions.values() for change in changes))
        missing: list[str] = []
        contents = dict(history.contents(repository, hashes, missing))
    except GitError:
        return {}
    days = {}
    for path, file in files.items():
        earlier = [(_day(change.time), contents.get(change.content)) for change in versions[path]]
        known = [(today, file.content), *earlier]
        if earlier and earlier[0][1] == file.content:
            known = earlier
        day = _find_renewal(file, known, is_whole=not gaps)
        if day:
            days[path] = day
    return days


def _find_renewal(file: File, versions: Sequence[tuple[str, bytes | None]], *, is_whole: bool) -> str:
    """Return the day of the last version that shares no ciphertext with the former.

    If all versions share some, it is the day of the first one.
    """
    for (day, content), (_, before) in pairwise(versions):
        now, then = _list_encrypted(file, content), _list_encrypted(file, before)
        if not now or not then:
            return ""
        if now.isdisjoint(then):
            return day
    return versions[-1][0] if is_whole else ""


def _list_encrypted(file: File, content: bytes | None) -> frozenset[str]:
    """Return the parts that a new data key changes: values and wrapped data keys."""
    document = parse(file._replace(content=content))[0] if content is not None else None
    return frozenset(_texts(document)) if document is not None else frozenset()


def _texts(document: Document) -> list[str]:
    wrapped = [text for pointer, text in leaves(document.data) if pointer.endswith("/enc") and isinstance(text, str)]
    return wrapped + [text for _, text in leaves(document.data) if isinstance(text, str) and is_ciphertext(text)]


def _day(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return ""
