"""Compare git with tables of the platform."""

from collections.abc import Mapping, Sequence
from time import gmtime, strftime
from typing import Final, NamedTuple

from oauthgit.discover.layout import CONFIGS, POLICY
from oauthgit.merge.size import TooManyServersError
from oauthgit.model.drift import Drift, TableFile
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.location import Location
from oauthgit.model.platform_row import Table
from oauthgit.model.project import Project
from oauthgit.model.selection import Selection
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import TARGETS
from oauthgit.pipeline.check import discover_whole
from oauthgit.pipeline.findings import grade
from oauthgit.pipeline.operations.diff import project_of
from oauthgit.pipeline.operations.load_targets import SERVERS
from oauthgit.pipeline.operations.report import CHANGES
from oauthgit.pipeline.operations.select import select_targets
from oauthgit.pipeline.paths import find_workspace
from oauthgit.pipeline.resolve import layers_in, resolve_workspace, valid_targets
from oauthgit.platform import ReadOptions, Source, read_tables
from oauthgit.platform.compare import Options, compare
from oauthgit.platform.drift_findings import findings_of

_POLICY: Final = Location(f"{CONFIGS}/{POLICY}")
_TIME: Final = "%Y-%m-%d %H:%M UTC"
_ERRORS: Final = "its layers have errors; oauthgit validate names them"


class GitSide(NamedTuple):
    """Hold the effective settings to compare.

    ``targets`` are the valid and selected ones, branches included unless environments are selected. ``others`` are the
    valid ones that are not selected. ``unknown`` maps targets with errors to reasons.
    """

    project: Project
    targets: tuple[Settings, ...]
    others: frozenset[str]
    unknown: Mapping[str, str]


class Platform(NamedTuple):
    """Hold the tables of the platform, their files, and the findings about them."""

    tables: Sequence[Table]
    files: Sequence[TableFile]
    findings: Sequence[Finding]

    @property
    def is_broken(self) -> bool:
        """Return True if rows were left out because of errors."""
        return any(finding.severity is Severity.ERROR for finding in grade(self.findings))


class DriftOptions(NamedTuple):
    """Hold the options of a comparison that a person gave."""

    environments: Sequence[str] = ()
    servers: Sequence[str] = ()
    partial: bool = False
    ignore_unmanaged: bool = False


def load_git_side(selection: Selection, search: str, options: DriftOptions) -> GitSide:
    """Return the settings of the working tree; rules run only if layers have errors.

    Raises:
        UsageError: There are no settings, too many, or none with the selected environments and servers.

    """
    root, selection = find_workspace(".", selection)
    workspace, unread = discover_whole(root, search)
    try:
        state = resolve_workspace(workspace, most=SERVERS)._replace(unread=unread)
    except TooManyServersError:
        raise UsageError(
            f"nothing was compared: the targets have more than {SERVERS:,} OAuth servers together, which is too large for "
            "one run"
        ) from None
    project = project_of(state, (workspace, unread), selection)
    valid = valid_targets(state)
    unknown = {layer: project.blocked.get(layer, _ERRORS) for layer in sorted(layers_in(state) - valid.keys())}
    selected = [each for each in valid.values() if each.kind in TARGETS or not options.environments]
    chosen = select_targets(selected, environments=options.environments, servers=options.servers, pairs=None)
    return GitSide(project, tuple(chosen), frozenset(valid) - {each.target for each in chosen}, unknown)


def read_platform(
    project: Project,
    sources: Sequence[Source],
    times: Sequence[tuple[str, float | None]],
    options: ReadOptions,
    granted: Mapping[str, str],
) -> Platform:
    """Return the tables of files, whose times are ``times``.

    The policy of ``project`` may map columns, if a trusted policy maps them alike (``granted``).
    """
    columns = project.policy["platform"]["columns"]
    tables, findings = read_tables(sources, options.with_policy(columns, granted))
    files = [TableFile(name, "" if time is None else strftime(_TIME, gmtime(time))) for name, time in times]
    return Platform(tables, files, findings)


def find_drift(
    side: GitSide, platform: Platform, options: DriftOptions, secrets: Mapping[tuple[str, str], bool | str]
) -> Drift:
    """Return the drift of the platform, with graded findings.

    A target that is only on the platform has no environment, so it is ignored if environments are selected.
    """
    compared = compare(
        side.targets,
        platform.tables,
        Options(
            servers=frozenset(options.servers),
            others=side.others,
            unknown=side.unknown,
            partial=options.partial,
            is_broken=platform.is_broken,
            unmanaged=not (options.ignore_unmanaged or options.environments),
        ),
        secrets,
    )
    project = side.project
    environments = {settings.target: settings.environment for settings in side.targets}
    findings = findings_of(compared.items, _POLICY)
    graded = grade(findings, project.selection, project.policy["rules"], environments)
    return Drift(tuple(platform.files), compared.items, compared.not_compared, compared.equal, graded)


def find_causes(side: GitSide) -> tuple[Finding, ...]:
    """Return the findings that make targets incomparable."""
    read = {file.path for file in side.project.workspace.files}
    return tuple(
        finding
        for finding in side.project.findings
        if not side.unknown.keys().isdisjoint(finding.targets) or finding.location.file not in read
    )


def report_age(files: Sequence[tuple[str, float | None]], now: float, limit: float) -> list[Finding]:
    """Return a finding for each file older than ``limit`` seconds, or without a time."""
    return [
        Finding(
            "OG854",
            f"the table is {_in_hours(now - time)} old, so the platform may have changed since"
            if time is not None
            else "the table has no time, because it comes from standard input",
            Location(name),
            remedy="Export the table again." if time is not None else "Name a file.",
        )
        for name, time in files
        if time is None or now - time > limit
    ]


def check_size(drift: Drift) -> None:
    """Refuse a drift that is too large for one document.

    Raises:
        UsageError: It has more than 15,000 items.

    """
    if len(drift.items) > CHANGES:
        raise UsageError(
            f"{len(drift.items):,} values drifted, which is too much for one document; use --format text, or select some with "
            "--environment or --server"
        )


def _in_hours(seconds: float) -> str:
    hours = int(seconds // 3600)
    return f"{hours:,} hours" if hours > 1 else f"{int(seconds // 60)} minutes"
