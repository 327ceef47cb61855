"""When rules have nothing to say: cheap answers that several share, so that they need not be asked.

A rule would say the same without its condition, only later: a test asks all of them about everything, with and without.
"""

from collections.abc import Iterable

from oauthgit.model.formats.placeholder import is_left_open
from oauthgit.model.formats.url import is_ordinary
from oauthgit.model.settings import Setting, Settings


def left_open(settings: Settings, server: str) -> bool:
    """Tell whether a template left anything in a server's texts, or in its lists of texts, to be filled in."""
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


def ordinary_url(setting: Setting, _settings: Settings) -> bool:
    """Tell whether nothing is strange about a URL, see :func:`oauthgit.model.formats.url.is_ordinary`."""
    return is_ordinary(setting.value)


def replaces_nothing(setting: Setting, _settings: Settings) -> bool:
    """Tell whether one layer, or the defaults, said the first and only word about a setting."""
    return not setting.replaced


def says_something_new(setting: Setting, _settings: Settings) -> bool:
    """Tell whether a setting is another than the one it replaced last, if there was one at all."""
    return not setting.replaced or setting.replaced[0].value != setting.value
