"""Read creation rules of ``.sops.yaml``: keys and encrypted values of new files.

Source: config/config.go of SOPS.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from oauthgit.model.formats.go_regex import matches
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.sops_key_group import Group, GroupError, group_of_mapping, group_of_rule
from oauthgit.model.formats.sops_metadata import SELECTIONS
from oauthgit.model.formats.sops_readers import Excess, Readers, readers

NO_PATTERN: Final = "its path_regex is not a string"
_TRUE: Final = frozenset({"true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON"})
"""The texts that SOPS accepts as a true boolean."""


class CreationRule(NamedTuple):
    """Describe one rule; ``path_regex`` is None if it matches every file.

    ``readers`` are those of a file made by the rule, and ``groups`` are the same keys in the form for SOPS. If the
    rule is invalid, ``problem`` is the reason and both are empty. ``selection`` contains the settings that select
    the values to encrypt.
    """

    pointer: str
    path_regex: str | None
    readers: Readers
    groups: tuple[Mapping[str, Any], ...] = ()
    selection: Mapping[str, Any] = {}
    problem: str = ""


def creation_rules(data: Any) -> tuple[CreationRule, ...]:
    """Return the rules in the data of a ``.sops.yaml``, in their order."""
    rules = data.get("creation_rules") if isinstance(data, dict) else None
    if not isinstance(rules, list):
        return ()
    return tuple(
        _rule(rule, join("creation_rules", number)) for number, rule in enumerate(rules) if isinstance(rule, dict)
    )


def compare_selections(now: CreationRule, granted: CreationRule | None) -> tuple[Excess, ...]:
    """Return the settings of ``now`` that keep more in plain text than ``granted``.

    A removed setting is no excess, because SOPS encrypts everything without it.
    """
    known = granted.selection if granted else {}
    return tuple(
        Excess(f"{name} lets sops leave comments or values in plain text", (), name)
        for name, value in now.selection.items()
        if known.get(name) != value
    )


def path_from_rules(identity: Mapping[str, str], path: str) -> str:
    """Return ``path`` relative to the folder of the creation rules.

    ``path`` is relative to the root; ``identity`` is that of the rules.
    """
    folder = identity.get("folder")
    return f"{folder}/{path}" if folder else path


def first_match(rules: Sequence[CreationRule], path: str) -> tuple[CreationRule | None, bool]:
    """Return the rule that SOPS uses for ``path``, if any, and True if it is certain.

    ``path`` is relative to the folder of ``.sops.yaml``. The first match wins. If a pattern cannot be evaluated
    here, the result is uncertain.
    """
    for rule in rules:
        found = True if rule.path_regex is None else matches(rule.path_regex, path)
        if found is None or rule.problem == NO_PATTERN:
            return None, False
        if found:
            return rule, True
    return None, True


def _rule(rule: Mapping[str, Any], pointer: str) -> CreationRule:
    pattern = rule.get("path_regex")
    try:
        if not isinstance(pattern, str | None):
            raise GroupError(NO_PATTERN)  # noqa: TRY301 - one handler for all problems
        groups, threshold = _groups(rule), _number(rule.get("shamir_threshold"))
        selection = _selection(rule)
    except GroupError as error:
        return CreationRule(pointer, pattern if isinstance(pattern, str) else None, readers((), 0), problem=str(error))
    found = readers((group.keys for group in groups), threshold)
    return CreationRule(pointer, pattern or None, found, tuple(group.stated for group in groups), selection)


def _groups(rule: Mapping[str, Any]) -> list[Group]:
    """Return the key groups of a rule; ``key_groups`` overrides its other keys."""
    listed = rule.get("key_groups")
    if not isinstance(listed, list | None):
        raise GroupError("key_groups is not a list")
    groups = [group_of_mapping(each) for each in listed] if listed else [group_of_rule(rule)]
    if not all(group.keys for group in groups):
        raise GroupError("a key group has no key" if listed else "it names no key")
    return groups


def _number(value: Any) -> int:
    if value is None:
        return 0
    if type(value) is not int or value < 0:
        raise GroupError("shamir_threshold is not a number")
    return value


def _selection(rule: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: rule[name] for name in SELECTIONS if rule.get(name)}
    wrong = next((name for name, value in found.items() if not isinstance(value, str)), None)
    if wrong:
        raise GroupError(f"{wrong} is not a string")
    stated = rule.get("mac_only_encrypted")
    return found | (
        {"mac_only_encrypted": True} if stated is True or (isinstance(stated, str) and stated in _TRUE) else {}
    )
