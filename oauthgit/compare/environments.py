"""Find values of a production target that belong to another environment."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, Final

from oauthgit.compare.causes import Pair
from oauthgit.model.difference import Side
from oauthgit.model.environment import ENVIRONMENTS, PRODUCTION
from oauthgit.model.formats.environment_words import WORDS, words_in
from oauthgit.model.settings import Settings

FindEnvironments = Callable[[str, str], AbstractSet[str]]
"""Returns the environments that use a value of a setting."""

_OTHERS: Final = tuple(reversed(ENVIRONMENTS[1:]))


def index_environments(before: Side, after: Side) -> FindEnvironments:
    """Return a function that finds the environments of a value of any server.

    Production counts if it had the value before.
    """

    @cache
    def index() -> dict[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for side in (before, after):
            for settings in side.targets.values():
                if settings.environment and (side is before or settings.environment != PRODUCTION):
                    for key in _texts(settings):
                        found.setdefault(key, set()).add(settings.environment)
        return found

    return lambda name, value: index().get((name, value), frozenset())


def resembled_environment(pair: Pair, name: str, value: Any, environments: FindEnvironments) -> str:
    """Return another environment that a new value of a production target belongs to.

    It is the one whose targets have the value, or the one that a word of the value stands for and no word of the value
    before. The result is empty if there is none.
    """
    if PRODUCTION not in {pair.was.environment, pair.now.environment} or not isinstance(value, str):
        return ""
    users = environments(name, value)
    if PRODUCTION in users:
        return ""
    used = next((each for each in _OTHERS if each in users), "")
    known = {word for server in pair.was.servers.values() for word in words_in(str(server.get(name, "")))}
    named = (WORDS[word] for word in words_in(value) if word not in known)
    return used or next((each for each in named if each != PRODUCTION), "")


def _texts(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the names and values of texts in the servers of a target."""
    for server in settings.servers.values():
        yield from ((name, value) for name, value in server.items() if isinstance(value, str))
