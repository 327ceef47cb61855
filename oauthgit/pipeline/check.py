"""Check a project: files -> documents -> effective settings -> findings.

    discover -> parse -> validate -> merge -> lint -> suppress -> triage
                '--------- evaluate() -----------'

All that makes this fast (partitions, processes, a cache) stands behind ``engine.evaluate_all``, whose result is that of
``[evaluate(own files, context)]``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache as call_once
from functools import partial
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from oauthgit import lint, rules
from oauthgit.discover import as_read, discover
from oauthgit.lint.correlation import correlation_keys
from oauthgit.model.document import Document, Marks
from oauthgit.model.finding import Finding
from oauthgit.model.project import Evaluation, Project, Resolution
from oauthgit.model.workspace import LAYERS, File, Kind, Workspace
from oauthgit.pipeline import engine
from oauthgit.pipeline.across import check_across
from oauthgit.pipeline.completeness import missing_settings
from oauthgit.pipeline.findings import attribute, may_expose_secrets, narrow
from oauthgit.pipeline.paths import find_workspace, is_below
from oauthgit.pipeline.read import Context, Documents, context_of, read_documents
from oauthgit.pipeline.resolve import parents_of, resolve, resolve_workspace, servers_by_target, targets_by_file
from oauthgit.triage import Choice, is_looked_for, triage
from oauthgit.triage.fixed import blocking
from oauthgit.triage.suppressing import Codes, suppress

if TYPE_CHECKING:
    from pathlib import Path

    from oauthgit.pipeline.engine.partition_cache import PartitionCache

_Value = TypeVar("_Value")


def load(
    start: "str | Path" = ".",
    paths: Iterable["str | Path"] = (),
    choice: Choice | None = None,
    today: str | None = None,
    cache: "PartitionCache | None" = None,
) -> Project:
    """Check the ``configs/`` folder at or above ``start``; needs neither keys nor network.

    With ``paths``, files or folders, only what concerns them and the targets that use them is reported. ``today`` is the
    day on which secrets are judged (ISO 8601), by default the present one in UTC. ``cache`` holds the files, read already,
    and evaluations of partitions of them.

    Raises:
        UnusableError: There is no ``configs/`` folder, or a path does not exist or lies outside of it.

    """
    began = perf_counter()
    root, chosen = find_workspace(start, paths)
    if cache is not None and cache.root != str(root):
        cache = None
    workspace, unread = as_read(root, cache.snapshot.contents) if cache else discover(root)
    project = check(workspace, unread, chosen=chosen, choice=choice, today=today, cache=cache)
    return project._replace(seconds=perf_counter() - began)


def check(  # noqa: PLR0913 - each by its name
    workspace: Workspace,
    unread: Sequence[Finding],
    *,
    chosen: Collection[str] = (),
    choice: Choice | None = None,
    today: str | None = None,
    cache: "PartitionCache | None" = None,
) -> Project:
    """Check files, wherever they were read from; ``unread`` are the findings of reading them.

    ``chosen`` are paths relative to the workspace's root; the rest is as in :func:`load`.
    """
    shared = read_documents(file for file in workspace.files if file.is_shared)
    context = context_of(shared, workspace, today)
    common = evaluate_shared(shared, context)
    cache = (
        None if may_expose_secrets(common.findings) else cache
    )  # no digest is kept where a secret may be in plain text
    evaluations = [common, *engine.evaluate_all(evaluate, workspace, context, cache)]
    findings = [
        *unread,
        *lint.deduplicate(chain.from_iterable(each.findings for each in evaluations)),
        *check_across(engine.colliding_files(workspace, evaluations[1:]), evaluations, context),
    ]
    sealed = not may_expose_secrets(findings)  # before suppression: no comment decides that
    choice = (choice or Choice())._replace(rules=context.policy["rules"])
    codes = Codes(rules.modules(), rules.load, partial(is_looked_for, choice=choice))
    findings = suppress(findings, [each for one in evaluations for each in one.commented], codes, context.today)
    environments, parents = _all(each.environments for each in evaluations), _all(each.parents for each in evaluations)
    servers = _all(each.servers for each in evaluations)
    using = targets_by_file(workspace.files, parents) if findings or chosen else {}
    findings = attribute(findings, using, workspace)
    if chosen:
        wanted = {target for file, names in using.items() if is_below(file, chosen) for target in names}
        findings = narrow(findings, chosen, wanted)
        environments = {target: environment for target, environment in environments.items() if target in wanted}
        servers = {target: number for target, number in servers.items() if target in wanted}
    policies = {file.path for file in workspace.files if file.kind is Kind.POLICY}
    return Project(
        workspace,
        call_once(partial(_resolve, workspace, context.today, environments)),
        triage(findings, choice, rules.load, environments),
        context.policy,
        policies.isdisjoint(finding.location.file for finding in (*unread, *shared.findings)),
        checked=sum(is_below(file.path, chosen) if chosen else file.kind in LAYERS for file in workspace.files),
        broken=blocking(triage(findings, Choice(), rules.load, environments)),
        sealed=sealed,
        environments=environments,
        running=servers,
        links=parents,
        shared_documents=tuple(shared.usable),
    )


def evaluate(files: Sequence[File], context: Context) -> Evaluation:
    """Evaluate files that depend on each other and on ``context`` alone; the result is the same in any process."""
    documents = read_documents(files)
    targets, findings = resolve(documents.usable, context.policy, context.today, context.layers)
    raw = documents.raw
    found = [
        *documents.findings,
        *findings,
        *lint.lint(context.checks, raw, targets, context.policy, context.shared),
        *missing_settings(targets, documents),
    ]
    return Evaluation(
        lint.deduplicate(found),
        parents_of(documents.usable),
        {settings.target: settings.environment for settings in targets},
        servers_by_target(targets),
        _commented(raw),
        correlation_keys(context.checks, [*context.shared, *raw], targets),
        tuple(file.path for file in files),
    )


def evaluate_shared(shared: Documents, context: Context) -> Evaluation:
    """Evaluate the files that concern every layer."""
    return Evaluation(
        [*shared.findings, *lint.lint(context.checks, shared.raw, (), context.policy)], commented=_commented(shared.raw)
    )


def _commented(documents: Iterable[Document]) -> tuple[Document, ...]:
    return tuple(document._replace(data=None, marks=Marks({})) for document in documents if document.directives)


def _resolve(workspace: Workspace, today: str, environments: Mapping[str, str | None]) -> Resolution:
    state = resolve_workspace(workspace, today=today)
    return Resolution(state.documents.usable, [each for each in state.targets if each.target in environments])


def _all(parts: Iterable[Mapping[str, _Value]]) -> dict[str, _Value]:
    return {name: value for part in parts for name, value in part.items()}
