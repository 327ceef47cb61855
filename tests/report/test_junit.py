"""JUnit: valid against the schema, with right counts, and no failure shown as a success."""

from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from oauthgit.model.finding import Finding, Related, Severity
from oauthgit.model.location import Location
from oauthgit.model.report import Report, Summary
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.report import junit
from support.malicious_text import APPLICATION, EFFECTIVE, EMPTY, FINDINGS, NASTY, SMOKE, SUMMARY, VALIDATE, VERDICTS
from support.safe_for_ci import assert_inert

SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))
REPORTS = {"smoke": SMOKE, "validate": VALIDATE, "empty": EMPTY, "effective": EFFECTIVE}
PROD = "iam_application/insights-prod"
PLACE = Location(APPLICATION, 5, 5, 5, 14, "/oauth_servers/graph/client_id")


def parsed(report: Report) -> ET.Element:
    output = junit.render(report)
    SCHEMA.validate(output)
    return ET.fromstring(output)  # noqa: S314 - our own text


def ends(report: Report) -> dict[str, str]:
    """Return the result element of each case, by the case's name."""
    return {case.attrib["name"]: case[0].tag for case in parsed(report).iter("testcase")}


def verdict(outcome: Outcome, code: str = "", **more: Any) -> Verdict:
    return Verdict(PROD, "graph", "client_credentials", outcome, "said", PLACE, code=code)._replace(**more)


def report(*verdicts: Verdict, findings: tuple[Finding, ...] = ()) -> Report:
    return Report(findings, SUMMARY, verdicts=verdicts)


@pytest.mark.parametrize("name", REPORTS)
def test_report_is_valid_and_has_right_counts(name: str) -> None:
    root = parsed(REPORTS[name])
    for counted in (root, *root.iter("testsuite")):
        found = Counter(case[0].tag for case in counted.iter("testcase"))
        given = {
            key: int(counted.attrib[key]) for key in ("tests", "failures", "errors", "skipped") if key in counted.attrib
        }
        expected = {"failures": found["failure"], "errors": found["error"], "tests": found.total()}
        assert given == expected | ({"skipped": found["skipped"]} if "skipped" in given else {})
        seconds = sum(float(case.attrib["time"]) for case in counted.iter("testcase"))
        assert counted.attrib["time"] == f"{seconds:.3f}"
    assert int(root.attrib["tests"]) > 0


@pytest.mark.parametrize("name", REPORTS)
def test_parsed_text_is_inert(name: str) -> None:
    for element in parsed(REPORTS[name]).iter():
        for text in (*element.attrib.values(), element.text or ""):
            assert_inert(text)


def test_every_outcome_has_its_junit_result() -> None:
    assert [case[0].tag for case in parsed(report(*VERDICTS)).iter("testcase")] == [
        *("system-out", "system-out", "failure"),
        *("error", "skipped"),  # those of one target are adjacent: unreachable, not run
        "skipped",
    ]
    assert {str(outcome): ends(report(verdict(outcome)))["graph client_credentials"] for outcome in Outcome} == {
        "accepted": "system-out",
        "accepted-with-remarks": "system-out",
        "rejected": "failure",
        "unreachable": "error",
        "inconclusive": "skipped",
        "not-run": "skipped",
    }


def test_verdict_has_all_its_fields() -> None:
    reported = verdict(
        Outcome.REJECTED,
        "OG901",
        error="invalid_client",
        connector_status=-1,
        milliseconds=1234,
        remedy="Renew it.",
        sandbox=True,
    )
    (suite,) = parsed(report(reported))
    (case,) = suite
    assert suite.attrib["name"] == case.attrib["classname"] == PROD
    assert (case.attrib["name"], case.attrib["time"]) == ("graph client_credentials (sandbox)", "1.234")
    assert case[0].attrib == {"type": "OG901", "message": "rejected (sandbox): said"}
    assert (case[0].text or "").splitlines() == [
        "rejected (sandbox): said",
        f"{APPLICATION}:5:5",
        "the server answered invalid_client",
        "the connector would show -1",
        "Renew it.",
    ]


@pytest.mark.parametrize(
    ("outcome", "severity", "suppressed", "kept"),
    [
        (Outcome.REJECTED, Severity.ERROR, None, False),
        (Outcome.ACCEPTED_WITH_REMARKS, Severity.WARNING, None, False),
        (Outcome.ACCEPTED_WITH_REMARKS, Severity.ERROR, "known", False),
        (Outcome.ACCEPTED_WITH_REMARKS, Severity.ERROR, None, True),
        (Outcome.INCONCLUSIVE, Severity.ERROR, None, True),
    ],
)
def test_finding_of_a_verdict_is_not_repeated(
    outcome: Outcome, severity: Severity, suppressed: str | None, *, kept: bool
) -> None:
    finding = Finding("OG902", "m", PLACE, name="n", severity=severity, suppressed=suppressed)
    found = ends(report(verdict(outcome, "OG902"), findings=(finding,)))
    assert (f"{severity.label} OG902 n {PLACE.pointer}" in found) == kept
    elsewhere = finding._replace(location=Location(APPLICATION))
    assert len(ends(report(verdict(outcome, "OG902"), findings=(elsewhere,)))) == 2


def test_only_errors_fail_and_suppressed_findings_are_skipped() -> None:
    found = ends(VALIDATE)
    assert {name: end for name, end in found.items() if not name.startswith("error")} == {
        "warning OG301 dead-override /oauth_servers/exact_online/client_id": "system-out",
        "note OG403 several-lines /oauth_servers/exact_online/user_login": "system-out",
    }
    assert found["error OG436 quiet"] == "skipped"
    skipped = [element.attrib["message"] for element in parsed(VALIDATE).iter("skipped")]
    assert skipped[-1] == "suppressed (known): suppressed too"


def test_case_names_are_unique_even_with_numbers() -> None:
    first = Finding("OG402", "one", Location(APPLICATION), name="long")
    sly = first._replace(name="long (2)", message="two")
    (suite,) = parsed(Report((sly, first, first, sly), SUMMARY))
    names = ["long (2)", "long", "long (3)", "long (2) (2)"]
    assert [case.attrib["name"] for case in suite] == [f"error OG402 {name}" for name in names]
    (suite,) = parsed(Report((first, first, sly), SUMMARY))
    names = ["long", "long (2)", "long (2) (2)"]
    assert [case.attrib["name"] for case in suite] == [f"error OG402 {name}" for name in names]


def test_case_name_is_independent_of_lines() -> None:
    moved = FINDINGS[0]._replace(location=FINDINGS[0].location._replace(line=77))
    assert list(ends(Report((moved,), SUMMARY))) == list(ends(Report(FINDINGS[:1], SUMMARY)))


def test_many_targets_are_counted_but_not_listed() -> None:
    text = "".join(parsed(VALIDATE).itertext())
    assert "targets: " + ", ".join(FINDINGS[1].targets[:3]) + " and 4 more\n" in text


@pytest.mark.parametrize(
    ("empty", "end", "words"),
    [
        (EMPTY, "system-out", "nothing found; layers: 1, targets: 10, OAuth servers: 0"),
        (Report((), Summary(0, 0, 0, 0.0)), "skipped", "nothing was checked"),
        (report(), "skipped", "no smoke test ran"),
    ],
)
def test_empty_report_has_one_case(empty: Report, end: str, words: str) -> None:
    (case,) = parsed(empty).iter("testcase")
    assert case[0].tag == end
    assert words in (case[0].text or "")


def test_attachment_syntax_is_escaped() -> None:
    hostile = Finding("OG999", "[[ATTACHMENT|/etc/passwd]] [[[x", Location("[[ATTACHMENT|a]]"), severity=Severity.NOTE)
    output = junit.render(Report((hostile,), SUMMARY))
    assert "ATTACHMENT" in output
    assert "[[" not in output


words = st.text(max_size=30) | st.sampled_from(
    [NASTY, "]]>", "\x00\ufffe\uffff\ud800", "<![CDATA[", "&#0;", "\n::a", "[[["]
)


@given(words, words, words, st.none() | words, st.sampled_from(Outcome))
def test_any_text_gives_a_valid_document(one: str, two: str, three: str, reason: str | None, outcome: Outcome) -> None:
    place = Location(two, pointer=three)
    finding = Finding(one, two, place, three, one, (Related(two, place),), (three,), one, Severity.ERROR, reason)
    hostile = Verdict(one, two, three, outcome, one, place, error=two, code=three, remedy=one)
    output = junit.render(Report((finding,), SUMMARY, verdicts=(hostile,)))
    SCHEMA.validate(output)
    assert_inert(output)
