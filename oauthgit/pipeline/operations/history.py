"""Find plaintext secrets in earlier commits (OG701)."""

from collections.abc import Iterator, Sequence
from time import gmtime, strftime
from typing import Final, NamedTuple

from oauthgit.discover import history
from oauthgit.discover.git import GitError, Repository
from oauthgit.discover.history import Change
from oauthgit.discover.layout import CONFIGS, POLICY
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding, Related
from oauthgit.model.formats.json_pointer import split
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.location import Location
from oauthgit.model.project import Project
from oauthgit.model.workspace import File, Kind
from oauthgit.parse.plaintext_secrets import plaintext_secrets
from oauthgit.pipeline.findings import add_findings
from oauthgit.pipeline.resolve import targets_by_file

_SHORT: Final = 12
_LONG: Final = 100
_OF_TODAY: Final = {"OG501", "OG508"}
"""The code for a secret that is still there."""


class HistoryResult(NamedTuple):
    """Hold a project with findings of its history, and the gaps of the search."""

    project: Project
    gaps: tuple[str, ...]


def search_history(project: Project, repository: Repository) -> HistoryResult:
    """Return ``project`` with a finding OG701 for each plaintext secret written.

    Each content is read once. OG501 reports secrets that are still in the files. Renamed files have a finding under
    each name.

    Raises:
        UsageError: The history cannot be read.

    """
    try:
        found, gaps = history.changes(repository)
        by_content: dict[str, list[Change]] = {}
        for change in found:
            by_content.setdefault(change.content, []).append(change)
        later = list(gaps)
        wrote: dict[tuple[str, str], list[tuple[Change, Location]]] = {}
        for name, content in history.contents(repository, list(by_content), later):
            for change, place in _leaks(content, by_content[name]):
                wrote.setdefault((change.path, place.pointer), []).append((change, place))
    except GitError as error:
        raise UsageError(f"the history was not searched for secrets: {error}") from None
    reported = {(each.location.file, each.location.pointer) for each in project.findings if each.code in _OF_TODAY}
    order = {change: number for number, change in enumerate(found)}
    uses = targets_by_file(project.workspace.files, project.parents)
    findings = [
        _finding(project, path, pointer, sorted(there, key=lambda each: order[each[0]]))._replace(
            targets=uses.get(path, ())
        )
        for (path, pointer), there in wrote.items()
        if (path, pointer) not in reported
    ]
    return HistoryResult(add_findings(project, findings, project.policy["rules"]), tuple(later))


def _leaks(content: bytes, changes: Sequence[Change]) -> Iterator[tuple[Change, Location]]:
    """Yield the secrets of a content for each change with it; it is read once."""
    places: dict[Kind, list[Location]] = {}
    for change in changes:
        kind = _kind(change.path)
        if kind not in places:
            places[kind] = plaintext_secrets(File(change.path, kind, "", {}, content))
        yield from ((change, place) for place in places[kind])


def _kind(path: str) -> Kind:
    """Return how a file is read that may be a copy, or lie where files lay before."""
    if path == f"{CONFIGS}/{POLICY}":
        return Kind.POLICY
    return Kind.SECRETS if ".secrets." in path.rpartition("/")[2] else Kind.BRANCH


def _finding(project: Project, path: str, pointer: str, wrote: Sequence[tuple[Change, Location]]) -> Finding:
    (last, place), first = wrote[0], wrote[-1][0]
    document = project.resolve().find_document(path)
    known = document if document and pointer in document.marks else None
    here = known.locate(pointer) if known else Location(path, pointer=pointer)
    commits = len({change.commit for change, _ in wrote})
    since = (
        "it stood then at" if commits == 1 else f"{commits} commits wrote it since {_name_commit(first)}, the last at"
    )
    return Finding(
        "OG701",
        f"{_name(pointer)} stood here in plain text in commit {_name_commit(last)}, and git keeps it forever",
        here,
        remedy="Replace it at the authorization server, for every clone has it; only then purge it, if you want to.",
        related=(Related(since, place._replace(file=path)),),
    )


def _name(pointer: str) -> str:
    name = next((token for token in reversed(split(pointer)) if not token.isdecimal()), "")
    return redact_urls(name[:_LONG]) if name else "a client secret"


def _name_commit(change: Change) -> str:
    """Return the short hash and the day of a commit; an invalid day is omitted."""
    try:
        return f"{change.commit[:_SHORT]} of {strftime('%Y-%m-%d', gmtime(change.time))}"
    except (OverflowError, ValueError, OSError):
        return change.commit[:_SHORT]
