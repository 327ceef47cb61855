"""Explanations: all that was ever said of the settings of a server, for whoever asks how one came about."""

from typing import Any, NamedTuple

from oauthgit.model.formats.json_pointer import join, split
from oauthgit.model.settings import Origin, Settings


class Explanation(NamedTuple):
    """What to explain: one server of one target, or one setting of it."""

    settings: Settings
    server: str
    field: str | None = None


class Explained(NamedTuple):
    """One setting under its dotted name, such as ``user_login.prompt``, and all that was ever said of it.

    ``value`` is None where nothing is in force: then ``origin`` is the null that took it away, or None where no layer
    says anything. ``replaced`` are the origins that did not win, the nearest first, nulls and no-ops included.
    """

    name: str
    value: Any
    origin: Origin | None
    replaced: tuple[Origin, ...] = ()


def explained(explanation: Explanation) -> list[Explained]:
    """Return the settings that an explanation asks for: one, those below it, or all of the server."""
    settings, server, field = explanation
    asked = join("oauth_servers", server, *(field.split(".") if field else ()))
    found = []
    for pointer in dict.fromkeys((*settings.settings, *settings.resets)):
        if f"{pointer}/".startswith(f"{asked}/"):
            setting, gone = settings.settings.get(pointer), settings.resets.get(pointer, ())
            history = (setting.origin, *gone, *setting.replaced) if setting else gone
            name = ".".join(split(pointer)[2:])
            found.append(Explained(name, setting.value if setting else None, history[0], history[1:]))
    return found or [Explained(field or server, None, None)]
