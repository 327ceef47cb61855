"""Render JSON, version 1, for programs; see ``schema/report.schema.json``."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from oauthgit.model.explanation import Explanation, explained
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.formats.sanitize import printable, readable_pointer, shown
from oauthgit.model.location import Location
from oauthgit.model.report import Report, effective, plain
from oauthgit.model.secret_status import SecretStatus
from oauthgit.model.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from oauthgit.model.difference import Cause, Change, Differences, PolicyChange, Reach, TargetDifference
    from oauthgit.model.planned import PlannedRequest

PARTS: Final = frozenset({"findings", "verdicts", "targets", "explanations", "secrets", "requests", "differences"})
"""The parts of a report that this format can show."""


def render(report: Report) -> str:
    """Return the report as a JSON document in ASCII, without parts that do not apply."""
    document: dict[str, Any] = {"schema_version": 1, "findings": [_finding(finding) for finding in report.findings]}
    if report.verdicts is not None:
        document["verdicts"] = [_verdict(verdict) for verdict in report.verdicts]
    if report.targets is not None:
        document["targets"] = {printable(settings.target): effective(settings) for settings in report.targets}
    elif report.explanations is not None:
        document["targets"] = _explained(report.explanations)
    if report.secrets is not None:
        document["secrets"] = [_secret(status) for status in report.secrets]
    if report.conditions:
        document["conditions"] = [shown(condition) for condition in report.conditions]
    if report.requests is not None:
        document["requests"] = [_request(request) for request in report.requests]
    if report.differences is not None:
        document["differences"] = _differences(report.differences)
    document["summary"] = _summary(report)
    # CI runners execute "##[" and "##vso[" anywhere in a line; a JSON parser decodes the escape.
    return json.dumps(document, indent=2).replace("##", "#\\u0023") + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": printable(finding.name),
        "severity": finding.severity.label,
        "message": shown(finding.message),
        "hint": shown(finding.hint),
        "location": _location(finding.location),
        "related": [
            {"message": shown(related.message), "location": _location(related.location)} for related in finding.related
        ],
        "targets": [printable(target) for target in finding.targets],
        "remedy": shown(finding.remedy),
        "suppressed": None if finding.suppressed is None else shown(finding.suppressed),
        "fingerprint": finding.fingerprint,
        "fixable": finding.fixable or None,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "target": printable(verdict.target),
        "server": printable(verdict.server),
        "grant": printable(verdict.grant),
        "verdict": str(verdict.outcome),
        "reason": shown(verdict.reason),
        "error": shown(verdict.error),
        "location": _location(verdict.location),
        "connector_status": verdict.connector_status,
        "milliseconds": verdict.milliseconds,
        "sandbox": verdict.sandbox,
    }


def _secret(status: SecretStatus) -> dict[str, Any]:
    return {
        "target": printable(status.target),
        "server": printable(status.server),
        "state": status.state,
        "pinned": status.pinned,
        "file": printable(status.file) or None,
        "name": printable(status.variable) or None,
        "recipients": [
            {"type": printable(recipient.type), "id": shown(recipient.name)} for recipient in status.recipients
        ],
        "age_days": status.age_days,
        "renewed_on": status.renewed_on,
        "expires_on": None if status.expires_on is None else shown(status.expires_on),
        "days_left": status.days_left,
    }


def _request(request: "PlannedRequest") -> dict[str, Any]:
    form = request.form and {printable(name): shown(value) for name, value in request.form.items()}
    return {
        "what": request.what,
        "method": request.method,
        "url": shown(request.url),
        "headers": {printable(name): shown(value) for name, value in request.headers.items()},
        "form": form,
        "holders": [{"target": printable(target), "server": printable(server)} for target, server in request.holders],
        "further": request.further,
    }


def _differences(found: "Differences") -> dict[str, Any]:
    return {
        "base": printable(found.base),
        "head": printable(found.head),
        "headline": found.headline,
        "targets": [_difference(each) for each in found.targets],
        "edits": [_reach(each) for each in found.reaches],
        "policy": [_policy_change(each) for each in found.policy],
    }


def _difference(each: "TargetDifference") -> dict[str, Any]:
    return {
        "target": printable(each.target),
        "was": printable(each.was) or None,
        "status": str(each.status),
        "environment": plain(each.environment),
        "production": each.production,
        "reason": shown(each.reason),
        "changes": [_change(change) for change in each.changes],
    }


def _change(change: "Change") -> dict[str, Any]:
    return {
        "server": printable(change.server) or None,
        "setting": printable(change.setting) or None,
        "before": plain(change.before),
        "after": plain(change.after),
        "risk": str(change.risk) or None,
        "note": shown(change.note),
        "cause": _cause(change.cause) if change.cause else None,
    }


def _cause(cause: "Cause") -> dict[str, Any]:
    return {
        "layer": printable(cause.layer),
        "location": _location(cause.location),
        "server": printable(cause.server) or None,
        "setting": printable(cause.setting) or None,
    }


def _reach(reach: "Reach") -> dict[str, Any]:
    return _cause(reach.cause) | {
        "reached": [printable(target) for target in reach.reached],
        "hidden": [{"target": printable(target), "location": _location(place)} for target, place in reach.hidden],
    }


def _policy_change(change: "PolicyChange") -> dict[str, Any]:
    return {
        "name": printable(change.name),
        "before": plain(change.before),
        "after": plain(change.after),
        "loosened": change.loosened,
        "location": _location(change.location),
    }


def _location(location: Location | None) -> dict[str, Any] | None:
    if location is None:
        return None
    return location._asdict() | {"file": printable(location.file), "pointer": readable_pointer(location.pointer)}


def _explained(explanations: Iterable[Explanation]) -> dict[str, Any]:
    targets: dict[str, Any] = {}
    for explanation in explanations:
        settings = explanation.settings
        target = targets.setdefault(
            printable(settings.target),
            {"kind": str(settings.kind), "environment": plain(settings.environment), "oauth_servers": {}},
        )
        target["oauth_servers"].setdefault(printable(explanation.server), {}).update(_settings(explanation))
    return targets


def _settings(explanation: Explanation) -> dict[str, Any]:
    return {
        printable(name): {
            "value": plain(value),
            "origin": {"layer": printable(origin.layer), "location": _location(origin.location)},
            "replaced": [
                {"layer": printable(other.layer), "value": plain(other.value), "location": _location(other.location)}
                for other in replaced
            ],
        }
        for name, value, origin, replaced in explained(explanation)
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
