"""Provide cheap conditions, shared by rules, under which a rule matches nothing.

A rule gives the same results without its condition, only slower. A test runs all rules with and without them.
"""

from collections.abc import Iterable

from oauthgit.model.formats.placeholder import is_left_open
from oauthgit.model.formats.url import is_ordinary
from oauthgit.model.settings import Setting, Settings


def has_placeholder(settings: Settings, server: str) -> bool:
    """Return True if a text of a server still contains a placeholder of a template.

    Texts in lists and mappings count as well.
    """
    return _holds_placeholder(settings.servers[server].values())


def _holds_placeholder(values: Iterable[object]) -> bool:
    for value in values:
        if isinstance(value, str):
            if is_left_open(value):
                return True
        elif isinstance(value, (list, dict)) and _holds_placeholder(
            value if isinstance(value, list) else value.values()
        ):
            return True
    return False


def is_ordinary_url(setting: Setting, _settings: Settings) -> bool:
    """Return True if a URL is ordinary, as in :mod:`oauthgit.model.formats.url`."""
    return is_ordinary(setting.value)


def is_outside_production(_setting: Setting, settings: Settings) -> bool:
    """Return True if a target is not in production."""
    return settings.environment != "production"


def is_production_or_branch(_setting: Setting, settings: Settings) -> bool:
    """Return True if a target is in production, or is a branch, which does not run."""
    return settings.environment in {"production", None}


def is_printable_ascii(setting: Setting, _settings: Settings) -> bool:
    """Return True if a setting is a text of printable ASCII."""
    value = setting.value
    return isinstance(value, str) and value.isascii() and value.isprintable()


def replaces_nothing(setting: Setting, _settings: Settings) -> bool:
    """Return True if only one layer, or the platform's defaults, states a setting."""
    return not setting.replaced


def differs_from_inherited(setting: Setting, _settings: Settings) -> bool:
    """Return True if a setting replaced no other value, or a different one."""
    return not setting.replaced or setting.replaced[0].value != setting.value
