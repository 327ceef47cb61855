"""Code Quality: GitLab's documented fields, stable and unique fingerprints, no finding omitted."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.location import Location
from oauthgit.model.report import Report
from oauthgit.report import gitlab
from support.malicious_text import (
    APPLICATION,
    BRANCH,
    CREDENTIALS,
    EMPTY,
    FINDINGS,
    NASTY,
    SMOKE,
    SUMMARY,
    VALIDATE,
    VERDICTS,
)
from support.safe_for_ci import assert_inert

# "Code Quality report format" in GitLab's documentation.
TEXT = {"type": "string", "minLength": 1}
DOCUMENTED = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "location", "severity"],
            "additionalProperties": False,
            "properties": {
                "description": TEXT,
                "check_name": TEXT,
                "fingerprint": TEXT,
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "additionalProperties": False,
                    "properties": {
                        "path": {"type": "string", "pattern": r"^(?!\./|/)."},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "additionalProperties": False,
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)


def issues(report: Report) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(gitlab.render(report))
    DOCUMENTED.validate(read)
    return read


def test_reports_have_the_documented_form() -> None:
    assert len(issues(VALIDATE)) == sum(finding.suppressed is None for finding in FINDINGS)
    assert len(issues(SMOKE)) == 3
    assert issues(EMPTY) == []


def test_finding_has_all_its_fields() -> None:
    (issue,) = issues(Report(FINDINGS[1:2], SUMMARY, folder="platform"))
    assert issue["check_name"] == "OG301 dead-override"
    assert issue["description"].startswith("client_id equals the inherited value; targets: runtime_configuration/")
    assert issue["description"].endswith(". Remove the line.")
    assert issue["location"] == {"path": f"platform/{APPLICATION}", "lines": {"begin": 5}}
    assert issue["severity"] == "minor"


def test_remedy_after_a_sentence_adds_no_second_stop() -> None:
    finding = Finding("OG301", "The line is dead.", Location(BRANCH), remedy="Remove it.")
    (issue,) = issues(Report((finding,), SUMMARY))
    assert issue["description"] == "The line is dead. Remove it."


def test_every_severity_has_a_gitlab_name() -> None:
    reported = issues(Report(tuple(FINDINGS[0]._replace(severity=severity) for severity in Severity), SUMMARY))
    assert [issue["severity"] for issue in reported] == ["critical", "minor", "info"]


def test_fingerprint_is_unique_and_independent_of_lines() -> None:
    one = FINDINGS[0]
    moved = one._replace(location=one.location._replace(line=77))
    alone, elsewhere = (issues(Report((each,), SUMMARY))[0]["fingerprint"] for each in (one, moved))
    assert alone == elsewhere
    assert len({issue["fingerprint"] for issue in issues(Report((one, moved, one), SUMMARY))}) == 3


def test_failed_verdicts_are_reported_once() -> None:
    assert len(issues(Report((), SUMMARY, verdicts=VERDICTS))) == 2
    reported = tuple(Finding("OG901", "refused", verdict.location) for verdict in VERDICTS)
    assert len(issues(Report(reported, SUMMARY, verdicts=VERDICTS))) == len(reported)


def test_report_keeps_all_of_many_findings() -> None:
    many = tuple(Finding("OG301", "message", Location(BRANCH, number + 1)) for number in range(3_000))
    reported = issues(Report(many, SUMMARY))
    assert len({issue["fingerprint"] for issue in reported}) == 3_000


words = st.text(max_size=30) | st.sampled_from([NASTY, CREDENTIALS, "##[x]"])


@given(words, words, words)
def test_any_text_gives_a_valid_report(one: str, two: str, three: str) -> None:
    finding = Finding(
        "OG301", f"m{one}", Location("configs/" + two, pointer=three), three, one, name=two, targets=(three,)
    )
    report = Report((finding,), SUMMARY)
    output = gitlab.render(report)
    assert output.isascii()
    assert_inert(output)
    assert "hunter2" not in output
    issues(report)
