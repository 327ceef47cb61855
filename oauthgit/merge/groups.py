"""Group findings of many layers that have one cause at one place."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final

from oauthgit.merge.links import Consequence
from oauthgit.merge.origins import parent_of
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding, Related
from oauthgit.model.workspace import TARGETS

_NAMED: Final = 3


def group(found: Iterable[Consequence], layers: Mapping[str, Document]) -> list[Finding]:
    """Return the first finding of each cause, with the places and targets of all."""
    groups: dict[Hashable, list[Consequence]] = {}
    for each in found:
        groups.setdefault(each.cause, []).append(each)
    if all(len(several) == 1 for several in groups.values()):
        return [only.finding for (only,) in groups.values()]
    above: dict[str | None, list[str]] = {}
    for layer, document in layers.items():
        above.setdefault(parent_of(document), []).append(layer)
    targets = {layer for layer, document in layers.items() if document.kind in TARGETS}
    return [_join(several, above, targets) for several in groups.values()]


def _join(several: Sequence[Consequence], above: Mapping[str | None, Sequence[str]], targets: set[str]) -> Finding:
    first, *others = several
    if not others:
        return first.finding
    known = {related.location for related in first.finding.related}
    others = [each for each in others if each.finding.location not in known]
    more = len(others) - _NAMED
    also = [Related("also here", each.finding.location) for each in others[:_NAMED]]
    if more > 0:
        also[-1] = also[-1]._replace(message=f"also here, and at {more:,} more places")
    reached = dict.fromkeys(each.layer for each in several)
    for layer in (waiting := list(reached)):
        new = [each for each in above.get(layer, ()) if each not in reached]
        reached.update(dict.fromkeys(new))
        waiting += new
    running = tuple(layer for layer in reached if layer in targets)
    return first.finding._replace(related=(*first.finding.related, *also), targets=running or tuple(reached))
