"""Summarize drift in one line."""

from collections.abc import Iterator

from oauthgit.model.drift import Drift, DriftState
from oauthgit.model.environment import PRODUCTION
from oauthgit.model.formats.sanitize import format_count


def drift_headline(drift: Drift) -> str:
    """Return the number of values that drifted by state, and of the others."""
    if drift.is_empty:
        return "nothing could be compared"
    parts = [*_drifted(drift)] or ["no drift"]
    skipped = sum(each.values for each in drift.not_compared)
    parts += [f"{drift.equal:,} equal"] if drift.equal else []
    parts += [f"{skipped:,} not compared"] if skipped else []
    return ", ".join(parts)


def _drifted(drift: Drift) -> Iterator[str]:
    counts = drift.counts
    if not drift.items:
        return
    targets = {item.target for item in drift.items}
    production = {item.target for item in drift.items if item.environment == PRODUCTION}
    named = f", {len(production)} of production" if production else ""
    yield f"drift in {format_count(len(targets), 'target')}{named}: {_differing(counts[DriftState.DIFFERS])}"
    if counts[DriftState.ONLY_IN_GIT]:
        yield f"{counts[DriftState.ONLY_IN_GIT]} only in git"
    if counts[DriftState.ONLY_ON_PLATFORM]:
        yield f"{counts[DriftState.ONLY_ON_PLATFORM]} only on the platform"


def _differing(number: int) -> str:
    return "1 value differs" if number == 1 else f"{number:,} values differ"
