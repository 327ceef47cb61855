"""When two values are the same to a target: lists without their order, secrets by what can be known of them."""

from collections.abc import Mapping
from typing import Any

from oauthgit.model.difference import Seal, Side
from oauthgit.model.settings import SecretReference, SecretState, Settings


def comparable(value: Any) -> Any:
    """Return what ``value`` is compared by: a secret's state, variable and fingerprint, a list's items in order."""
    if isinstance(value, SecretState):
        return value.reference.state, value.reference.name, value.fingerprint
    return sorted(map(str, value)) if isinstance(value, (list, tuple)) else value


def sealed(value: Any, side: Side) -> Any:
    """Return ``value``, a reference to a secret with its fingerprint."""
    if isinstance(value, SecretReference):
        seal = side.seals.get(value, Seal())
        return SecretState(value, seal.secret, seal.file)
    return value


def whole(server: Mapping[str, Any], side: Side) -> dict[str, Any]:
    """Return the settings of a server by dotted names, secrets sealed, and beside a secret the pin that binds it."""
    values: dict[str, Any] = {}
    for name, value in server.items():
        if isinstance(value, Mapping):
            values |= {f"{name}.{member}": inner for member, inner in value.items()}
            continue
        values[name] = sealed(value, side)
        seal = side.seals.get(value, Seal()) if isinstance(value, SecretReference) else Seal()
        if seal.pin:
            values["send_only_to"] = SecretState(value, seal.pin, seal.file)
    return values


def traits(settings: Settings, side: Side) -> frozenset[tuple[str, str]]:
    """Return what a target's own layer states, or all that it runs with where that says nothing, to tell how alike two are."""
    own = [setting for setting in settings.settings.values() if setting.origin.layer == settings.target]
    return frozenset(
        (setting.pointer, repr(comparable(sealed(setting.value, side))))
        for setting in own or settings.settings.values()
    )
