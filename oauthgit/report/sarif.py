"""Render SARIF 2.1.0 for code scanning on GitHub and other viewers.

Source: OASIS, 27 March 2020. Rules contain their documentation, findings a fingerprint, and suppressions a reason.
GitHub keeps 5,000 results of a run and rejects files with more than 25,000. So the worst 5,000 are written, and a
notification counts the others.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from oauthgit.model.annotations import details, list_worst_first, number_fingerprints, sanitize
from oauthgit.model.finding import BASELINE, Finding
from oauthgit.model.formats.sanitize import cut
from oauthgit.model.location import Location
from oauthgit.model.report import Report

PARTS: Final = frozenset({"findings", "verdicts", "drift"})
"""The parts of a report that this format can show; verdicts and drift are shown by their findings."""

MAX_RESULTS: Final = 5_000
"""The number of results that GitHub keeps for a run."""

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
_MESSAGE: Final = 4_000
_DESCRIPTION: Final = 1_000
"""The maximum characters of a description; GitHub shows 1,024."""
_BROKEN: Final = ("OG001", "OG002", "OG008")
"""Findings that report an incomplete check."""


def render(report: Report) -> str:
    """Return the report as a SARIF log of one run, in ASCII."""
    reported = list_worst_first(report)
    kept = reported[:MAX_RESULTS]
    codes = sorted({finding.code for finding in kept})
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(report, [_rule(report, code, kept) for code in codes])},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder of the repository."}}},
                "invocations": [_invocation(report, reported)],
                "results": [
                    _result(report, finding, codes.index(finding.code), name)
                    for finding, name in zip(kept, number_fingerprints(kept), strict=True)
                ],
            }
        ],
    }
    # CI runners execute "##[" and "##vso[" anywhere in a line; a JSON parser decodes the escape.
    return json.dumps(document, indent=2).replace("##", "#\\u0023") + "\n"


def _driver(report: Report, rules: Sequence[dict[str, Any]]) -> dict[str, Any]:
    version = {"version": report.version} if report.version else {}
    return {"name": "oauthgit", **version, "rules": rules}


def _rule(report: Report, code: str, findings: Sequence[Finding]) -> dict[str, Any]:
    described = report.described(code)
    if described is None:
        name = next(finding.name for finding in findings if finding.code == code)
        return {"id": sanitize(code), "name": sanitize(name) or sanitize(code)}
    return {
        "id": code,
        "name": described.name,
        "shortDescription": {"text": cut(described.title, _DESCRIPTION)},
        "fullDescription": {"text": cut(described.why or described.title, _DESCRIPTION)},
        "help": {"text": described.page, "markdown": described.page},
        "defaultConfiguration": {"level": described.severity.label},
        "properties": {"tags": ["oauth", *described.tags]},
    }


def _result(report: Report, finding: Finding, index: int, name: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": sanitize(finding.code),
        "ruleIndex": index,
        "level": finding.severity.label,
        "message": _text("\n".join((sanitize(finding.message), *details(finding)))),
        "locations": [{"physicalLocation": _physical(report, finding.location)}],
        "partialFingerprints": {"primaryLocationLineHash": name, "oauthgitFingerprint/v1": finding.fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "message": _text(sanitize(one.message)), "physicalLocation": _physical(report, one.location)}
            for number, one in enumerate(finding.related, 1)
        ]
    if finding.suppressed is not None:
        kind = "external" if finding.suppressed == BASELINE else "inSource"
        result["suppressions"] = [{"kind": kind, "justification": sanitize(finding.suppressed)}]
    if finding.targets:
        result["properties"] = {"targets": [sanitize(target) for target in finding.targets]}
    return result


def _text(text: str) -> dict[str, str]:
    """Return a message without links.

    ``[words](1)`` is a link in a message (section 3.11.6), so a blank is inserted between the brackets.
    """
    return {"text": cut(re.sub(r"\](?=\()", "] ", text), _MESSAGE)}


def _physical(report: Report, location: Location) -> dict[str, Any]:
    file = f"{report.folder}/{location.file}" if report.folder else location.file
    region = {"startLine": location.line, "startColumn": location.column}
    if (location.end_line, location.end_column) >= (location.line, location.column):
        region |= {"endLine": location.end_line, "endColumn": location.end_column}
    uri = quote(file.encode(errors="surrogateescape"))
    return {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}, "region": region}


def _invocation(report: Report, reported: Sequence[Finding]) -> dict[str, Any]:
    """Return the success of the run, the number of omitted findings, and conditions."""
    invocation: dict[str, Any] = {"executionSuccessful": not any(finding.code in _BROKEN for finding in reported)}
    if len(reported) > MAX_RESULTS:
        more = len(reported) - MAX_RESULTS
        words = f"the mildest {more:,} of {len(reported):,} findings are left out; the text report shows them"
        invocation["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": words}}]
    if report.conditions:
        invocation["toolConfigurationNotifications"] = [
            {"level": "note", "message": _text(f"servers were called with {sanitize(condition)}")}
            for condition in report.conditions
        ]
    return invocation
