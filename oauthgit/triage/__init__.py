"""Select, name, grade and sort findings by selection, policy and environment."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from oauthgit.model.finding import OF_CHANGES, Finding, Severity
from oauthgit.model.rule import Rule
from oauthgit.model.selection import Selection
from oauthgit.triage.unsuppressible import is_mandatory

OFF: Final = "off"
_CAUSES: Final = ("OG001", "OG1", "OG2", "OG307")
"""Codes of findings that make settings unknown, so that other findings may follow from them."""


def triage(
    findings: Iterable[Finding],
    selection: Selection,
    severities: Mapping[str, Any],
    rule_of: Callable[[str], Rule],
    environments: Mapping[str, str | None],
) -> tuple[Finding, ...]:
    """Return the selected findings, named, graded and sorted by place.

    Findings with a fix get its sort. ``severities`` are the policy's by code, ``environments`` maps targets to theirs. If
    the policy grades a rule by environment, a finding gets the highest grade among its targets and keeps only the targets
    for which the rule is on.
    """
    kept = []
    for finding in findings:
        if is_selected(finding.code, selection):
            rule = rule_of(finding.code)
            graded = _grade(finding, rule, severities.get(finding.code), environments)
            if graded is not None:
                kept.append(graded)
    return in_order(kept)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings sorted by place, causes first.

    Those about a change against its base are before all others.
    """
    return tuple(sorted(findings, key=_order))


def _order(finding: Finding) -> tuple[Any, ...]:
    is_cause = finding.code.startswith(_CAUSES) and finding.code != "OG203"
    return finding.code not in OF_CHANGES, not is_cause, finding.location[:5], finding.code, finding.message


def is_enabled(code: str, selection: Selection, severities: Mapping[str, Any]) -> bool:
    """Return True if ``code`` is selected and not switched off by the policy."""
    return is_selected(code, selection) and severities.get(code) != OFF


def is_selected(code: str, selection: Selection) -> bool:
    """Return True if findings of ``code`` are selected."""
    if is_mandatory(code):
        return True
    return (not selection.select or code.startswith(selection.select)) and not (
        selection.ignore and code.startswith(selection.ignore)
    )


def _grade(finding: Finding, rule: Rule, stated: Any, environments: Mapping[str, str | None]) -> Finding | None:
    finding = finding._replace(name=rule.name, fixable="" if finding.fix is None else rule.fix)
    if is_mandatory(finding.code):
        return finding._replace(severity=rule.severity)
    if not finding.targets or not isinstance(stated, Mapping):
        word = stated.get("default") if isinstance(stated, Mapping) else stated
        return None if word == OFF else finding._replace(severity=_severity(word, rule))
    words = {target: stated.get(environments.get(target), stated.get("default")) for target in finding.targets}
    targets = tuple(target for target in finding.targets if words[target] != OFF)
    if not targets:
        return None
    return finding._replace(targets=targets, severity=max(_severity(words[target], rule) for target in targets))


def _severity(word: str | None, rule: Rule) -> Severity:
    return Severity[word.upper()] if word else rule.severity


def worst(findings: Sequence[Finding]) -> Severity | None:
    """Return the highest severity among findings that are not suppressed, or None."""
    return max((finding.severity for finding in findings if finding.suppressed is None), default=None)
