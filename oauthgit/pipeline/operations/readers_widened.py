"""Find new readers of secrets in a change of ``.sops.yaml`` (OG713).

Neither sops nor a key is needed.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from oauthgit.discover.git import Commit, GitError
from oauthgit.model.document import Document
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import child, leaves
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.formats.sops_creation_rule import (
    CreationRule,
    compare_selections,
    creation_rules,
    first_match,
    path_from_rules,
)
from oauthgit.model.formats.sops_readers import Excess, Key, find_excess
from oauthgit.model.location import Location
from oauthgit.model.project import Project
from oauthgit.model.workspace import LAYERS, Kind
from oauthgit.pipeline.operations.sops_rules import SopsRules, document_of, rules_in, rules_of
from oauthgit.pipeline.resolve import chain_of

_CODE: Final = "OG713"
_NAMED: Final = 5
"""Most layers that a message names; it counts the others."""
_LONG: Final = 1000


class _Rules(NamedTuple):
    """Hold the rules of one side.

    ``identity`` identifies the folder that their paths start from.
    """

    listed: tuple[CreationRule, ...] = ()
    stated: Any = None
    identity: Mapping[str, str] = {}

    def first(self, path: str) -> tuple[CreationRule | None, bool]:
        """Return the rule for a secrets file, and True if that is certain."""
        rule, certain = first_match(self.listed, path_from_rules(self.identity, path))
        return rule, certain and not (rule and rule.problem)


def find_widened(project: Project, base: Commit) -> list[Finding]:
    """Return an ungraded OG713 for each permission that the base lacks.

    Layers without a secrets file count as well.

    Raises:
        UsageError: The base cannot be read.

    """
    root, ours = project.workspace.root, rules_of(project)
    try:
        theirs = rules_in(base)
    except GitError as error:
        raise UsageError(f".sops.yaml cannot be compared with the base: {error}") from None
    if ours is None or ours == theirs:
        return []
    document, was = document_of(root, ours)[0], _read(root, theirs)
    if document is None or was is None:
        whose = "" if document is None else f" of {redact_urls(base.ref)}"
        message = f"the rules{whose} cannot be read here, so others may be able to read secrets now"
        remedy = "Review the change of this file: the keys in its rules can read every secret encrypted from now on."
        return [Finding(_CODE, message, Location(ours.path), remedy=remedy)]
    now = _rules_of(document)
    if (now.stated, now.identity) == (was.stated, was.identity):
        return []
    return [_finding(project, document, base.ref, *found) for found in _group_layers(project, now, was).items()]


def _read(root: str, rules: SopsRules | None) -> _Rules | None:
    """Return the rules of the base; none without a file, None if unreadable."""
    if rules is None:
        return _Rules()
    document = document_of(root, rules)[0]
    return _rules_of(document) if document else None


def _rules_of(document: Document) -> _Rules:
    stated = document.data.get("creation_rules") if isinstance(document.data, dict) else None
    return _Rules(creation_rules(document.data), stated, document.identity)


def _group_layers(project: Project, now: _Rules, was: _Rules) -> dict[tuple[str, Excess | None], list[str]]:
    """Return the excess over the base with its rule and the layers it reaches.

    None replaces the excess if the readers are not certain.
    """
    compare = lru_cache(maxsize=256)(find_excess)
    found: dict[tuple[str, Excess | None], list[str]] = {}
    for path, layer in _secrets_files(project).items():
        rule, certain = now.first(path)
        before, known = was.first(path)
        if not certain or not known:
            at = rule or _report_unread(now.listed, path_from_rules(now.identity, path))
            if at:
                found.setdefault((at.pointer, None), []).append(layer)
        elif rule:
            widened = compare(rule.readers, before.readers if before else None)
            for excess in (*widened, *compare_selections(rule, before)):
                found.setdefault((rule.pointer, excess), []).append(layer)
    return found


def _report_unread(rules: Sequence[CreationRule], path: str) -> CreationRule | None:
    """Return the first rule that may match ``path``, or else the first rule."""
    return next((rule for rule in rules if not first_match((rule,), path)[1]), rules[0] if rules else None)


def _secrets_files(project: Project) -> dict[str, str]:
    """Return the paths of existing or possible secrets files by layer."""
    return {
        file.path if file.kind is Kind.SECRETS else f"{file.path.removesuffix('.yaml')}.secrets.yaml": file.layer
        for file in project.workspace.files
        if file.kind is Kind.SECRETS or file.kind in LAYERS
    }


def _finding(
    project: Project, document: Document, base: str, cause: tuple[str, Excess | None], layers: Sequence[str]
) -> Finding:
    rule, excess = cause
    names = sorted(set(layers))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    reach = f"secrets of {', '.join(map(redact_urls, names[:_NAMED]))}{more}"
    if excess is None:
        pointer = child(rule, "path_regex")
        message = f"this rule, or a later one, may let other readers than in {redact_urls(base)} read {reach}"
        remedy = (
            "Write path_regex in a simple form, such as ^configs/branches/, or check yourself whose keys these are."
        )
    else:
        pointer = _place(document, rule, excess)
        message = f"{redact_urls(excess.words[:_LONG])}, which {redact_urls(base)} does not allow: {reach}"
        remedy = "Find out whose keys these are: their owners can read every secret that is encrypted by this rule from now on."
        if not excess.keys:
            remedy = f"Remove {excess.setting}, so that sops encrypts everything, or make sure that no secret stays readable."
    touched = set(names)
    targets = tuple(
        target for target in project.environments if not touched.isdisjoint(chain_of(target, project.parents))
    )
    return Finding(_CODE, message, document.locate(pointer), remedy=remedy, targets=targets)


def _place(document: Document, rule: str, excess: Excess) -> str:
    """Return the pointer to the difference: a key, the threshold or the groups."""
    if excess.setting:
        return child(rule, excess.setting)
    stated = document.data["creation_rules"][int(rule.rpartition("/")[2])]
    texts = ((below, text) for below, text in leaves(stated) if isinstance(text, str))
    return next((rule + below for below, text in texts if _names(text, excess.keys[0])), rule)


def _names(text: str, key: Key) -> bool:
    name = key.name.partition(" role=")[0].partition(" context=")[0]
    return name in (text.replace(" ", "").upper() if key.type == "pgp" else text)
