"""Write notes about changes, with the command that a reviewer needs."""

import shlex
from collections.abc import Mapping
from typing import Any, Final

from oauthgit.compare.causes import Pair
from oauthgit.compare.equality import comparison_key
from oauthgit.model.difference import Note
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.settings import SecretReference, SecretState

_PINNED: Final = (
    "the secret stays pinned to the old endpoint, so smoke does not send it to the new one until it is pinned there"
)
_UNPINNED: Final = "the secret is not pinned to an endpoint, so smoke does not send it until it is"
_ANEW: Final = "the whole file was encrypted anew, so all its secrets look new, even unchanged ones"
_SAME: Final = "the secret stays the one of the old client; set the secret of the new client if it has its own"
_SAME_VARIABLE: Final = (
    "the secret still comes from the same environment variable; replace its value if the new client has its own"
)


def has_same_secret(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Return True if a server has a secret, and the same one as before."""
    before, after = old.get("client_secret"), new.get("client_secret")
    return after is not None and comparison_key(before) == comparison_key(after)


def note_of(server: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any], pair: Pair) -> Note | None:
    """Return the note about a changed setting of a server, or None."""
    before, after = old.get(name), new.get(name)
    if name == "token_endpoint" and "send_only_to" not in new:
        return unpinned_note(pair.now.target, server, new)
    if name == "token_endpoint" and _is_pinned_as_before(old, new):
        return Note(_PINNED, _command("pin", pair.now.target, server), _identity(new["client_secret"].reference))
    if name == "client_id" and has_same_secret(old, new):
        reference = new["client_secret"].reference
        if reference.state == "from_env":
            return Note(_SAME_VARIABLE)
        return Note(_SAME, _command("set", _layer_of_client(server, pair), server), _identity(reference))
    return Note(_ANEW) if is_encrypted_anew(before, after) else None


def is_encrypted_anew(before: Any, after: Any) -> bool:
    """Return True if a secret is in a file that has a new data key.

    All values of such a file look new.
    """
    if not (isinstance(before, SecretState) and isinstance(after, SecretState)):
        return False
    kept = before.reference[:2] == after.reference[:2] and before.reference.state == "encrypted"
    return bool(kept and before.file and after.file and before.file != after.file)


def unpinned_note(target: str, server: str, new: Mapping[str, Any]) -> Note | None:
    """Return a note if a server has a secret in a secrets file without a pin."""
    secret = new.get("client_secret")
    if not isinstance(secret, SecretState) or secret.reference.state != "encrypted" or "send_only_to" in new:
        return None
    return Note(_UNPINNED, _command("pin", target, server), _identity(secret.reference))


def _is_pinned_as_before(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    pin = new.get("send_only_to")
    return pin is not None and comparison_key(old.get("send_only_to")) == comparison_key(pin)


def _layer_of_client(server: str, pair: Pair) -> str:
    """Return the highest layer that states the client or its secret."""
    found = (pair.now.of(server, name) for name in ("client_id", "client_secret"))
    stating = {setting.origin.layer for setting in found if setting}
    layers = [reference.layer for reference in pair.now.chain if reference.layer in stating]
    return layers[-1] if layers else pair.now.target


def _command(action: str, target: str, server: str) -> str:
    return f"oauthgit secrets {action} {shlex.quote(target)} {shlex.quote(server)}"


def _identity(reference: SecretReference) -> str:
    return join(reference.file, reference.pointer)
