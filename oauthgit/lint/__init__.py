"""Run the rules on documents and on effective settings; a rule that crashes is a finding (OG002)."""

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
    """The functions of rules by what they look at; ``across`` are those of rules that set all things against each other."""

    documents: Sequence[tuple[Rule, DocumentCheck]]
    workflows: Sequence[tuple[Rule, DocumentCheck]]
    workspace: Sequence[tuple[Rule, WorkspaceCheck]]
    settings: Subscriptions
    across: Sequence[Rule]


def prepared(rules: Sequence[Rule]) -> Checks:
    """Return the functions of ``rules``, to be asked about as many parts of a project as there are."""
    return Checks(
        [(rule, rule.check_document) for rule in rules if rule.check_document],
        [(rule, rule.check_workflow) for rule in rules if rule.check_workflow],
        [(rule, rule.check_workspace) for rule in rules if rule.check_workspace and not rule.is_across],
        Subscriptions(rule for rule in rules if rule.check_setting),
        [rule for rule in rules if rule.is_across],
    )


def lint(
    checks: Checks,
    documents: Sequence[Document],
    targets: Sequence[Settings],
    policy: Mapping[str, Any],
    shared: Sequence[Document] = (),
) -> list[Finding]:
    """Return the findings of the rules that look at one thing, or at what belongs together.

    The same match at the same place in several targets is one finding with them all. ``shared`` are documents that
    concern these and are linted elsewhere.
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
    """Return the findings of the rules that compare everything with everything."""
    documents = without_workflows(documents)
    findings = []
    for rule in checks.across:
        if rule.check_workspace and documents:
            findings += on_workspace(rule, rule.check_workspace, documents, policy)
        if rule.check_targets and targets:
            findings += on_targets(rule, rule.check_targets, targets)
    return findings


def without_workflows(documents: Sequence[Document]) -> list[Document]:
    """Return the documents that other rules than those on workflows are asked about."""
    return [document for document in documents if document.kind is not Kind.WORKFLOW]


def deduplicate(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings without those that say the same of the same place; of these the first gets the targets of all."""
    first: dict[tuple[object, ...], Finding] = {}
    more: dict[tuple[object, ...], dict[str, None]] = {}
    for finding in findings:
        same = (finding.code, finding.location, finding.message)
        known = first.setdefault(same, finding)
        if known is not finding:
            more.setdefault(same, dict.fromkeys(known.targets)).update(dict.fromkeys(finding.targets))
    alike: dict[tuple[str, ...], tuple[str, ...]] = {}  # many have the same targets, of which one copy is enough
    for several, names in more.items():
        targets = tuple(names)
        first[several] = first[several]._replace(targets=alike.setdefault(targets, targets))
    return list(first.values())
