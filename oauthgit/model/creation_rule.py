"""The creation rules of ``.sops.yaml``: which keys SOPS encrypts a new file for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.model.go_pattern import matches
from oauthgit.model.pointer import join

_TYPES = ("age", "pgp", "kms", "gcp_kms", "hckms", "azure_keyvault", "hc_vault", "hc_vault_transit_uri")


class CreationRule(NamedTuple):
    """One rule; ``path_regex`` is None where it takes every file.

    ``recipients`` pairs the type of a key with its name, which is empty where the key is described by several fields.
    ``complete`` is false where groups are merged from elsewhere, so that there may be more.
    """

    pointer: str
    path_regex: str | None
    recipients: tuple[tuple[str, str], ...]
    complete: bool


def creation_rules(data: Any) -> tuple[CreationRule, ...]:
    """Return the rules in the data of a ``.sops.yaml``, in their order (config/config.go of SOPS)."""
    rules = data.get("creation_rules") if isinstance(data, dict) else None
    if not isinstance(rules, list):
        return ()
    return tuple(
        _rule(rule, join("creation_rules", number)) for number, rule in enumerate(rules) if isinstance(rule, dict)
    )


def first_match(rules: Sequence[CreationRule], path: str) -> tuple[CreationRule | None, bool]:
    """Return the rule that SOPS takes for ``path``, if any, and whether that is certain.

    The first match wins. A pattern that cannot be judged here leaves the answer open, whatever comes after it.
    """
    for rule in rules:
        found = True if rule.path_regex is None else matches(rule.path_regex, path)
        if found is None:
            return None, False
        if found:
            return rule, True
    return None, True


def _rule(rule: Mapping[str, Any], pointer: str) -> CreationRule:
    pattern, groups = rule.get("path_regex"), rule.get("key_groups")
    listed: list[Mapping[str, Any]] = (
        [group for group in groups if isinstance(group, dict)] if isinstance(groups, list) else []
    )
    return CreationRule(
        pointer,
        pattern if isinstance(pattern, str) and pattern else None,
        tuple(recipient for group in listed or [rule] for recipient in _recipients(group)),
        not any("merge" in group for group in listed),
    )


def _recipients(group: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in _TYPES:
        stated = group.get(kind)
        for key in stated if isinstance(stated, list) else [stated] if stated else []:
            if isinstance(key, str):
                yield from ((kind, name.strip()) for name in key.split(",") if name.strip())
            else:
                yield kind, ""
