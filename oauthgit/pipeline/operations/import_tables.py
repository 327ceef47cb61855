"""Read tables of the platform, plan their layers, and check the result in memory."""

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from oauthgit.discover import find_root
from oauthgit.discover.layout import CONFIGS, classify
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.layer_plan import Guess, LayerPlan
from oauthgit.model.platform_row import Row, Table, Unstated
from oauthgit.model.project import Project, Resolution
from oauthgit.model.workspace import LAYERS, File, Workspace
from oauthgit.pipeline.check import check, discover_whole
from oauthgit.pipeline.operations.edit_layer import EditError, edit_layer
from oauthgit.pipeline.operations.granted_columns import grant_own
from oauthgit.pipeline.operations.import_paths import check_paths, path_of
from oauthgit.pipeline.operations.known_layers import flatten, known_of
from oauthgit.pipeline.resolve import State, resolve_workspace
from oauthgit.platform import ReadOptions, Source, read_tables
from oauthgit.platform.layer_text import layer_text
from oauthgit.platform.meaning import is_equal
from oauthgit.platform.plan_layers import LayerOptions, LayerPlans, plan_layers

_BLOCKING: Final = ("OG1", "OG2", "OG302", "OG308", "OG309", "OG310", "OG313", "OG403", "OG404")
_EXPECTED: Final = frozenset(("OG203",))
"""Errors that do not prevent an import: settings that the platform does not have either."""
_SHOWN: Final = 5


Grant = Callable[[Project], Mapping[str, str]]


class ImportOptions(NamedTuple):
    """Hold the options of an import, without the columns of the policy."""

    tables: ReadOptions = ReadOptions()
    layers: LayerOptions = LayerOptions()
    updates: bool = False


class Import(NamedTuple):
    """Hold an import in memory.

    ``project`` is the checked result, ``before`` are the settings without the tables.
    ``contents`` has the old content of each file that changes, None if it is new, and
    the new one. If ``errors`` has findings, nothing may be written. ``notes`` are those that do not prevent it.
    """

    project: Project
    before: State
    unread: Sequence[Finding]
    contents: Mapping[str, tuple[bytes | None, bytes]]
    tables: tuple[Table, ...]
    plans: tuple[LayerPlan, ...]
    guesses: tuple[Guess, ...]
    equal: int
    errors: tuple[Finding, ...]
    notes: tuple[Finding, ...]


def prepare_import(
    start: str, sources: Sequence[Source], options: ImportOptions, search: str, grant: Grant = grant_own
) -> Import:
    """Return an import into the folder at or above ``start``; write nothing.

    ``grant`` returns the columns that a trusted policy maps.

    Raises:
        UsageError: The files in git cannot be used, or an option concerns nothing.

    """
    workspace, unread = _open_workspace(start, search)
    state = resolve_workspace(workspace)
    if not state.policy_is_valid:
        raise UsageError(f"nothing was imported: the policy {CONFIGS}/oauthgit.yaml has errors; run oauthgit validate")
    of_policy = state.policy["platform"]["columns"]
    granted = grant(check(workspace, unread)) if of_policy else {}
    tables, findings = read_tables(sources, options.tables.with_policy(of_policy, granted))
    _refuse_unused(options, tables, findings)
    plans = plan_layers(tables, known_of(state), options.layers)
    findings = (*findings, *plans.findings)
    errors = [finding for finding in findings if finding.code not in NOTES]
    notes = tuple(finding for finding in findings if finding.code in NOTES)
    contents: dict[str, tuple[bytes | None, bytes]] = {}
    if not errors:
        contents, errors = _contents_of(plans, workspace, state, options)
    after = replace_contents(workspace, {path: new for path, (_, new) in contents.items()})
    result = resolve_workspace(after, known=state.documents.readings) if contents else state
    resolution = Resolution(result.documents.valid_documents, result.targets)
    project = check(after, unread)._replace(resolve=lambda: resolution)
    if not errors:
        errors = _find_faults(project, plans, contents, workspace, unread)
    if not errors:
        _verify(project, plans)
    return Import(
        project, state, unread, contents, tables, plans.plans, plans.guesses, plans.equal, tuple(errors), notes
    )


NOTES: Final = frozenset(("OG009", "OG802", "OG809"))
"""Findings about tables that do not prevent an import; OG009 counts others beyond many of the same kind."""


def replace_contents(workspace: Workspace, contents: Mapping[str, bytes]) -> Workspace:
    """Return a workspace with new or changed files below the folder of settings."""
    files = {file.path: file for file in workspace.files if file.path not in contents}
    for path, content in contents.items():
        file = classify(path, content)
        if isinstance(file, File):
            files[path] = file
    others = [file for file in files.values() if not file.path.startswith(f"{CONFIGS}/")]
    ours = sorted((file for file in files.values() if file.path.startswith(f"{CONFIGS}/")), key=lambda file: file.path)
    return workspace._replace(files=(*others, *ours))


def _open_workspace(start: str, search: str) -> tuple[Workspace, list[Finding]]:
    """Return the files at or above ``start``; a folder without settings is a new one."""
    root = find_root(start)
    workspace, unread = discover_whole(root or start, search)
    if root is None:
        unread = [finding for finding in unread if finding.location.file != CONFIGS]
    return workspace, unread


def _refuse_unused(options: ImportOptions, tables: Sequence[Table], findings: Sequence[Finding]) -> None:
    """Refuse an option that concerns nothing, which is probably a typing error."""
    names = {row.identity.get("application") or row.identity.get("name") or "" for each in tables for row in each.rows}
    for pattern in options.layers.environments if tables and not findings else ():
        if not any(fnmatchcase(name, pattern) for name in names if name):
            raise UsageError(
                f"--environment {pattern}: no runtime configuration or application in the tables has this name"
            )


def _contents_of(
    plans: LayerPlans, workspace: Workspace, state: State, options: ImportOptions
) -> tuple[dict[str, tuple[bytes | None, bytes]], list[Finding]]:
    """Return the files that change, or the findings why they cannot."""
    contents: dict[str, tuple[bytes | None, bytes]] = {}
    errors: list[Finding] = []
    by_layer = {file.layer: file for file in workspace.files if file.kind in LAYERS}
    documents = {document.file: document for document in state.documents.valid_documents}
    existing: list[str] = []
    new_paths: dict[str, LayerPlan] = {}
    for plan in plans.plans:
        file = by_layer.get(plan.layer)
        if file is None:
            path = path_of(plan)
            contents[path] = None, layer_text(plan).encode()
            new_paths[path] = plan
            continue
        try:
            new = edit_layer(file, documents.get(file.path), plan)
        except EditError as error:
            errors.append(Finding("OG815", str(error), plan.rows[0].locate(), remedy=error.remedy))
            continue
        if new != file.content:
            contents[file.path] = file.content, new
            existing.append(file.path)
    errors += check_paths(new_paths, contents, workspace)
    if existing and not options.updates:
        some = ", ".join(existing[:_SHOWN]) + (f" and {len(existing) - _SHOWN} more" if len(existing) > _SHOWN else "")
        raise UsageError(
            f"nothing was written: the tables have other settings than existing files ({some}); see them with --update "
            "--dry-run, and write them with --update"
        )
    return contents, errors


def _find_faults(
    project: Project,
    plans: LayerPlans,
    contents: Mapping[str, tuple[bytes | None, bytes]],
    before: Workspace,
    unread: Sequence[Finding],
) -> list[Finding]:
    """Return errors in the new contents that the old ones do not have, at their rows."""
    found = [
        finding
        for finding in project.findings
        if finding.location.file in contents
        and finding.severity is Severity.ERROR
        and finding.code.startswith(_BLOCKING)
        and finding.code not in _EXPECTED
    ]
    if not found:
        return []
    old = {(each.code, each.location.file, each.message) for each in check(before, unread).findings}
    layers = {file.path: file.layer for file in project.workspace.files}
    rows = {(row.layer, row.server): row for plan in plans.plans for row in plan.rows}
    return [
        _at_row(finding, layers[finding.location.file], rows)
        for finding in found
        if (finding.code, finding.location.file, finding.message) not in old
    ]


def _at_row(finding: Finding, layer: str, rows: Mapping[tuple[str, str], Row]) -> Finding:
    """Return a finding about a new file, at the cell that states the value."""
    tokens = finding.location.pointer.split("/")
    server = tokens[2] if len(tokens) > 2 else ""  # noqa: PLR2004 - /oauth_servers/NAME
    row = rows.get((layer, server)) or next(row for (each, _), row in rows.items() if each == layer)
    return finding._replace(location=row.locate(".".join(tokens[3:]) or tokens[-1]), related=())


def _verify(project: Project, plans: LayerPlans) -> None:
    """Check that the pipeline computes the planned settings; it alone decides.

    Raises:
        UsageError: It does not, so nothing may be written.

    """
    targets = {settings.target: settings for settings in project.resolve().targets}
    rows = {(row.layer, row.server): row for plan in plans.plans for row in plan.rows}
    for (layer, server), planned in plans.effective.items():
        settings = targets.get(layer)
        effective = flatten(settings.servers.get(server, {})) if settings else {}
        for name in {*rows[layer, server].cells, *planned} - {"client_secret", "redirect_uri"}:
            if not is_equal(name, effective.get(name), planned.get(name)) and not _is_masked(rows[layer, server], name):
                raise UsageError(
                    f"nothing was written: {name} of {server} in {layer} would not be what the table states, because other "
                    "files in git have errors; run oauthgit validate to see them"
                )


def _is_masked(row: Row, name: str) -> bool:
    return name in row.cells and row.cells[name].value is Unstated.MASKED
