"""Two states of the settings compared in terms of what targets run with: what changes, for whom, by which edit."""

from collections.abc import Iterator

from oauthgit.compare.causes import Pair, reaches
from oauthgit.compare.pairs import matched
from oauthgit.compare.policies import policy_changes
from oauthgit.compare.values import changes_between, changes_of
from oauthgit.model.difference import Change, Differences, Side, Status, TargetDifference
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import Kind

__all__ = ["compare"]


def compare(before: Side, after: Side) -> Differences:
    """Return what differs between two states; their names are left empty.

    Targets are matched by id, and what is left of both sides by likeness, so that a renamed application is one target.
    Comments, the order of keys and of scopes, and saying again what is inherited are no differences of a target; an edit
    without effect is listed with the targets that hide it.
    """
    found = matched(before, after)
    pairs = [pair for pair in found.pairs if _may_differ(pair)]
    targets = [
        *(difference for pair in pairs for difference in _between(pair)),
        *(_difference(each, Status.ADDED, changes_of(each, after, added=True)) for each in found.new),
        *(_difference(each, Status.REMOVED, changes_of(each, before, added=False)) for each in found.gone),
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
    """Tell whether a target stands on other layers than before, or on one that says something else."""
    layers = [reference.layer for reference in pair.now.chain]
    return layers != [reference.layer for reference in pair.was.chain] or not pair.after.rewritten.isdisjoint(layers)


def _between(pair: Pair) -> Iterator[TargetDifference]:
    changes = changes_between(pair)
    renamed = pair.was.target != pair.now.target
    if changes or renamed:
        difference = _difference(pair.now, Status.RENAMED if renamed else Status.CHANGED, changes)
        production = "production" in {pair.was.environment, pair.now.environment}
        yield difference._replace(was=pair.was.target, production=production)


def _difference(settings: Settings, status: Status, changes: tuple[Change, ...]) -> TargetDifference:
    return TargetDifference(
        settings.target,
        status,
        settings.kind,
        settings.environment,
        settings.model,
        settings.branch,
        settings.environment == "production",
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


def _rank(difference: TargetDifference) -> tuple[bool, bool, str]:
    return not difference.production, difference.kind is Kind.BRANCH, difference.target
