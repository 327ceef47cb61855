"""Write values and places of settings as HTML."""

from collections.abc import Mapping
from typing import Any, Final

from oauthgit.model.formats.sanitize import cut, escape
from oauthgit.model.location import Location
from oauthgit.model.page import Source
from oauthgit.model.settings import Origin, SecretReference, SecretState
from oauthgit.report.html.markup import Markup, element, join, link

_LONGEST: Final = 2_000
_DEFAULTS: Final = {"default": "platform default"}
_STATES: Final = {
    "encrypted": "encrypted",
    "inline": "encrypted in the layer itself",
    "plain": "plain text, which is a finding",
}


def write_value(value: Any) -> Markup:
    """Return the value of a setting; a secret is only described."""
    if isinstance(value, SecretState):
        known = value.reference.state not in {"plain", "from_env"}
        return join((write_value(value.reference), " ", code(f"#{value.fingerprint}") if known else ""))
    if isinstance(value, SecretReference):
        return _write_secret(value)
    if isinstance(value, Mapping):
        return join((join((code(name), " ", write_value(each))) for name, each in value.items()), ", ")
    if isinstance(value, (list, tuple)):
        return join(map(write_value, value), " ") or element("i", "empty list")
    if value is None or value == "":
        return element("i", "not set" if value is None else "empty text")
    return code(str(value).lower() if isinstance(value, bool) else str(value))


def code(value: str) -> Markup:
    """Return text from outside as code; very long text is cut."""
    return element("code", cut(value, _LONGEST))


def write_place(place: Location, source: Source) -> Markup:
    """Return ``file:line``, as a link if the forge has the file as it is here."""
    label = f"{escape(place.file)}:{place.line}"
    url = url_of(place, source)
    return link(url, label, class_="at") if url else element("span", label, class_="at")


def write_origin(origin: Origin | None, source: Source) -> Markup:
    """Return the place that states a value, or the name of the layer without a file."""
    if origin is None:
        return element("i", "no layer")
    place = origin.location
    if place is None:
        return element("span", _DEFAULTS.get(origin.layer, origin.layer.replace("/", " ", 1)), class_="at")
    return write_place(place, source)


def url_of(place: Location, source: Source) -> str:
    """Return the address of a place on the forge, empty if it is not there."""
    if source.forge is None or place.file not in source.committed:
        return ""
    path = f"{source.folder}/{place.file}" if source.folder else place.file
    return source.forge.file_url(source.commit, path, place.line)


def _write_secret(secret: SecretReference) -> Markup:
    if secret.state == "from_env":
        return join(("from the environment variable ", code(secret.name)))
    pinned = "" if secret.state == "plain" else ", pinned" if secret.pinned else ", not pinned"
    return join((_STATES.get(secret.state, secret.state), pinned))
