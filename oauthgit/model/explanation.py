"""List every value that layers state for the settings of a server."""

from typing import Any, NamedTuple

from oauthgit.model.formats.json_pointer import join, split
from oauthgit.model.settings import Origin, Settings, server_of


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
    found = [
        _explain(settings, pointer)
        for pointer in dict.fromkeys((*settings.settings, *settings.resets))
        if f"{pointer}/".startswith(f"{prefix}/")
    ]
    return found or [ExplainedSetting(field or server, None, None)]


def explain_servers(settings: Settings) -> dict[str, dict[str, ExplainedSetting]]:
    """Return the explained settings of every server of a target, by server and name."""
    servers: dict[str, dict[str, ExplainedSetting]] = {server: {} for server in settings.servers}
    for pointer in dict.fromkeys((*settings.settings, *settings.resets)):
        server = server_of(pointer)
        if server in servers:
            explained = _explain(settings, pointer)
            servers[server][explained.name] = explained
    return servers


def _explain(settings: Settings, pointer: str) -> ExplainedSetting:
    setting, gone = settings.settings.get(pointer), settings.resets.get(pointer, ())
    history = (setting.origin, *gone, *setting.replaced) if setting else gone
    name = ".".join(split(pointer)[2:])
    return ExplainedSetting(name, setting.value if setting else None, history[0], history[1:])
