"""All findings of rules in documents and targets, including those that compare models."""

from collections.abc import Mapping, Sequence
from typing import Any

from oauthgit.lint import deduplicate, lint_across, prepare
from oauthgit.lint import lint as lint_each
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.rule import Rule
from oauthgit.model.settings import Settings


def lint(
    documents: Sequence[Document], targets: Sequence[Settings], rules: Sequence[Rule], policy: Mapping[str, Any]
) -> list[Finding]:
    checks = prepare(rules)
    each = lint_each(checks, documents, targets, policy)
    return deduplicate([*each, *lint_across(checks, documents, targets, policy)])
