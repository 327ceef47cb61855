"""What the policy says that it did not say, and whether that opens a door or hides something."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from oauthgit.model.difference import PolicyChange, Side
from oauthgit.model.pointer import join

_LISTS: Final = ("trusted_hosts", "networks", "http_hosts", "secrets.key_types")
_PLACES: Final = ("ca_file", "proxy")
_NESTED: Final = ("smoke", "secrets", "rules", "env_secrets")
_GRADES: Final = {"off": 0, "note": 1, "warning": 2, "error": 3}


def policy_changes(before: Side, after: Side) -> tuple[PolicyChange, ...]:
    """Return the members of the policy that differ, by dotted names, those that loosen it first."""
    old, new = dict(_members(before.policy)), dict(_members(after.policy))
    changes = []
    for name in dict.fromkeys((*new, *old)):
        if old.get(name) != new.get(name):
            document = after.policy_document
            place = document.locate(join(*name.split("."))) if document else None
            loosened = _is_loosened(name, old.get(name), new.get(name))
            changes.append(PolicyChange(name, old.get(name), new.get(name), loosened, place))
    return tuple(sorted(changes, key=lambda change: (not change.loosened, change.name)))


def _members(policy: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in policy.items():
        if name in _NESTED:
            yield from ((f"{name}.{member}", inner) for member, inner in value.items())
        elif name != "kind":
            yield name, value


def _is_loosened(name: str, old: Any, new: Any) -> bool:
    group, _, member = name.partition(".")
    if name in _LISTS:
        return not set(new or ()) <= set(old or ())
    if group == "rules":
        return _is_graded_down(old, new)
    if group == "smoke":
        return member.startswith("control") and (new or 0) > (old or 0)
    return (name in _PLACES or group == "env_secrets") and new is not None


def _is_graded_down(old: Any, new: Any) -> bool:
    """Tell whether a rule may say less somewhere; how bad it is without a word in the policy is the rule's to say."""
    if new is None:
        return "error" in _words(old)
    if old is None:
        return min(_GRADES.get(word, 0) for word in _words(new)) < _GRADES["error"]
    return min(_GRADES.get(word, 0) for word in _words(new)) < min(_GRADES.get(word, 0) for word in _words(old))


def _words(grade: Any) -> list[str]:
    return [str(word) for word in grade.values() if word] if isinstance(grade, Mapping) else [str(grade)]
