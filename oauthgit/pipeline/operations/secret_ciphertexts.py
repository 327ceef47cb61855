"""What a file holds of a secret: ciphertext, which SOPS keeps where a value stays, so it can be compared without a key."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.pointer import parent, split
from oauthgit.model.settings import SecretReference


class AsItLies(NamedTuple):
    """The layer that a secret is for, the secret, and the endpoints it may go to: ciphertext, or a constant."""

    layer: Any
    secret: Any
    pin: Any


def as_it_lies(secret: SecretReference, document: Document) -> AsItLies:
    """Return what ``document``, the file that ``secret`` refers to, holds of it."""
    held: Any = document.data
    for token in split(parent(secret.pointer)):
        held = held.get(token) if isinstance(held, Mapping) else None
    stated = held if isinstance(held, Mapping) else {}
    return AsItLies(document.data.get("for"), stated.get("client_secret"), stated.get("send_only_to"))
