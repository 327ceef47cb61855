"""Collect the results of comparisons: drift, equal values, and those not compared."""

from oauthgit.model.drift import DriftItem, NotCompared


class Tally:
    """Collect results; values that are not compared are counted by reason."""

    def __init__(self) -> None:
        self.items: list[DriftItem] = []
        self.equal = 0
        self._seen: set[tuple[object, ...]] = set()
        self._skipped: dict[str, tuple[dict[str, None], dict[str, None], list[int]]] = {}

    def add(self, item: DriftItem) -> None:
        """Add a difference.

        The rows of all servers repeat the settings of their target, so only the first difference of a setting counts.
        """
        if item.server or item[:5] not in self._seen:
            self.items.append(item)
            self._seen.add(item[:5])

    def skip(self, reason: str, setting: str = "", target: str = "", count: int = 1) -> None:
        """Count a setting or a target that is not compared."""
        if not count:
            return
        settings, targets, total = self._skipped.setdefault(reason, ({}, {}, [0]))
        total[0] += count
        if setting:
            settings[setting] = None
        if target:
            targets[target] = None

    def not_compared(self) -> tuple[NotCompared, ...]:
        """Return the counts of values that were not compared."""
        return tuple(
            NotCompared(reason, total[0], tuple(settings), tuple(targets))
            for reason, (settings, targets, total) in self._skipped.items()
        )
