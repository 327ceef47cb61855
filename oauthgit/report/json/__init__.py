"""Render JSON, version 2, for programs; see ``schema/report.schema.json``."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from oauthgit.model.explanation import Explanation, explain_settings
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.headline import Worst, headline, worst
from oauthgit.model.report import Report, effective, plain
from oauthgit.model.secret_status import SecretStatus
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.report.json.location import location

if TYPE_CHECKING:
    from oauthgit.model.difference import Cause, Change, Differences, PolicyChange, Reach, TargetDifference
    from oauthgit.model.planned_request import PlannedRequest

PARTS: Final = frozenset(
    {"findings", "verdicts", "targets", "explanations", "secrets", "requests", "differences", "drift"}
)
"""The parts of a report that this format can show."""


def render(report: Report) -> str:
    """Return the report as a JSON document in ASCII, without parts that do not apply."""
    document: dict[str, Any] = {"schema_version": 2, "findings": [_finding(finding) for finding in report.findings]}
    if report.verdicts is not None:
        document["verdicts"] = [_verdict(verdict) for verdict in report.verdicts]
    if report.targets is not None:
        document["targets"] = {escape(settings.target): effective(settings) for settings in report.targets}
    elif report.explanations is not None:
        document["targets"] = _explanations(report.explanations)
    if report.secrets is not None:
        document["secrets"] = [_secret(status) for status in report.secrets]
    if report.conditions:
        document["conditions"] = [redact_urls(condition) for condition in report.conditions]
    if report.requests is not None:
        document["requests"] = [_request(request) for request in report.requests]
    if report.differences is not None:
        document["differences"] = _differences(report.differences)
    if report.drift is not None:
        from oauthgit.report.json.drift import drift

        document["drift"] = drift(report.drift)
    document["summary"] = _summary(report)
    # CI runners execute "##[" and "##vso[" anywhere in a line; a JSON parser decodes the escape.
    return json.dumps(document, indent=2).replace("##", "#\\u0023") + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": escape(finding.name),
        "severity": finding.severity.label,
        "message": redact_urls(finding.message),
        "hint": redact_urls(finding.hint),
        "location": location(finding.location),
        "related": [
            {"message": redact_urls(related.message), "location": location(related.location)}
            for related in finding.related
        ],
        "targets": [escape(target) for target in finding.targets],
        "remedy": redact_urls(finding.remedy),
        "suppressed": None if finding.suppressed is None else redact_urls(finding.suppressed),
        "until": None if finding.until is None else redact_urls(finding.until),
        "fingerprint": finding.fingerprint,
        "fixable": finding.fixable or None,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "target": escape(verdict.target),
        "server": escape(verdict.server),
        "grant": escape(verdict.grant),
        "verdict": str(verdict.outcome),
        "reason": redact_urls(verdict.reason),
        "error": redact_urls(verdict.error),
        "location": location(verdict.location),
        "connector_status": verdict.connector_status,
        "milliseconds": verdict.milliseconds,
        "sandbox": verdict.sandbox,
        "stamp": {name: escape(text) for name, text in verdict.stamp._asdict().items()} if verdict.stamp else None,
    }


def _secret(status: SecretStatus) -> dict[str, Any]:
    return {
        "target": escape(status.target),
        "environment": plain(status.environment),
        "server": escape(status.server),
        "state": status.state,
        "pinned": status.pinned,
        "file": escape(status.file) or None,
        "name": escape(status.variable) or None,
        "recipients": [
            {"type": escape(recipient.type), "id": redact_urls(recipient.name)} for recipient in status.recipients
        ],
        "age_days": status.age_days,
        "renewed_on": status.renewed_on,
        "expires_on": None if status.expires_on is None else redact_urls(status.expires_on),
        "days_left": status.days_left,
    }


def _request(request: "PlannedRequest") -> dict[str, Any]:
    form = request.form and {escape(name): redact_urls(value) for name, value in request.form.items()}
    return {
        "what": request.what,
        "method": request.method,
        "url": redact_urls(request.url),
        "headers": {escape(name): redact_urls(value) for name, value in request.headers.items()},
        "form": form,
        "holders": [{"target": escape(target), "server": escape(server)} for target, server in request.users],
        "further": request.further,
    }


def _differences(found: "Differences") -> dict[str, Any]:
    return {
        "base": escape(found.base),
        "head": escape(found.head),
        "headline": redact_urls(headline(found)),
        "worst": _worst(worst(found)),
        "targets": [_difference(each) for each in found.targets],
        "edits": [_reach(each) for each in found.reaches],
        "policy": [_policy_change(each) for each in found.policy],
    }


def _worst(first: Worst | None) -> dict[str, Any] | None:
    if first is None:
        return None
    return {
        "environment": plain(first.environment),
        "target": escape(first.target) or None,
        "server": escape(first.server) or None,
        "setting": escape(first.setting) or None,
        "risk": str(first.risk) or None,
        "what": redact_urls(first.what),
        "more": first.more,
    }


def _difference(each: "TargetDifference") -> dict[str, Any]:
    return {
        "target": escape(each.target),
        "was": escape(each.was) or None,
        "status": str(each.status),
        "environment": plain(each.environment),
        "production": each.production,
        "reason": redact_urls(each.reason),
        "changes": [_change(change) for change in each.changes],
    }


def _change(change: "Change") -> dict[str, Any]:
    return {
        "server": escape(change.server) or None,
        "setting": escape(change.setting) or None,
        "before": plain(change.before),
        "after": plain(change.after),
        "risk": str(change.risk) or None,
        "note": redact_urls(change.note.text) if change.note else "",
        "command": escape(change.note.command) or None if change.note else None,
        "cause": _cause(change.cause) if change.cause else None,
    }


def _cause(cause: "Cause") -> dict[str, Any]:
    return {
        "layer": escape(cause.layer),
        "location": location(cause.location),
        "server": escape(cause.server) or None,
        "setting": escape(cause.setting) or None,
    }


def _reach(reach: "Reach") -> dict[str, Any]:
    return _cause(reach.cause) | {
        "reached": [escape(target) for target in reach.reached],
        "hidden": [{"target": escape(target), "location": location(place)} for target, place in reach.hidden],
    }


def _policy_change(change: "PolicyChange") -> dict[str, Any]:
    return {
        "name": escape(change.name),
        "before": plain(change.before),
        "after": plain(change.after),
        "loosened": change.loosened,
        "location": location(change.location),
    }


def _explanations(explanations: Iterable[Explanation]) -> dict[str, Any]:
    targets: dict[str, Any] = {}
    for explanation in explanations:
        settings = explanation.settings
        target = targets.setdefault(
            escape(settings.target),
            {"kind": str(settings.kind), "environment": plain(settings.environment), "oauth_servers": {}},
        )
        target["oauth_servers"].setdefault(escape(explanation.server), {}).update(_settings(explanation))
    return targets


def _settings(explanation: Explanation) -> dict[str, Any]:
    return {
        escape(name): {
            "value": plain(value),
            "origin": {"layer": escape(origin.layer), "location": location(origin.location)},
            "replaced": [
                {"layer": escape(other.layer), "value": plain(other.value), "location": location(other.location)}
                for other in replaced
            ],
        }
        for name, value, origin, replaced in explain_settings(explanation)
        if origin
    }


def _summary(report: Report) -> dict[str, Any]:
    severities = Counter(finding.severity for finding in report.findings if finding.suppressed is None)
    counts = {severity.label: severities[severity] for severity in sorted(Severity, reverse=True)}
    suppressed = len(report.findings) - severities.total()
    summary = report.summary._asdict() | {
        "seconds": round(report.summary.seconds, 3),
        "findings": counts | {"suppressed": suppressed},
    }
    if report.verdicts is not None:
        outcomes = Counter(verdict.outcome for verdict in report.verdicts)
        summary["verdicts"] = {str(outcome): outcomes[outcome] for outcome in Outcome}
    return summary
