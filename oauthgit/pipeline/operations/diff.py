"""Compare two states of a repository; no commit is checked out."""

from collections.abc import Mapping, Sequence
from functools import cache as call_once
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

from oauthgit.compare import compare
from oauthgit.discover import decode, discover
from oauthgit.discover.commit import discover_in
from oauthgit.discover.git import Commit, GitError, Repository
from oauthgit.discover.layout import CONFIGS, is_yaml
from oauthgit.discover.sparse import refuse_sparse
from oauthgit.merge.size import TooManyServersError
from oauthgit.model.difference import Differences
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.project import Evaluation, Project, Resolution, combine
from oauthgit.model.selection import EVERYTHING, Selection
from oauthgit.model.workspace import FOREIGN, LAYERS, File, Kind, Workspace
from oauthgit.pipeline.check import check, load
from oauthgit.pipeline.engine.chains import Chains, is_closed
from oauthgit.pipeline.engine.unchanged import find_unchanged
from oauthgit.pipeline.findings import grade
from oauthgit.pipeline.operations.diff_side import make_side
from oauthgit.pipeline.operations.load_targets import SERVERS
from oauthgit.pipeline.operations.policy_loosened import (
    find_lowered_severities,
    find_weaker_members,
    find_widened_trust,
)
from oauthgit.pipeline.read import layers_of, read_documents, utc_today
from oauthgit.pipeline.resolve import (
    State,
    evaluation_of,
    layers_in,
    resolve_workspace,
    servers_by_target,
    valid_targets,
)

if TYPE_CHECKING:
    from oauthgit.pipeline.engine.layer_cache import LayerCache

WORKING_TREE: Final = "the working tree"
_SPECIAL: Final = "OG115"


class CommitRange(NamedTuple):
    """Name two commits to compare; no later commit means the working tree.

    ``name`` is the name of the base for a report.
    """

    base: Commit
    head: Commit | None = None
    name: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """Return how both are called."""
        return self.name or self.base.ref, self.head.ref if self.head else WORKING_TREE


class DiffResult(NamedTuple):
    """Hold the differences and the later state."""

    differences: Differences
    project: Project


def ancestor(base: Commit, head: Commit) -> str:
    """Return the hash of the commit where ``head`` left ``base``.

    Raises:
        UsageError: There is none, or the history is not here.

    """
    try:
        return base.merge_base(head)
    except GitError as error:
        raise UsageError(f"nothing was compared: {error}") from None


def diff(ends: CommitRange, selection: Selection, cache: "LayerCache | None" = None) -> DiffResult:
    """Return what differs between two states of a project.

    A file that is equal on both sides is read once. Rules run only to explain why a target cannot be compared. ``cache``
    holds the facts of layers without findings in the working tree.

    Raises:
        UsageError: A commit cannot be read.

    """
    began, repository = perf_counter(), ends.base.repository
    cache = cache if cache and ends.head is None and cache.root == str(repository.root) else None
    try:
        later = discover_in(ends.head) if ends.head else _read_tree(repository.root, cache)
        now = {file.path: file.content for file in later[0].files}
        earlier = discover_in(ends.base, now)
        if not ends.head:
            refuse_sparse(repository, {file.path for file in earlier[0].files} - now.keys())
    except GitError as error:
        raise UsageError(f"nothing was compared: {error}") from None
    _refuse_unread(earlier[1], later[1], ends)
    try:
        before, after, same = _states(earlier, later, cache)
    except TooManyServersError:
        raise UsageError(
            f"nothing was compared: the models that differ have more than {SERVERS:,} OAuth servers in all targets "
            "together, which is too large for one run; oauthgit effective TARGET, once in each commit, shows one of them"
        ) from None
    was, project = project_of(before, earlier, EVERYTHING, same), project_of(after, later, selection, same)
    found = differences(before, after, was.blocked, project.blocked)
    base, head = ends.names
    return DiffResult(found._replace(base=base, head=head), project._replace(seconds=perf_counter() - began))


def _read_tree(root: Path, cache: "LayerCache | None") -> tuple[Workspace, list[Finding]]:
    return decode(root, cache.snapshot.contents) if cache else discover(root)


def _refuse_unread(earlier: Sequence[Finding], later: Sequence[Finding], ends: CommitRange) -> None:
    """Refuse to compare with a folder that is a link or a submodule.

    Everything in it would appear as added or removed.
    """
    before, after = ({each.location.file for each in side if each.code == _SPECIAL} for side in (earlier, later))
    unread = {path for path in before ^ after if not is_yaml(path)} | ({CONFIGS} & (before | after))
    if unread:
        path = min(unread)
        where = [name for name, side in zip(ends.names, (before, after), strict=True) if path in side]
        raise UsageError(
            f"nothing was compared: {escape(path)} is a link or a submodule in {redact_urls(' and in '.join(where))}, so what "
            "it holds there is not in this repository (OG115)"
        )


def diff_without_base(
    here: Repository, base: str, error: UsageError
) -> tuple[Differences, Project, tuple[Finding, ...]]:
    """Return a report that nothing was compared, because the CI base is unreadable."""
    from oauthgit.pipeline.operations.base_review import report_unread_base

    found = report_unread_base(error, "what targets run with since the base, and what was done to secrets files")
    name = base.removeprefix("refs/remotes/")
    nothing = Differences(name, WORKING_TREE, (), (), (), unread="nothing was compared, for the base cannot be read")
    return nothing, load(here.root, search=here.search), grade([found])


def differences(
    before: State, after: State, broken_before: Mapping[str, str], broken_after: Mapping[str, str]
) -> Differences:
    """Return the differences of two states; ``broken`` maps targets to reasons.

    A later policy that cannot be read is an error of its own, and no policy without settings.
    """
    if not after.policy_is_valid and not any(each.kind is Kind.POLICY for each in after.documents.valid_documents):
        after = after._replace(policy=before.policy)
    rewritten = {path for path, _ in before.documents.readings.keys() ^ after.documents.readings.keys()}
    loosened = [
        each
        for found in (find_widened_trust, find_lowered_severities, find_weaker_members)
        for each in found(before.policy, after.policy)
    ]
    changed = {file.layer for side in (before, after) for file in side.workspace.files if file.path in rewritten}
    now = make_side(after, rewritten, "after", broken_after)
    return compare(
        make_side(before, rewritten, "before", broken_before),
        now._replace(rewritten=changed, loosened=frozenset(each.pointer for each in loosened)),
    )


def _states(
    earlier: tuple[Workspace, list[Finding]], later: tuple[Workspace, list[Finding]], cache: "LayerCache | None"
) -> tuple[State, State, Sequence[Evaluation]]:
    """Resolve two states without equal models; return their evaluations.

    An application may state its model in a way that was not expected. Then both states are resolved as a
    whole.
    """
    today = utc_today()
    (was, unread), (now, unread_now) = earlier, later
    layers = layers_of((*was.files, *now.files))
    shared = tuple(file for file in now.files if file.is_shared)
    readings = read_documents(shared).readings

    def evaluate_valid(files: Sequence[File]) -> Evaluation | None:
        """Return the evaluation of a model, or None if a target has errors."""
        found = resolve_workspace(now._replace(files=(*shared, *files)), today, known=readings, layers=layers)
        return evaluation_of(found) if layers_in(found) == valid_targets(found).keys() else None

    def find_known(chains: Chains) -> Evaluation:
        return cache.find(chains, now, today) if cache else Evaluation(())

    same = find_unchanged(evaluate_valid, was, now, find_known)
    after = resolve_workspace(same.after, today, layers=layers_of(now.files), most=SERVERS)._replace(unread=unread_now)
    known = after.documents.readings
    before = resolve_workspace(same.before, today, known=known, layers=layers_of(was.files), most=SERVERS)
    before = before._replace(unread=unread)
    sides = ((before, was), (after, now))
    if not same.evaluations or all(is_closed([evaluation_of(state)], layers_of(side.files)) for state, side in sides):
        return before, after, same.evaluations
    after = resolve_workspace(now, today, most=SERVERS)._replace(unread=unread_now)
    before = resolve_workspace(was, today, known=after.documents.readings, most=SERVERS)._replace(unread=unread)
    return before, after, ()


def project_of(
    state: State, files: tuple[Workspace, list[Finding]], selection: Selection, same: Sequence[Evaluation] = ()
) -> Project:
    """Return the project of a state; it is checked only if a layer has errors."""
    if layers_in(state) == valid_targets(state).keys():
        return skip_rules(state, files[0], same)._replace(selection=selection)
    return check(*files, selection, state.today)


def skip_rules(state: State, workspace: Workspace, others: Sequence[Evaluation]) -> Project:
    """Return the project that the files of ``workspace`` are, no rule having run.

    ``state`` has the resolved files; ``others`` are the evaluations of all other models.
    """
    whole = combine([*others, evaluation_of(state)])

    def resolve() -> Resolution:
        whole = resolve_workspace(workspace, today=state.today) if others else state
        return Resolution(whole.documents.valid_documents, whole.targets)

    return Project(
        workspace,
        call_once(resolve),
        (),
        state.policy,
        state.policy_is_valid,
        files_checked=sum(file.kind in LAYERS for file in workspace.files),
        environments=whole.environments,
        servers_by_target=servers_by_target(whole),
        parents=whole.parents,
        shared_documents=tuple(
            each for each in state.documents.valid_documents if each.kind in (Kind.POLICY, *FOREIGN)
        ),
    )
