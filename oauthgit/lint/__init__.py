"""Run the rules on documents and effective settings; report crashes as OG002."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.lint.run import on_documents, on_settings, on_targets, on_workspace
from oauthgit.lint.subscriptions import Subscriptions
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.rule import DocumentCheck, Rule, WorkspaceCheck
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import Kind


class Checks(NamedTuple):
    """Hold the functions of rules by their subject.

    ``cross_layer`` are the rules that compare all documents or targets with each other.
    """

    documents: Sequence[tuple[Rule, DocumentCheck]]
    workflows: Sequence[tuple[Rule, DocumentCheck]]
    workspace: Sequence[tuple[Rule, WorkspaceCheck]]
    settings: Subscriptions
    cross_layer: Sequence[Rule]


def prepare(rules: Sequence[Rule]) -> Checks:
    """Return the functions of ``rules``, to be run on any documents."""
    return Checks(
        [(rule, rule.check_document) for rule in rules if rule.check_document],
        [(rule, rule.check_workflow) for rule in rules if rule.check_workflow],
        [(rule, rule.check_workspace) for rule in rules if rule.check_workspace and not rule.is_cross_layer],
        Subscriptions(rule for rule in rules if rule.check_setting),
        [rule for rule in rules if rule.is_cross_layer],
    )


def lint(
    checks: Checks,
    documents: Sequence[Document],
    targets: Sequence[Settings],
    policy: Mapping[str, Any],
    shared: Sequence[Document] = (),
) -> list[Finding]:
    """Return the findings of the rules on single values and documents.

    Equal matches at the same place in several targets are one finding with all these targets. ``shared`` are documents
    that concern ``documents`` and are linted separately.
    """
    workflows = [document for document in documents if document.kind is Kind.WORKFLOW]
    others = without_workflows(documents)
    findings = [*on_documents(checks.documents, others), *on_documents(checks.workflows, workflows)]
    if others:
        together = [*without_workflows(shared), *others]
        for rule, check in checks.workspace:
            findings += on_workspace(rule, check, together, policy)
    return [*findings, *on_settings(checks.settings, targets)]


def lint_across(
    checks: Checks, documents: Sequence[Document], targets: Sequence[Settings], policy: Mapping[str, Any]
) -> list[Finding]:
    """Return the findings of the rules that compare all documents or all targets."""
    documents = without_workflows(documents)
    findings = []
    for rule in checks.cross_layer:
        if rule.check_workspace and documents:
            findings += on_workspace(rule, rule.check_workspace, documents, policy)
        if rule.check_targets and targets:
            findings += on_targets(rule, rule.check_targets, targets)
    return findings


def without_workflows(documents: Sequence[Document]) -> list[Document]:
    """Return the documents that are not workflows; these have rules of their own."""
    return [document for document in documents if document.kind is not Kind.WORKFLOW]


def deduplicate(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings without duplicates: equal code, place and message.

    The first of equal findings gets the targets of all.
    """
    first: dict[tuple[object, ...], Finding] = {}
    more: dict[tuple[object, ...], dict[str, None]] = {}
    for finding in findings:
        same = (finding.code, finding.location, finding.message)
        known = first.setdefault(same, finding)
        if known is not finding:
            more.setdefault(same, dict.fromkeys(known.targets)).update(dict.fromkeys(finding.targets))
    alike: dict[tuple[str, ...], tuple[str, ...]] = {}  # many have the same targets: share one copy
    for several, names in more.items():
        targets = tuple(names)
        first[several] = first[several]._replace(targets=alike.setdefault(targets, targets))
    return list(first.values())
