"""Select the rules for each setting by patterns, once for all servers and targets."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache

from oauthgit.model.formats.json_pointer import split
from oauthgit.model.rule import Condition, Rule, SettingCheck, Silence
from oauthgit.model.settings import Settings

Group = tuple[Silence | None, list[tuple[Rule, SettingCheck]]]
"""Rules, and the condition that skips all of them for a setting."""


class Subscriptions:
    """Hold the rules on settings, and select those for a server or outside of servers."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [(rule, rule.check_setting, _patterns(rule.on)) for rule in rules if rule.check_setting]
        self._stated = {token for _, _, on in self._rules for pattern in on for token in pattern}
        self._conditions = dict.fromkeys(rule.of for rule, _, _ in self._rules if rule.of)
        patterns = (pattern for rule, _, on in self._rules if rule.by_environment for pattern in on)
        self.names = dict.fromkeys(_name_in(pattern) for pattern in patterns)
        """The settings of a server that rules by environment are on; ``**`` for the server itself."""
        self._of: dict[frozenset[Condition], tuple[Subscribed, Subscribed]] = {}
        self._fitting: dict[tuple[str, ...], list[tuple[Rule, SettingCheck]]] = {}

    def of(self, server: str, settings: Settings) -> "tuple[Subscribed, Subscribed]":
        """Return the rules for a server, or with an empty name those outside of servers.

        The second ones depend on the environment.
        """
        true = frozenset(of for of in self._conditions if not server or of(settings, server))
        if true not in self._of:
            self._of[true] = Subscribed(self, true, by_environment=False), Subscribed(self, true, by_environment=True)
        return self._of[true]

    def fitting(self, pointer: str) -> list[tuple[Rule, SettingCheck]]:
        """Return the rules with a pattern that matches a pointer."""
        # Pointers into servers differ only in the server's name, and no pattern contains a name.
        tokens = tuple(token if token in self._stated else "" for token in split(pointer))
        if tokens not in self._fitting:
            self._fitting[tokens] = [(rule, check) for rule, check, on in self._rules if _fits_any(tokens, on)]
        return self._fitting[tokens]


class Subscribed(dict[str, list[Group]]):
    """Hold rules by pointer, computed at the first access to a pointer.

    Most targets have the same settings.
    """

    def __init__(self, subscriptions: Subscriptions, true: AbstractSet[Condition], *, by_environment: bool) -> None:
        super().__init__()
        self._subscriptions, self._true = subscriptions, true
        self._by_environment = by_environment
        self.names = subscriptions.names if by_environment and not subscriptions.names.keys() & {"*", "**"} else None
        """The settings of a server that the rules are on, or None for any."""

    def __missing__(self, pointer: str) -> list[Group]:
        groups: dict[Silence | None, list[tuple[Rule, SettingCheck]]] = {}
        for rule, check in self._subscriptions.fitting(pointer):
            if rule.by_environment == self._by_environment and (rule.of is None or rule.of in self._true):
                groups.setdefault(rule.unless, []).append((rule, check))
        found = self[pointer] = list(groups.items())
        return found


def _patterns(on: str | tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(split(pattern) for pattern in ((on,) if isinstance(on, str) else on))


@cache
def _fits_any(tokens: tuple[str, ...], patterns: tuple[tuple[str, ...], ...]) -> bool:
    return any(_fits(tokens, pattern) for pattern in patterns)


def _name_in(pattern: Sequence[str]) -> str:
    """Return the setting of a server that a pattern matches, or ``**`` for any."""
    if pattern[0] not in {"oauth_servers", "*", "**"}:
        return ""
    _, _, name, *_ = (*pattern, "**", "**")
    return "**" if pattern[0] == "**" else name


def _fits(tokens: Sequence[str], pattern: Sequence[str]) -> bool:
    """Match a pattern: ``*`` is one token, a final ``**`` is one or more."""
    if pattern[-1] == "**" and len(tokens) >= len(pattern):
        tokens, pattern = tokens[: len(pattern) - 1], pattern[:-1]
    return len(tokens) == len(pattern) and all(
        stated in {"*", token} for token, stated in zip(tokens, pattern, strict=True)
    )
