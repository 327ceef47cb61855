"""Compare two policies, and mark the changes that relax one."""

from collections.abc import Iterator, Mapping
from typing import Any

from oauthgit.model.difference import PolicyChange, Side
from oauthgit.model.formats.json_pointer import join


def policy_changes(before: Side, after: Side) -> tuple[PolicyChange, ...]:
    """Return the changed members of the policy by dotted names, relaxations first."""
    old, new = dict(_member_names(before.policy)), dict(_member_names(after.policy))
    changes = []
    for name in dict.fromkeys((*new, *old)):
        if old.get(name) != new.get(name):
            document, pointer = after.policy_document, join(*name.split("."))
            place = document.locate(pointer) if document else None
            loosened = any(f"{each}/".startswith(f"{pointer}/") for each in after.loosened)
            changes.append(PolicyChange(name, old.get(name), new.get(name), loosened, place))
    return tuple(sorted(changes, key=lambda change: (not change.loosened, change.name)))


def _member_names(policy: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in policy.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{member}", inner) for member, inner in value.items())
        elif name != "kind":
            yield name, value
