"""Code Quality: the fields that GitLab documents, stable and unique fingerprints, nothing left out."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from inert import assert_inert
from nasty import APPLICATION, BRANCH, CREDENTIALS, EMPTY, FINDINGS, NASTY, SMOKE, SUMMARY, VALIDATE, VERDICTS
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.location import Location
from oauthgit.model.report import Report
from oauthgit.report import gitlab

# "Code Quality report format" of GitLab's documentation.
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


def test_a_finding_is_told_whole() -> None:
    (issue,) = issues(Report(FINDINGS[1:2], SUMMARY, folder="platform"))
    assert issue["check_name"] == "OG301 dead-override"
    assert issue["description"].startswith("client_id equals the inherited value; targets: runtime_configuration/")
    assert issue["description"].endswith("; Remove the line.")
    assert issue["location"] == {"path": f"platform/{APPLICATION}", "lines": {"begin": 5}}
    assert issue["severity"] == "minor"


def test_every_severity_has_its_word() -> None:
    told = issues(Report(tuple(FINDINGS[0]._replace(severity=severity) for severity in Severity), SUMMARY))
    assert [issue["severity"] for issue in told] == ["critical", "minor", "info"]


def test_a_fingerprint_stays_when_lines_move_and_is_the_issues_alone() -> None:
    one = FINDINGS[0]
    moved = one._replace(location=one.location._replace(line=77))
    alone, elsewhere = (issues(Report((each,), SUMMARY))[0]["fingerprint"] for each in (one, moved))
    assert alone == elsewhere
    assert len({issue["fingerprint"] for issue in issues(Report((one, moved, one), SUMMARY))}) == 3


def test_failed_verdicts_are_told_once() -> None:
    assert len(issues(Report((), SUMMARY, verdicts=VERDICTS))) == 2
    told = tuple(Finding("OG901", "refused", verdict.location) for verdict in VERDICTS)
    assert len(issues(Report(told, SUMMARY, verdicts=VERDICTS))) == len(told)


def test_nothing_is_left_out_of_twenty_thousand() -> None:
    many = tuple(Finding("OG301", "message", Location(BRANCH, number + 1)) for number in range(20_000))
    told = issues(Report(many, SUMMARY))
    assert len({issue["fingerprint"] for issue in told}) == 20_000


words = st.text(max_size=30) | st.sampled_from([NASTY, CREDENTIALS, "##[x]"])


@given(words, words, words)
def test_no_text_breaks_the_form(one: str, two: str, three: str) -> None:
    finding = Finding(
        "OG301", f"m{one}", Location("configs/" + two, pointer=three), three, one, name=two, targets=(three,)
    )
    report = Report((finding,), SUMMARY)
    output = gitlab.render(report)
    assert output.isascii()
    assert_inert(output)
    assert "hunter2" not in output
    issues(report)
