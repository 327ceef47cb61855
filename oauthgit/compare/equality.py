"""Compare values: lists without their order, secrets by state and fingerprint."""

from collections.abc import Mapping
from typing import Any

from oauthgit.model.difference import SecretFingerprint, Side
from oauthgit.model.settings import SecretReference, SecretState, Settings


def comparison_key(value: Any) -> Any:
    """Return the key by which ``value`` is compared.

    It is the state, the variable and the fingerprint of a secret, and the sorted items of a list.
    """
    if isinstance(value, SecretState):
        return value.reference.state, value.reference.name, value.fingerprint
    return sorted(map(str, value)) if isinstance(value, (list, tuple)) else value


def with_fingerprint(value: Any, side: Side) -> Any:
    """Return ``value``; a reference to a secret gets its fingerprint."""
    if isinstance(value, SecretReference):
        fingerprints = side.fingerprints.get(value, SecretFingerprint())
        return SecretState(value, fingerprints.secret, fingerprints.file)
    return value


def flatten_server(server: Mapping[str, Any], side: Side) -> dict[str, Any]:
    """Return the settings of a server by dotted names, with fingerprints of secrets.

    The fingerprint of a pin is added as ``send_only_to``.
    """
    values: dict[str, Any] = {}
    for name, value in server.items():
        if isinstance(value, Mapping):
            values |= {f"{name}.{member}": inner for member, inner in value.items()}
            continue
        values[name] = with_fingerprint(value, side)
        fingerprints = (
            side.fingerprints.get(value, SecretFingerprint())
            if isinstance(value, SecretReference)
            else SecretFingerprint()
        )
        if fingerprints.pin:
            values["send_only_to"] = SecretState(value, fingerprints.pin, fingerprints.file)
    return values


def list_traits(settings: Settings, side: Side) -> frozenset[tuple[str, str]]:
    """Return the values by which the similarity of two targets is measured.

    These are the values of the target's own layer, or all effective values if that layer has none.
    """
    own = [setting for setting in settings.settings.values() if setting.origin.layer == settings.target]
    return frozenset(
        (setting.pointer, repr(comparison_key(with_fingerprint(setting.value, side))))
        for setting in own or settings.settings.values()
    )
