"""Check a project: files -> documents -> effective settings -> findings.

    discover -> parse -> validate -> merge -> lint -> suppress -> triage
                '--------- evaluate() -----------'

All that makes this fast (parts, processes, a cache) is in ``engine.evaluate_all``. Its result is the same as that of
``evaluate(own files, context)``.
"""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache as call_once
from functools import partial
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from oauthgit import lint, rules
from oauthgit.discover import decode, discover, find_repository
from oauthgit.lint.correlation import correlation_keys
from oauthgit.model.document import Document, Marks
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.git_index import may_leave_files_out
from oauthgit.model.project import Evaluation, Project, Resolution, combine, restrict
from oauthgit.model.selection import EVERYTHING, Selection
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import LAYERS, File, Kind, Workspace
from oauthgit.pipeline import engine
from oauthgit.pipeline.across import check_across
from oauthgit.pipeline.completeness import missing_settings
from oauthgit.pipeline.findings import attribute, find_concerned, grade, may_expose_secrets, narrow
from oauthgit.pipeline.paths import find_workspace, is_below
from oauthgit.pipeline.read import Context, Documents, context_of, read_documents
from oauthgit.pipeline.resolve import chain_of, resolve, resolve_workspace, servers_by_target, targets_by_file
from oauthgit.pipeline.smoke_notice import join_refusals
from oauthgit.pipeline.stand_ins import parents_of, placed, unread_files
from oauthgit.triage import is_enabled
from oauthgit.triage.suppress import Codes, suppress
from oauthgit.triage.unsuppressible import blocking

if TYPE_CHECKING:
    from pathlib import Path

    from oauthgit.pipeline.engine.layer_cache import LayerCache


def load(
    start: "str | Path" = ".",
    selection: Selection = EVERYTHING,
    today: str | None = None,
    cache: "LayerCache | None" = None,
    search: str = os.defpath,
) -> Project:
    """Check the ``configs/`` folder at or above ``start``, without keys or network.

    If ``selection`` has paths, only findings that concern them and the targets that use them are reported. If it has targets,
    the project consists of them and of the branches below. ``today`` is
    the day for which expiry dates are checked (ISO 8601), by default the current day in UTC. ``cache`` contains the files,
    already read, and facts about layers of an earlier run. ``search`` is the PATH for git, which is needed in a sparse checkout.

    Raises:
        UsageError: There is no ``configs/`` folder, a path does not exist or is outside of it, or files are left out by a
            sparse checkout.

    """
    began = perf_counter()
    root, selection = find_workspace(start, selection)
    if cache is not None and cache.root != str(root):
        cache = None
    workspace, unread = decode(root, cache.snapshot.contents) if cache else discover_whole(root, search)
    return check(workspace, unread, selection, today, cache)._replace(seconds=perf_counter() - began)


def discover_whole(
    root: str, search: str, overlays: Mapping[str, bytes] = MappingProxyType({})
) -> tuple[Workspace, list[Finding]]:
    """Return the files of a working tree and the skipped ones, as ``discover`` does.

    Raises:
        UsageError: Files are left out by a sparse checkout.

    """
    if may_leave_files_out(find_repository(root) or root):
        from pathlib import Path

        from oauthgit.discover.git import GitError, Repository
        from oauthgit.discover.sparse import refuse_sparse

        try:
            refuse_sparse(Repository(Path(root), search))
        except GitError as error:
            raise UsageError(f"nothing was checked: {error}") from None
    return discover(root, overlays)


def check(
    workspace: Workspace,
    unread: Sequence[Finding] = (),
    selection: Selection = EVERYTHING,
    today: str | None = None,
    cache: "engine.Cache | None" = None,
) -> Project:
    """Check the files of a workspace; ``unread`` are the findings of reading them."""
    shared = read_documents(file for file in workspace.files if file.is_shared)
    unusable = unread_files(workspace, unread)
    context = context_of(shared, workspace, today, unusable)
    common = evaluate_shared(shared, context)
    if unusable or may_expose_secrets(common.findings):
        cache = None  # never store a digest of a file that may contain a plaintext secret
    wanted = _find_named(workspace, selection.targets)
    whole = combine([common, engine.evaluate_all(evaluate, workspace, context, cache, wanted)])
    if wanted:
        workspace = _without_others(workspace, {*wanted, *whole.parents, *whole.parents.values()})
    across = check_across(workspace, whole, context)
    if wanted:
        whole = restrict(whole, {layer for each in wanted for layer in chain_of(each, whole.parents)})
    findings = [*unread, *lint.deduplicate([*whole.findings, *across])]
    is_cacheable = not may_expose_secrets(findings)  # before suppression: comments must not affect this
    severities = context.policy["rules"]
    codes = Codes(rules.modules(), rules.load, partial(is_enabled, selection=selection, severities=severities))
    findings = suppress(findings, whole.commented, codes, context.today)
    every = (*workspace.files, *placed(unusable, workspace, whole.parents)) if unusable else workspace.files
    using = targets_by_file(every, whole.parents) if findings or selection.paths else {}
    findings = attribute(findings, using, workspace)
    if selection.paths:
        selected = {target for file, names in using.items() if is_below(file, selection.paths) for target in names}
        whole = restrict(whole, selected)
        findings = narrow(findings, selection, selected)
    blocked = blocking(grade(findings, environments=whole.environments))
    servers = servers_by_target(whole)
    findings = join_refusals(findings, servers, blocked)
    files = [file for file in workspace.files if not selection.paths or is_below(file.path, selection.paths)]
    policies = {file.path for file in workspace.files if file.kind is Kind.POLICY}
    return Project(
        workspace,
        call_once(partial(_resolve, workspace, context, whole.environments)),
        grade(findings, selection, severities, whole.environments),
        context.policy,
        policies.isdisjoint(finding.location.file for finding in (*unread, *shared.findings)),
        files_checked=sum(bool(selection.paths) or file.kind in LAYERS for file in files),
        blocked=blocked,
        is_cacheable=is_cacheable,
        environments=whole.environments,
        servers_by_target=servers,
        parents=whole.parents,
        shared_documents=tuple(shared.valid_documents),
        selection=selection,
        lines=whole.lines,
    )


def evaluate(files: Sequence[File], context: Context) -> Evaluation:
    """Evaluate files that depend only on each other and on ``context``.

    The result is the same in any process.
    """
    documents = read_documents(files)
    targets, findings = resolve(documents, context.given)
    raw = documents.raw
    found = [
        *documents.findings,
        *findings,
        *lint.lint(context.checks, raw, targets, context.policy, context.shared),
        *missing_settings(targets, documents.valid_documents),
    ]
    parents = parents_of(documents, context.layers)
    distinct = lint.deduplicate(found)
    return Evaluation(
        distinct,
        parents,
        {settings.target: settings.environment for settings in targets},
        {settings.target: len(settings.servers) for settings in targets},
        _list_commented(raw),
        correlation_keys(context.checks, raw, map(_without_doubts, targets)),
        # a finding of the merge may make settings of any layer uncertain
        frozenset(file.layer for file in files) if findings else find_concerned(found, files, parents),
        _mask_excerpts(documents, files, found) if found else {},
        is_local=distinct == lint.deduplicate(documents.findings),
    )


def _mask_excerpts(
    documents: Documents, files: Iterable[File], findings: Iterable[Finding]
) -> dict[str, dict[int, str]]:
    """Return the lines that a report shows, as long as the files are parsed."""
    from oauthgit.pipeline.excerpts import list_shown, mask_excerpt

    shown = list_shown(findings)
    return {
        file.path: mask_excerpt(file, documents.readings[file.path, file.content].document, shown[file.path])
        for file in files
        if file.path in shown
    }


def _without_doubts(settings: Settings) -> Settings:
    """Return settings whose correlation keys do not depend on errors in other layers."""
    return settings._replace(is_valid=True, dropped=frozenset()) if not settings.is_valid else settings


def evaluate_shared(shared: Documents, context: Context) -> Evaluation:
    """Evaluate the files that concern every layer."""
    return Evaluation(
        [*shared.findings, *lint.lint(context.checks, shared.raw, (), context.policy)],
        commented=_list_commented(shared.raw),
        correlation_keys=correlation_keys(context.checks, shared.raw, ()),
    )


def _list_commented(documents: Iterable[Document]) -> tuple[Document, ...]:
    return tuple(document._replace(data=None, marks=Marks({})) for document in documents if document.suppressions)


def _find_named(workspace: Workspace, names: Sequence[str]) -> set[str]:
    """Return the layers with ids that end in ``names``; none if a name has no layer."""
    layers = [f"/{file.layer}" for file in workspace.files if file.kind in LAYERS] if names else []
    found = [{layer[1:] for layer in layers if layer.endswith(f"/{name}")} for name in names]
    return set().union(*found) if all(found) else set()


def _without_others(workspace: Workspace, evaluated: Collection[str | None]) -> Workspace:
    """Return the workspace without the layers that were not evaluated.

    A layer whose file cannot be used, and secrets beside no layer, stay.
    """
    others = {file.layer for file in workspace.files if file.kind in LAYERS}.difference(evaluated)
    return workspace._replace(files=tuple(file for file in workspace.files if file.layer not in others))


def _resolve(workspace: Workspace, context: Context, environments: Mapping[str, str | None]) -> Resolution:
    state = resolve_workspace(workspace, context.today, layers=context.layers)
    return Resolution(state.documents.valid_documents, [each for each in state.targets if each.target in environments])
