"""Compare two states of the settings by the effective values of the targets.

The result contains each change, the edit that caused it, and the targets that an edit reaches.
"""

from collections.abc import Iterator

from oauthgit.compare.causes import Pair, reaches
from oauthgit.compare.changes import changes_between, changes_of
from oauthgit.compare.environments import FindEnvironments, index_environments
from oauthgit.compare.match_targets import pair_targets
from oauthgit.compare.policy import policy_changes
from oauthgit.model.difference import Change, Differences, Side, Status, TargetDifference
from oauthgit.model.environment import PRODUCTION, environment_rank
from oauthgit.model.risk import RANK, Risk
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import Kind

__all__ = ["compare"]


def compare(before: Side, after: Side) -> Differences:
    """Return the differences of two states; ``base`` and ``head`` are left empty.

    Targets are matched by id, and the others by similarity, so that a renamed application is one target. Comments, the
    order of keys and of scopes, and the repetition of an inherited value are not differences of a target. An edit without
    effect is listed with the targets that override it.
    """
    found = pair_targets(before, after)
    pairs = [pair for pair in found.pairs if _may_differ(pair)]
    environments = index_environments(before, after)
    targets = [
        *(difference for pair in pairs for difference in _between(pair, environments)),
        *(_difference(each, Status.ADDED, changes_of(each, after, added=True)) for each in found.added),
        *(_difference(each, Status.REMOVED, changes_of(each, before, added=False)) for each in found.removed),
        *_incomparable(before, after),
    ]
    return Differences(
        base="",
        head="",
        targets=tuple(sorted(targets, key=_rank)),
        reaches=reaches(pairs),
        policy=policy_changes(before, after),
    )


def _may_differ(pair: Pair) -> bool:
    """Return True if the layers of a target, or their contents, have changed."""
    layers = [reference.layer for reference in pair.now.chain]
    return layers != [reference.layer for reference in pair.was.chain] or not pair.after.rewritten.isdisjoint(layers)


def _between(pair: Pair, environments: FindEnvironments) -> Iterator[TargetDifference]:
    changes = changes_between(pair, environments)
    renamed = pair.was.target != pair.now.target
    if changes or renamed:
        difference = _difference(pair.now, Status.RENAMED if renamed else Status.CHANGED, changes)
        production = PRODUCTION in {pair.was.environment, pair.now.environment}
        yield difference._replace(was=pair.was.target, production=production)


def _difference(settings: Settings, status: Status, changes: tuple[Change, ...]) -> TargetDifference:
    return TargetDifference(
        settings.target,
        status,
        settings.kind,
        settings.environment,
        settings.model,
        settings.branch,
        settings.environment == PRODUCTION,
        settings.location,
        changes,
    )


def _incomparable(before: Side, after: Side) -> Iterator[TargetDifference]:
    for target in sorted(before.unknown.keys() | after.unknown.keys()):
        reason = after.unknown.get(target) or f"before: {before.unknown[target]}"
        settings = after.targets.get(target) or before.targets.get(target)
        if settings:
            yield _difference(settings, Status.INCOMPARABLE, ())._replace(reason=reason)
        else:
            kind = Kind(target.partition("/")[0])
            yield TargetDifference(target, Status.INCOMPARABLE, kind, None, reason=reason)


def _rank(difference: TargetDifference) -> tuple[bool, bool, int, int, str]:
    """Return the place of a target in reports: production and the worst risks first."""
    is_removed = difference.status is Status.REMOVED
    risks = [Risk.REMOVED] if is_removed else [change.risk for change in difference.changes]
    worst = min((RANK[risk] for risk in risks), default=len(RANK))
    environment = environment_rank(PRODUCTION if difference.production else difference.environment)
    return not difference.production, difference.kind is Kind.BRANCH, environment, worst, difference.target
