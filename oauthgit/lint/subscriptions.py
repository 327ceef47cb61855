"""Which rules are asked about which settings: patterns of pointers, matched once for all servers and targets alike."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from oauthgit.model.formats.json_pointer import split
from oauthgit.model.rule import Condition, Rule, SettingCheck, Silence
from oauthgit.model.settings import Settings

Group = tuple[Silence | None, list[tuple[Rule, SettingCheck]]]
"""Rules that are asked about the same settings: those of which the function is not true."""


class Subscriptions:
    """The rules on settings: those that are asked of a server, and of what belongs to none."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [(rule, rule.check_setting, _patterns(rule.on)) for rule in rules if rule.check_setting]
        self._stated = {token for _, _, on in self._rules for pattern in on for token in pattern}
        self._conditions = dict.fromkeys(rule.of for rule, _, _ in self._rules if rule.of)
        self._of: dict[frozenset[Condition], Subscribed] = {}
        self._fitting: dict[tuple[str, ...], list[tuple[Rule, SettingCheck]]] = {}

    def of(self, server: str, settings: Settings) -> "Subscribed":
        """Return the rules that are asked of a server; without a name, those of what belongs to no server."""
        true = frozenset(of for of in self._conditions if not server or of(settings, server))
        if true not in self._of:
            self._of[true] = Subscribed(self, true)
        return self._of[true]

    def fitting(self, pointer: str) -> list[tuple[Rule, SettingCheck]]:
        """Return the rules with a pattern that a pointer fits."""
        # To a rule, servers differ by their names only, and no pattern states a name.
        tokens = tuple(token if token in self._stated else "" for token in split(pointer))
        if tokens not in self._fitting:
            self._fitting[tokens] = [
                (rule, check) for rule, check, on in self._rules if any(_fits(tokens, pattern) for pattern in on)
            ]
        return self._fitting[tokens]


class Subscribed(dict[str, list[Group]]):
    """The rules on settings by pointer, found when a pointer is first seen: most targets have the same settings."""

    def __init__(self, subscriptions: Subscriptions, true: AbstractSet[Condition]) -> None:
        super().__init__()
        self._subscriptions, self._true = subscriptions, true

    def __missing__(self, pointer: str) -> list[Group]:
        groups: dict[Silence | None, list[tuple[Rule, SettingCheck]]] = {}
        for rule, check in self._subscriptions.fitting(pointer):
            if rule.of is None or rule.of in self._true:
                groups.setdefault(rule.unless, []).append((rule, check))
        found = self[pointer] = list(groups.items())
        return found


def _patterns(on: str | tuple[str, ...]) -> list[tuple[str, ...]]:
    return [split(pattern) for pattern in ((on,) if isinstance(on, str) else on)]


def _fits(tokens: Sequence[str], pattern: Sequence[str]) -> bool:
    """Tell whether a pointer fits a pattern: ``*`` is one token, a final ``**`` one or more."""
    if pattern[-1] == "**" and len(tokens) >= len(pattern):
        tokens, pattern = tokens[: len(pattern) - 1], pattern[:-1]
    return len(tokens) == len(pattern) and all(
        stated in {"*", token} for token, stated in zip(tokens, pattern, strict=True)
    )
