"""Recognize conditions of GitHub Actions that exclude strangers.

Known forms are listed; all other conditions prove nothing. A guard tests the event, the repository of the change, or
the role or name of the person who started the run. It may also test the output of a step that found that out. Names of
bots do not count, because the last actor is not the author (zizmor, "bot-conditions"). Texts that a stranger writes,
such as a title, a comment or a branch name, do not count either.
"""

import json
from collections.abc import Set as AbstractSet
from typing import Final

from oauthgit.model.formats.github_expression import Node, read_condition
from oauthgit.model.formats.lazy_regex import regex

_ROLES: Final = {"owner", "member", "collaborator"}
_FROM: Final = r"github\.event\.(?:pull_request\.head\.repo|workflow_run\.head_repository)"
_REPOSITORY: Final = regex(rf"{_FROM}\.(?:full_name|id|node_id)")
_OWNER: Final = regex(rf"{_FROM}\.owner\.login|github\.event\.pull_request\.head\.user\.login")
_FORK: Final = regex(rf"{_FROM}\.fork")
_ROLE: Final = regex(r"github\.event\.(?:comment|issue|pull_request|review)\.author_association")
_PERSON: Final = regex(
    r"github\.(?:triggering_)?actor|github\.event\.(?:sender|comment\.user|pull_request\.user"
    r"|workflow_run\.(?:triggering_)?actor)\.login"
)
_OURS: Final = regex(
    r"github\.(?:event\.(?:pull_request\.base\.repo|repository)\.(?:full_name|id|node_id)|repository(?:_id)?)"
)
_OUTPUT: Final = regex(r"(?:needs|steps)\.[\w-]+\.outputs\.[\w-]+")
_OUR_EVENTS: Final = {"push", "schedule", "workflow_dispatch", "repository_dispatch", "release"}
_STATUS: Final = regex(r"(?i)\b(?:always|failure|cancelled)\s*\(")


def keeps_out(condition: object, events: AbstractSet[str]) -> bool:
    """Return True if ``condition``, the value of ``if:``, excludes strangers' changes.

    ``events`` are those by which a stranger starts the workflow.
    """
    if condition is False:
        return True
    tree = read_condition(condition) if isinstance(condition, str) else None
    return tree is not None and _proves(tree, events, positive=True)


def runs_anyway(condition: object) -> bool:
    """Return True if a job with this condition runs although a needed job was skipped."""
    return isinstance(condition, str) and _STATUS.search(condition) is not None


def _proves(node: Node, events: AbstractSet[str], *, positive: bool) -> bool:
    """Return True if the value of ``node`` proves that no stranger started the run.

    The value is true if ``positive``, else false.
    """
    if node.kind == "not":
        return _proves(node.parts[0], events, positive=not positive)
    if node.kind in {"and", "or"}:
        proven = (_proves(part, events, positive=positive) for part in node.parts)
        return any(proven) if (node.kind == "and") is positive else all(proven)
    if node.kind in {"==", "!="}:
        left, right = node.parts
        equal = (node.kind == "==") is positive
        return _compares(left, right, events, equal=equal) or _compares(right, left, events, equal=equal)
    if node.kind == "call":
        return positive and node.name == "contains" and _lists(node.parts)
    if node == Node("path", "false"):
        return positive
    return node.kind == "path" and not positive and _FORK.fullmatch(node.name) is not None


def _compares(one: Node, other: Node, events: AbstractSet[str], *, equal: bool) -> bool:
    if one.kind != "path":
        return False
    if one.name == "github.event_name":
        return other.kind == "text" and (other.name not in events if equal else events <= {other.name})
    if _FORK.fullmatch(one.name):
        return other == Node("path", "false" if equal else "true")
    return equal and (_is_ours(one.name, other.name) if other.kind == "text" else _is_same(one.name, other))


def _is_same(path: str, other: Node) -> bool:
    """Return True if ``path == other`` excludes strangers; ``other`` is not a text."""
    if other.kind != "path":
        return False
    if other.name == "github.repository_owner":
        return bool(_OWNER.fullmatch(path) or _PERSON.fullmatch(path))
    return bool(
        _OUTPUT.fullmatch(path) if other.name == "true" else _REPOSITORY.fullmatch(path) and _OURS.fullmatch(other.name)
    )


def _is_ours(path: str, value: str) -> bool:
    """Return True if ``path == value`` excludes strangers."""
    if not value:
        return False
    if path == "github.event.workflow_run.event":
        return value in _OUR_EVENTS
    if _ROLE.fullmatch(path):
        return value in _ROLES
    if _PERSON.fullmatch(path):
        return not value.endswith("[bot]")
    return any(kind.fullmatch(path) for kind in (_REPOSITORY, _OWNER, _OUTPUT))


def _lists(arguments: tuple[Node, ...]) -> bool:
    """Return True for a call that tests a role or name against a trusted list.

    The arguments are a list such as ``fromJSON('["OWNER"]')``, and the path that must be in it.
    """
    match arguments:
        case (Node("call", "fromjson", (Node("text", text),)), Node("path", path)):
            try:
                items = json.loads(text)
            except ValueError:
                return False
            return (
                isinstance(items, list) and bool(items) and all(isinstance(i, str) and _is_ours(path, i) for i in items)
            )
        case _:
            return False
