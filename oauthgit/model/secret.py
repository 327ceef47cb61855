"""Secrets in memory: a type that cannot be shown by accident, and the vault that holds them."""

import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn


class Secret:
    """A secret text that is not printed, compared, hashed, copied, pickled or serialised by accident.

    Only :meth:`reveal` opens it, and only the smoke stage and the one that encrypts may call that.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """Return the text, to be put into a request, or into the pipe to sops, and nowhere else."""
        return self.__value

    def matches(self, text: str) -> bool:
        """Tell whether ``text`` is the secret, in time that does not depend on where they differ."""
        return hmac.compare_digest(self.__value.encode(), text.encode())

    def __repr__(self) -> str:
        return "Secret(...)"

    def __format__(self, specification: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other.reveal())

    def __hash__(self) -> NoReturn:
        raise TypeError("a secret is not hashed")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a secret is not pickled or copied")


class VaultEntry(NamedTuple):
    """An opened secret and the token endpoints it may be sent to, character by character."""

    secret: Secret
    send_only_to: tuple[str, ...]


class Vault(NamedTuple):
    """Opened secrets by (file, JSON Pointer), the two that a secret reference carries."""

    entries: Mapping[tuple[str, str], VaultEntry]
