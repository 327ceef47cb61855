"""Who can read a secrets file: keys in groups, how many groups it takes, and what exceeds what was granted before."""

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
"""The types of key that SOPS knows, and what tells keys apart: names of SOPS's metadata, the first says which key it is."""


class Key(NamedTuple):
    """A key that can read: its type, as the policy's ``key_types`` spell it, and its whole name."""

    type: str
    name: str


class Readers(NamedTuple):
    """The keys of each group; ``threshold`` groups have to meet, each with one of its keys."""

    groups: tuple[tuple[Key, ...], ...]
    threshold: int

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys of all groups, each once."""
        return tuple(dict.fromkeys(key for group in self.groups for key in group))


class Excess(NamedTuple):
    """One thing by which readers exceed others, in words, and the keys to which it gives something.

    ``setting`` is that of the rule which makes the difference, empty where it is a single key.
    """

    words: str
    keys: tuple[Key, ...]
    setting: str = ""


def key_type(kind: str, name: str) -> str:
    """Return the type of a key: an age recipient with a second ``1`` is that of a plugin (age/keysource.go of SOPS)."""
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
    """Return the readers that the ``sops`` block in the data of a file names, whatever else it holds."""
    block = data.get("sops") if isinstance(data, Mapping) else None
    block = block if isinstance(block, Mapping) else {}
    listed = block.get("key_groups")
    groups = [_group(each) for each in (block, *(listed if isinstance(listed, list) else ()))]
    stated = tuple(group for group in groups if group)
    threshold = block.get("shamir_threshold")
    return readers(stated, threshold if type(threshold) is int else 0)


def readers(groups: Iterable[Iterable[Key]], threshold: int) -> Readers:
    """Return readers as SOPS counts them: without a threshold all groups have to meet, and one group is enough for itself."""
    stated = tuple(tuple(dict.fromkeys(group)) for group in groups)
    return Readers(stated, threshold if threshold and len(stated) > 1 else len(stated))


def exceeding(now: Readers, granted: Readers | None) -> tuple[Excess, ...]:
    """Return by what ``now`` exceeds what was ``granted``; where that is None, by every key.

    A key counts with its type and its whole name. Fewer keys in a group, fewer groups and a higher threshold exceed
    nothing: whoever can read now could read before.
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


def dropped(now: Readers, before: Readers) -> tuple[Key, ...]:
    """Return the keys of ``before`` that are none of ``now``."""
    return tuple(key for key in before.keys if key not in now.keys)


def _fits(groups: list[frozenset[Key]], granted: Readers) -> bool:
    """Tell whether each group lies within a granted one of its own; a pairing that is not found at once counts as none."""
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
    """Return a field as text; a context is a mapping, whatever its order."""
    if isinstance(value, Mapping) and value:
        import json

        return json.dumps(value, sort_keys=True, default=str)
    return value if isinstance(value, str) else ""
