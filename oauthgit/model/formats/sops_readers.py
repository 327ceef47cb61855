"""Determine the readers of a secrets file, and compare them with earlier ones.

Readers are keys in groups, and the number of groups needed.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

PLUGIN: Final = "age-plugin"
"""The type of an age recipient for which sops starts a program ``age-plugin-NAME``."""

FIELDS: Final = {
    "age": ("recipient",),
    "pgp": ("fp",),
    "kms": ("arn", "role", "context", "aws_profile"),
    "gcp_kms": ("resource_id",),
    "hckms": ("key_id",),
    "azure_kv": ("vault_url", "name", "version"),
    "hc_vault": ("vault_address", "engine_path", "key_name"),
}
"""The key types of SOPS, each with the fields of SOPS's metadata that distinguish keys; the first identifies the key."""


class Key(NamedTuple):
    """Represent a key that can read: its type, as in ``key_types``, and its full name."""

    type: str
    name: str


class Readers(NamedTuple):
    """Hold the keys of each group.

    To read, one key is needed from each of ``threshold`` groups.
    """

    groups: tuple[tuple[Key, ...], ...]
    threshold: int

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return the keys of all groups, each once."""
        return tuple(dict.fromkeys(key for group in self.groups for key in group))


class Excess(NamedTuple):
    """Describe one way in which readers exceed others, and the keys that gain from it.

    ``setting`` is the setting of the rule that makes the difference, empty for a single key.
    """

    words: str
    keys: tuple[Key, ...]
    setting: str = ""


def key_type(kind: str, name: str) -> str:
    """Return the type of a key; an age recipient with a second ``1`` uses a plugin.

    Source: age/keysource.go of SOPS.
    """
    return PLUGIN if kind == "age" and name.lower().startswith("age1") and name.count("1") > 1 else kind


def key_of(kind: str, stated: Mapping[str, Any]) -> Key:
    """Return the key that a mapping with the field names of SOPS's metadata describes."""
    values = [_text(stated.get(field)) for field in FIELDS.get(kind, ())]
    if kind == "pgp":
        return Key(kind, values[0].replace(" ", "").upper())
    if kind == "kms":
        labels = ("", " role=", " context=", " aws_profile=")
        return Key(kind, "".join(f"{label}{value}" for label, value in zip(labels, values, strict=True) if value))
    if kind == "azure_kv":
        return Key(kind, f"{values[0]}/keys/{values[1]}" + (f"/{values[2]}" if values[2] else ""))
    if kind == "hc_vault":
        return Key(kind, "{}/v1/{}/keys/{}".format(*(value.strip("/") for value in values)))
    name = values[0] if values else ""
    return Key(key_type(kind, name), name)


def readers_of(data: Any) -> Readers:
    """Return the readers in the ``sops`` block of a file's data."""
    block = data.get("sops") if isinstance(data, Mapping) else None
    block = block if isinstance(block, Mapping) else {}
    listed = block.get("key_groups")
    groups = [_group(each) for each in (block, *(listed if isinstance(listed, list) else ()))]
    stated = tuple(group for group in groups if group)
    threshold = block.get("shamir_threshold")
    return readers(stated, threshold if type(threshold) is int else 0)


def readers(groups: Iterable[Iterable[Key]], threshold: int) -> Readers:
    """Return readers as SOPS counts them: without a threshold all groups are needed.

    One group alone needs no threshold.
    """
    stated = tuple(tuple(dict.fromkeys(group)) for group in groups)
    return Readers(stated, threshold if threshold and len(stated) > 1 else len(stated))


def find_excess(now: Readers, granted: Readers | None) -> tuple[Excess, ...]:
    """Return the excess of ``now`` over ``granted``; if that is None, every key.

    A key is compared with its type and full name. Fewer keys in a group, fewer groups and a higher threshold are no
    excess: everyone who can read now could read before.
    """
    known = frozenset(granted.keys if granted else ())
    found = [Excess(f"{key.type} {key.name} can read", (key,)) for key in now.keys if key not in known]
    if granted is None:
        return tuple(found)
    if now.threshold < granted.threshold:
        words = f"keys of {now.threshold} instead of {granted.threshold} groups are enough to read"
        found.append(Excess(words, now.keys, "shamir_threshold"))
    elif not _fits([frozenset(group) & known for group in now.groups], granted):
        found.append(
            Excess("keys are grouped in another way, so that others can read together", now.keys, "key_groups")
        )
    return tuple(found)


def find_dropped(now: Readers, before: Readers) -> tuple[Key, ...]:
    """Return the keys of ``before`` that are not in ``now``."""
    return tuple(key for key in before.keys if key not in now.keys)


def _fits(groups: list[frozenset[Key]], granted: Readers) -> bool:
    """Return True if each group is within a granted group of its own.

    Pairing is greedy; if it fails, the result is False.
    """
    free = [frozenset(group) for group in granted.groups]
    for group in sorted(filter(None, groups), key=len, reverse=True):
        holder = min((each for each in free if group <= each), key=len, default=None)
        if holder is None:
            return False
        free.remove(holder)
    return True


def _group(group: Any) -> tuple[Key, ...]:
    stated = group.items() if isinstance(group, Mapping) else ()
    return tuple(
        key_of(kind, each)
        for kind, keys in stated
        if kind != "key_groups" and isinstance(keys, list)
        for each in keys
        if isinstance(each, Mapping)
    )


def _text(value: Any) -> str:
    """Return a field as text; a context is a mapping in any order."""
    if isinstance(value, Mapping) and value:
        import json

        return json.dumps(value, sort_keys=True, default=str)
    return value if isinstance(value, str) else ""
