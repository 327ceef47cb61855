"""Add the state of the project to a report, for the HTML page."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import PurePath
from typing import Final, NamedTuple

from oauthgit.discover.authorship import find_authors, find_last_commit, has_whole_history
from oauthgit.discover.git import Commit, GitError, Repository, hash_blob
from oauthgit.discover.layout import CONFIGS, POLICY, classify
from oauthgit.discover.refs import list_remotes, read_head
from oauthgit.model.finding import Finding
from oauthgit.model.formats.forge import forge_of
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.repository_url import split_repository_url
from oauthgit.model.page import Author, Page, Source
from oauthgit.model.project import Project
from oauthgit.model.report import Report
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import TARGETS, File, Kind
from oauthgit.pipeline.operations.report import folder_of, report_of
from oauthgit.pipeline.operations.secret_state import secret_statuses
from oauthgit.pipeline.operations.settings_digest import digest_settings
from oauthgit.triage import in_order
from oauthgit.triage.unsuppressible import blocking

SERVERS: Final = 10_000
"""Most OAuth servers on a page; a browser needs seconds for more."""
_SHOWN: Final = regex(r"[a-z0-9.-]+/[\w.~+ /-]+")
"""Host and path of a remote that contain no user, token or query."""
_MISSING: Final = "OG203"
_POLICY: Final = f"{CONFIGS}/{POLICY}"


class PageOptions(NamedTuple):
    """Hold the facts that the project does not contain.

    ``branch`` is the one that CI builds, ``head`` the commit of the files; None is the working tree. ``shown`` are the
    targets to show, None for all. ``limits`` are sentences about what is left out.
    """

    today: str
    branch: str = ""
    head: Commit | None = None
    shown: Sequence[Settings] | None = None
    limits: tuple[str, ...] = ()


def add_page(report: Report, project: Project, repository: Repository, options: PageOptions) -> Report:
    """Return the report with the state and all findings of its project.

    Of a project that is too large for one page, the settings are left out, and the page says so.
    """
    running, branches, limits = _select_targets(project, options)
    reported = {(finding.fingerprint, finding.location) for finding in report.findings}
    others = (each for each in project.findings if (each.fingerprint, each.location) not in reported)
    known = report_of(project, in_order([*report.findings, *others]))
    source = find_source(project, repository, options)
    page = Page(
        targets=(*running, *branches),
        secrets=secret_statuses(project, running, date.fromisoformat(options.today), {}) if running else (),
        blocked=_find_blocked(project) if options.shown is None else {},
        source=source,
        today=options.today,
        window=project.policy["secrets"]["expiry_window_days"],
        digest=digest_files(project.workspace.files) if project.is_cacheable else "",
        policy_commit=_find_policy_commit(repository, source),
        digests=digest_settings(project, running) if running else {},
        authors=_find_authors(repository, source, known.findings),
        limits=(*options.limits, *limits),
    )
    return report._replace(findings=known.findings, lines=known.lines, page=page)


def _select_targets(project: Project, options: PageOptions) -> tuple[list[Settings], list[Settings], tuple[str, ...]]:
    """Return the targets that run, the branches, and what is left out in words."""
    servers = sum(project.servers_by_target.values())
    if options.shown is None and servers > SERVERS:
        limit = (
            f"no settings: {servers:,} OAuth servers are too many for one page, which has room for {SERVERS:,}; "
            "oauthgit effective TARGET --format html shows some"
        )
        return [], [], (limit,)
    hidden = _find_invalid(project)
    resolved = [each for each in project.resolve().targets if each.target not in hidden]
    shown = [each for each in resolved if each.kind in TARGETS] if options.shown is None else [*options.shown]
    return shown, [each for each in resolved if each.kind is Kind.BRANCH], ()


def _find_invalid(project: Project) -> set[str]:
    """Return the targets whose settings are not certain; others may only lack some."""
    certain = {each.target for each in project.resolve().targets if each.is_valid}
    lacking = {target for target in certain & project.blocked.keys() if f"({_MISSING} " in project.blocked[target]}
    other = blocking(each for each in project.findings if each.code != _MISSING)
    return project.blocked.keys() - (lacking - other.keys())


def find_source(project: Project, repository: Repository, options: PageOptions) -> Source:
    """Return the known repository, commit and branch of the project's files."""
    root = project.workspace.root
    folder, name = folder_of(root), PurePath(root).name
    try:
        commit = options.head or repository.commit("HEAD")
        hash_, remotes = commit.hash, list_remotes(repository)
        listed = {entry.path: entry.id for entry in commit.list_files(CONFIGS)}
        branch = options.branch or read_head(repository).removeprefix("refs/heads/")
    except GitError:
        return Source(name, branch=options.branch, is_changed=True, folder=folder)
    url = next(iter(remotes.get("origin") or next(iter(remotes.values()), ())), "")
    forge, address = forge_of(url), "/".join(split_repository_url(url) or ())
    inside = [file for file in project.workspace.files if file.path.startswith(f"{CONFIGS}/")]
    committed = frozenset(
        file.path for file in inside if hash_blob(file.content, listed.get(file.path, "")) == listed.get(file.path)
    )
    gone = {path for path in listed if _is_of(project, path)} - {file.path for file in inside}
    return Source(
        forge.name if forge else address if _SHOWN.fullmatch(address) else name,
        hash_,
        "" if options.head else branch,
        is_changed=bool(gone) or len(committed) < len(inside),
        committed=committed,
        folder=folder,
        forge=forge,
    )


def _is_of(project: Project, path: str) -> bool:
    """Return True for a YAML file that a project may be made from.

    A project of named targets has their layers and the branches below only.
    """
    file = classify(path) if project.selection.targets else None
    is_other = isinstance(file, File) and not file.is_shared and file.layer not in project.parents
    return path.endswith((".yaml", ".yml")) and not is_other


def digest_files(files: Iterable[File]) -> str:
    """Return one digest of the paths and contents of files."""
    total = sha256()
    for file in files:
        path = file.path.encode(errors="surrogateescape")
        total.update(b"%d %s %d\0" % (len(path), path, len(file.content)) + file.content)
    return total.hexdigest()


def _find_blocked(project: Project) -> dict[str, str]:
    """Return the targets that run but are not whole, with the reasons."""
    kinds = tuple(f"{kind}/" for kind in TARGETS)
    return {target: why for target, why in sorted(project.blocked.items()) if target.startswith(kinds)}


def _find_policy_commit(repository: Repository, source: Source) -> str:
    """Return the commit that changed the policy last; empty if it is not known."""
    if _POLICY not in source.committed:
        return ""
    try:
        return find_last_commit(repository, source.commit, _POLICY) if has_whole_history(repository) else ""
    except GitError:
        return ""


def _find_authors(repository: Repository, source: Source, findings: Iterable[Finding]) -> dict[tuple[str, int], Author]:
    """Return who committed the comments that suppress findings, by file and line."""
    lines: dict[str, list[int]] = {}
    for finding in findings:
        if finding.comment and finding.location.file in source.committed:
            lines.setdefault(finding.location.file, []).append(finding.comment)
    if not lines:
        return {}
    try:
        if not has_whole_history(repository):
            return {}
        return {
            (path, line): author
            for path, numbers in lines.items()
            for line, author in find_authors(repository, source.commit, path, numbers).items()
        }
    except GitError:
        return {}
