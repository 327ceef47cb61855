"""Compare the readers of a secrets file with the trusted creation rule."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from oauthgit.decrypt.encrypt import applying_rule
from oauthgit.discover.layout import SOPS_RULES
from oauthgit.model.document import Document
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.formats.sops_creation_rule import (
    NO_PATTERN,
    CreationRule,
    compare_selections,
    creation_rules,
    path_from_rules,
)
from oauthgit.model.formats.sops_readers import Excess, Key, Readers, find_dropped, find_excess, readers_of
from oauthgit.model.project import Project
from oauthgit.model.workspace import File
from oauthgit.pipeline.operations.sops_rules import SopsRules, document_of, rules_of

_FINGERPRINT: Final = regex(r"[0-9A-F]{40}|[0-9A-F]{64}")


class SecretsUnavailableError(Exception):
    """Report that a secrets file cannot be decrypted (exit code 7)."""


class Recipients(NamedTuple):
    """Describe the readers that one file will be encrypted for.

    ``rule`` is the creation rule that applies. ``exceeding`` are its permissions beyond the trusted rule. ``dropped`` are keys
    of the trusted rule or the file that the rule lacks. ``added`` are keys of the rule that the file lacks.
    """

    file: File
    rule: CreationRule
    exceeding: tuple[Excess, ...]
    dropped: tuple[Key, ...]
    added: tuple[Key, ...]

    @property
    def keys_to_confirm(self) -> tuple[Key, ...]:
        """Return the keys that gain access over the trusted rule."""
        return tuple(dict.fromkeys(key for excess in self.exceeding for key in excess.keys))


def recipients_of(
    project: Project, file: File, trusted: Sequence[SopsRules | None], environment: Mapping[str, str]
) -> Recipients:
    """Return the readers of ``file`` by ``.sops.yaml``, compared with ``trusted``.

    ``trusted`` holds the ``.sops.yaml`` of each grantor of the authority. A permission that one of them lacks is an excess. If
    one is None, or has no rule for the file, every key is an excess.
    ``file`` need not exist yet. ``environment`` contains the path to sops, which selects the rule.

    Raises:
        SecretsUnavailableError: There is no sops.
        UsageError: There is no rule for the file, or it cannot be applied.

    """
    ours, root = rules_of(project), project.workspace.root
    if ours is None:
        raise UsageError(
            f"{SOPS_RULES} is missing in {root} and above it up to the top of the repository; its creation rules list the "
            "readers of secrets files; make a key and run oauthgit init, which writes them"
        )
    rule = _rule_for(root, ours, file.path, environment)
    if isinstance(rule, Finding):
        raise error_of(rule)
    _refuse_unfit(rule, ours.path, project.policy["secrets"]["key_types"])
    granted = [
        rule if each == ours else each and _granted_rule(root, each, file.path, environment)
        for each in dict.fromkeys(trusted)
    ]
    document = project.resolve().find_document(file.path)
    present = readers_of(document.data if document else None)
    before = [*(key for each in granted if each for key in each.readers.keys), *present.keys]
    gone = find_dropped(rule.readers, Readers((tuple(dict.fromkeys(before)),), 1))
    added = find_dropped(present, rule.readers) if present.groups else ()
    exceeds = dict.fromkeys(
        excess
        for each in granted
        for excess in (*find_excess(rule.readers, each.readers if each else None), *compare_selections(rule, each))
    )
    return Recipients(file, rule, tuple(exceeds), gone, added)


def error_of(finding: Finding) -> SecretsUnavailableError | UsageError:
    """Return the error for a finding about sops."""
    place = finding.location
    text = f"{place.file}:{place.line}:{place.column}: {finding.message}. {finding.remedy}"
    return SecretsUnavailableError(text) if finding.code in {"OG505", "OG516", "OG517"} else UsageError(text)


def _granted_rule(root: str, trusted: SopsRules, path: str, environment: Mapping[str, str]) -> CreationRule | None:
    found = _rule_for(root, trusted, path, environment)
    if isinstance(found, CreationRule):
        return found
    if found.code == "OG702":
        return None
    raise error_of(found)


def _rule_for(root: str, rules: SopsRules, path: str, environment: Mapping[str, str]) -> CreationRule | Finding:
    document = _document(root, rules)
    listed = creation_rules(document.data)
    unread = next((rule for rule in listed if rule.problem == NO_PATTERN), None)
    if unread:
        at = document.locate(unread.pointer)
        raise UsageError(f"{document.file}:{at.line}:{at.column}: the rule cannot be used: {unread.problem}")
    place = path_from_rules(document.identity, path)
    found = applying_rule(listed, place, root=root, environment=environment)
    return found._replace(location=found.location._replace(file=path)) if isinstance(found, Finding) else found


def _document(root: str, rules: SopsRules) -> Document:
    document, findings = document_of(root, rules)
    if document is None:
        raise error_of(findings[0])
    return document


def _refuse_unfit(rule: CreationRule, path: str, allowed: Collection[str]) -> None:
    """Refuse a rule with incomplete keys, or key types that the policy forbids."""
    if rule.problem:
        raise UsageError(f"{path}: the rule that applies{_number(rule)} cannot be used: {rule.problem}")
    for key in rule.readers.keys:
        if key.type not in allowed:
            raise UsageError(
                f"{path}: the rule that applies{_number(rule)} names {escape(key.name)}, a key of type {key.type}, and the "
                f"policy allows {', '.join(sorted(allowed)) or 'none'}: encrypting would start a program or call a server "
                "without approval; remove the key, or have its type added to secrets.key_types in configs/oauthgit.yaml"
            )
        if not (key.name.isascii() and key.name.isprintable()):
            raise UsageError(f"{path}: the key {escape(key.name)} contains characters that are invalid in a key")
        if key.type == "pgp" and not _FINGERPRINT.fullmatch(key.name):
            raise UsageError(
                f"{path}: {key.name} is not the whole fingerprint of a PGP key, so the owner of the key is not certain; "
                "write the 40 digits that gpg --fingerprint shows"
            )


def _number(rule: CreationRule) -> str:
    return f" (creation_rules number {int(rule.pointer.rpartition('/')[2]) + 1})"
