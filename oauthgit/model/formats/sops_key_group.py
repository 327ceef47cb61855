"""Read key groups of ``.sops.yaml``: their keys, and the form to pass to SOPS."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from oauthgit.model.formats.sops_readers import FIELDS, Key, key_of

_DEPTH: Final = 8
_AZURE: Final = r"(https://[^/]+)/keys/([^/]+)(?:/([^/]*))?"
_VAULT: Final = r"(https?://[^/]+)/v1/(.+)/(?:keys|encrypt|decrypt)/([^/]+)/?"
_ROLE: Final = "+arn:aws:iam::"
_FIELDS: Final = {
    **{name: FIELDS[name] for name in ("kms", "gcp_kms", "hckms")},
    "azure_keyvault": ("vaultUrl", "key", "version"),
}
"""The fields of keys that a group describes by fields."""


class GroupError(Exception):
    """Report a rule or a group that SOPS cannot use; the text is the problem."""


class Group(NamedTuple):
    """Hold the keys of a group, and the group as ``key_groups`` states it.

    Each key is a separate entry.
    """

    keys: tuple[Key, ...]
    stated: Mapping[str, Any]


def group_of_rule(rule: Mapping[str, Any]) -> Group:
    """Return the group of a rule that lists its keys by type.

    The value of a type is a text with commas or a list.

    Raises:
        GroupError: A key cannot be read.
    """
    profile = rule.get("aws_profile")
    extra = {"aws_profile": profile} if isinstance(profile, str) and profile else {}
    return _group(
        {
            "age": list(_list_keys(rule, "age")),
            "pgp": list(_list_keys(rule, "pgp")),
            "kms": [_arn(each) | extra for each in _list_keys(rule, "kms")],
            "gcp_kms": [{"resource_id": each} for each in _list_keys(rule, "gcp_kms")],
            "hckms": [{"key_id": each} for each in _list_keys(rule, "hckms")],
            "azure_keyvault": [_azure(each) for each in _list_keys(rule, "azure_keyvault")],
            "hc_vault": list(_list_keys(rule, "hc_vault_transit_uri")),
        }
    )


def group_of_mapping(stated: Any, depth: int = 0) -> Group:
    """Return a group of ``key_groups``, with the groups that it merges.

    Raises:
        GroupError: A key cannot be read, or groups are merged more than eight deep.
    """
    if not isinstance(stated, Mapping):
        raise GroupError("a key group is not a mapping")
    if depth > _DEPTH:
        raise GroupError("key groups are merged too deeply")
    merged = stated.get("merge")
    inner = [group_of_mapping(each, depth + 1) for each in _items(merged, "merge")]
    own: dict[str, list[Any]] = {
        "age": [key for each in _texts(stated, "age") for key in _split(each)],
        "pgp": list(_texts(stated, "pgp")),
        **{name: [_fields(each, name) for each in _items(stated.get(name), name)] for name in _FIELDS},
        "hc_vault": list(_texts(stated, "hc_vault")),
    }
    for name, keys in own.items():
        keys[:0] = [key for group in inner for key in group.stated.get(name, ())]
    return _group(own)


def _group(stated: Mapping[str, list[Any]]) -> Group:
    keys = tuple(_key(name, one) for name, each in stated.items() for one in each)
    return Group(keys, {name: each for name, each in stated.items() if each})


def _key(name: str, stated: Any) -> Key:
    if name == "age":
        return key_of("age", {"recipient": stated})
    if name == "pgp":
        return key_of("pgp", {"fp": stated})
    if name == "hc_vault":
        match = re.fullmatch(_VAULT, stated)
        if match is None:
            raise GroupError("an address of Vault is not https://HOST/v1/ENGINE/keys/NAME")
        return key_of("hc_vault", dict(zip(FIELDS["hc_vault"], match.groups(), strict=True)))
    if name == "azure_keyvault":
        names = {"vault_url": stated.get("vaultUrl"), "name": stated.get("key"), "version": stated.get("version")}
        return key_of("azure_kv", names)
    return key_of(name, stated)


def _list_keys(rule: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield the keys of one type; SOPS splits a text, and texts in a list, at commas."""
    value = rule.get(name)
    for each in [value] if isinstance(value, str) else _texts(rule, name):
        yield from _split(each)


def _split(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(",") if part.strip())


def _texts(holder: Mapping[str, Any], name: str) -> Iterator[str]:
    for each in _items(holder.get(name), name):
        if not isinstance(each, str):
            raise GroupError(f"{name} contains an item that is not a string")
        if each.strip():
            yield each.strip()


def _items(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list | None):
        raise GroupError(f"{name} is not a list")
    return value or []


def _arn(text: str) -> dict[str, str]:
    text = text.replace(" ", "")
    start = text.find(_ROLE)
    return {"arn": text} if start <= 0 else {"arn": text[:start], "role": text[start + 1 :]}


def _azure(text: str) -> dict[str, str]:
    match = re.fullmatch(_AZURE, text)
    if match is None:
        raise GroupError("a key of Azure is not https://VAULT/keys/NAME/VERSION")
    vault, key, version = match.groups()
    return {"vaultUrl": vault, "key": key} | ({"version": version} if version else {})


def _fields(stated: Any, name: str) -> dict[str, Any]:
    if not isinstance(stated, Mapping):
        raise GroupError(f"{name} contains an item that is not a mapping")
    found = {field: stated[field] for field in _FIELDS[name] if stated.get(field)}
    context = found.get("context", {})
    if not isinstance(context, Mapping) or not all(
        isinstance(value, str)
        for value in (*context.values(), *(found[field] for field in found if field != "context"))
    ):
        raise GroupError(f"a field of {name} is not a string")
    if _FIELDS[name][0] not in found:
        raise GroupError(f"{name} has no {_FIELDS[name][0]}")
    return found
