"""Hold secrets in memory, in a type that cannot be shown by accident."""

import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn


class Secret:
    """Hold a secret text without printing, copying or serialising it by accident.

    It cannot be compared, hashed or pickled by accident either. Only :meth:`reveal` returns the text; only the
    smoke test, the encryption and ``secrets show`` may call it.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """Return the text, only for a request, the pipe to sops, or a person's terminal."""
        return self.__value

    def matches(self, text: str) -> bool:
        """Return True if ``text`` is the secret; compare in constant time."""
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
    """Hold a decrypted secret, and the exact endpoints it may be sent to."""

    secret: Secret
    send_only_to: tuple[str, ...]


class Vault(NamedTuple):
    """Hold decrypted secrets by file and JSON Pointer, as in a secret reference."""

    entries: Mapping[tuple[str, str], VaultEntry]
