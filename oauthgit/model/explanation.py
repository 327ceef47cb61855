"""List every value that layers state for the settings of a server."""

from typing import Any, NamedTuple

from oauthgit.model.formats.json_pointer import join, split
from oauthgit.model.settings import Origin, Settings


class Explanation(NamedTuple):
    """Describe the subject of an explanation: one server of a target, or one setting."""

    settings: Settings
    server: str
    field: str | None = None


class ExplainedSetting(NamedTuple):
    """Hold one setting under its dotted name, with every value that a layer states.

    The name is, for example, ``user_login.prompt``. ``value`` is None if no value is effective: then ``origin`` is
    the null that removed it, or None if no layer states a value. ``replaced`` are the origins that did not win, the
    nearest first, nulls and equal values included.
    """

    name: str
    value: Any
    origin: Origin | None
    replaced: tuple[Origin, ...] = ()


def explain_settings(explanation: Explanation) -> list[ExplainedSetting]:
    """Return the explained settings: one, those below it, or all of the server."""
    settings, server, field = explanation
    prefix = join("oauth_servers", server, *(field.split(".") if field else ()))
    found = []
    for pointer in dict.fromkeys((*settings.settings, *settings.resets)):
        if f"{pointer}/".startswith(f"{prefix}/"):
            setting, gone = settings.settings.get(pointer), settings.resets.get(pointer, ())
            history = (setting.origin, *gone, *setting.replaced) if setting else gone
            name = ".".join(split(pointer)[2:])
            found.append(ExplainedSetting(name, setting.value if setting else None, history[0], history[1:]))
    return found or [ExplainedSetting(field or server, None, None)]
