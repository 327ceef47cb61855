"""Provide a mapping that stores only its differences from a large shared mapping."""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Final, TypeVar

_Value = TypeVar("_Value")

MANY: Final = 512
"""With fewer members, a plain copy is cheaper."""
_GONE: Final = ...


class Layered(MutableMapping[str, _Value]):
    """Overlay changed and deleted members on ``below``, which is never changed."""

    __slots__ = ("_below", "_own", "_size")

    def __init__(self, below: Mapping[str, _Value], own: Mapping[str, Any] | None = None) -> None:
        self._below = below
        self._own: dict[str, Any] = {}
        self._size = len(below)
        for key, value in (own or {}).items():
            self[key] = value

    def __getitem__(self, key: str) -> _Value:
        found: _Value = self._own[key] if key in self._own else self._below[key]
        if found is _GONE:
            raise KeyError(key)
        return found

    def __setitem__(self, key: str, value: _Value) -> None:
        self._size += key not in self
        self._own[key] = value

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._size -= 1
        self._own[key] = _GONE

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._below if self._own.get(key) is not _GONE)
        yield from (key for key, value in self._own.items() if value is not _GONE and key not in self._below)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, key: object) -> bool:
        return self._own[key] is not _GONE if key in self._own else key in self._below

    @property
    def below(self) -> Mapping[str, _Value]:
        """Return the shared mapping."""
        return self._below

    @property
    def changed(self) -> Iterator[str]:
        """Return the keys whose members differ from the shared mapping."""
        return iter(self._own)

    def copy(self) -> "Layered[_Value]":
        """Return a copy that shares ``below``; with many differences, merge them first."""
        if len(self._own) * 4 > len(self._below):
            return Layered(dict(self))
        copied = Layered(self._below)
        copied._own, copied._size = dict(self._own), self._size
        return copied


def changeable(mapping: Mapping[str, _Value]) -> MutableMapping[str, _Value]:
    """Return a copy that may be changed; a large mapping is shared, not copied."""
    if isinstance(mapping, Layered):
        return mapping.copy()
    return dict(mapping) if len(mapping) < MANY else Layered(mapping)
