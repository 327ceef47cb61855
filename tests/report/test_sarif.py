"""SARIF: valid by the standard's schema, within GitHub's limits, and without links to follow.

``sarif-2.1.0-rtm.5.json`` is the schema of OASIS as the npm package ``@microsoft/jest-sarif`` (MIT) ships it.
"""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from oauthgit.model.finding import Finding, Related, Severity
from oauthgit.model.location import Location
from oauthgit.model.report import Report
from oauthgit.reference.rules import text_of as described
from oauthgit.report import sarif
from support.malicious_text import (
    APPLICATION,
    BRANCH,
    CREDENTIALS,
    FINDINGS,
    HOSTILE_FILE,
    NASTY,
    REPORTS,
    SMOKE,
    SUMMARY,
    VERDICTS,
)
from support.paths import REPOSITORY
from support.safe_for_ci import assert_inert

SCHEMA = Draft4Validator(json.loads(Path(__file__).with_name("sarif-2.1.0-rtm.5.json").read_bytes()))


def run_of(report: Report) -> dict[str, Any]:
    """Return the one run of a valid log."""
    log = json.loads(sarif.render(report))
    SCHEMA.validate(log)
    run: dict[str, Any]
    (run,) = log["runs"]
    return run


def result_of(finding: Finding, **more: Any) -> dict[str, Any]:
    result: dict[str, Any]
    (result,) = run_of(Report((finding,), SUMMARY, **more))["results"]
    return result


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_valid_with_and_without_rule_texts(name: str) -> None:
    for report in (REPORTS[name], REPORTS[name]._replace(described=described, version="1.2.3", folder="a/b")):
        run = run_of(report)
        assert [result["ruleId"] for result in run["results"]] == [
            run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] for result in run["results"]
        ]


def test_finding_has_all_its_fields() -> None:
    result = result_of(FINDINGS[1])
    fingerprint = FINDINGS[1].fingerprint
    assert (result["ruleId"], result["level"]) == ("OG301", "warning")
    assert result["message"]["text"].splitlines()[0] == "client_id equals the inherited value"
    assert result["message"]["text"].splitlines()[-1] == "Remove the line."
    (place,) = result["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": APPLICATION, "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 5, "startColumn": 16, "endLine": 5, "endColumn": 52},
    }
    assert result["partialFingerprints"] == {
        "primaryLocationLineHash": f"{fingerprint}:1",
        "oauthgitFingerprint/v1": fingerprint,
    }
    assert [related["message"]["text"] for related in result["relatedLocations"]] == [
        "inherited from",
        "which overrides",
    ]
    assert result["properties"]["targets"] == list(FINDINGS[1].targets)


def test_columns_count_characters_with_exclusive_end() -> None:
    run = run_of(Report((FINDINGS[3], FINDINGS[2]), SUMMARY))
    assert run["columnKind"] == "unicodeCodePoints"
    wide, several = (result["locations"][0]["physicalLocation"]["region"] for result in run["results"])
    assert wide == {"startLine": 9, "startColumn": 25, "endLine": 9, "endColumn": 45}
    assert several == {"startLine": 6, "startColumn": 5, "endLine": 8, "endColumn": 20}
    backwards = result_of(Finding("OG301", "m", Location(BRANCH, 5, 5, 4, 1)))
    assert backwards["locations"][0]["physicalLocation"]["region"] == {"startLine": 5, "startColumn": 5}


@pytest.mark.parametrize(
    ("file", "folder", "uri"),
    [
        ("configs/a b.yaml", "", "configs/a%20b.yaml"),
        ("configs/a.yaml", "platform/o#1", "platform/o%231/configs/a.yaml"),
        ("configs/50%?#:@客.yaml", "", "configs/50%25%3F%23%3A%40%E5%AE%A2.yaml"),
        ("configs/\udcff.yaml", "", "configs/%FF.yaml"),
    ],
)
def test_file_is_a_relative_uri(file: str, folder: str, uri: str) -> None:
    place = result_of(Finding("OG301", "m", Location(file)), folder=folder)["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == uri


def test_any_file_name_is_recovered_from_its_uri() -> None:
    place = result_of(Finding("OG118", "m", Location(HOSTILE_FILE)))["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == HOSTILE_FILE
    assert re.fullmatch(r"[A-Za-z0-9%./_~-]+", place["artifactLocation"]["uri"])


def test_rule_includes_its_documentation() -> None:
    (rule,) = run_of(Report(FINDINGS[1:2], SUMMARY, described=described))["tool"]["driver"]["rules"]
    page = (REPOSITORY / "docs/rules/OG301.md").read_text()
    assert (rule["id"], rule["name"]) == ("OG301", "dead-override")
    assert rule["shortDescription"]["text"] == "An override repeats the value it inherits."
    assert rule["fullDescription"]["text"].startswith("The override has no effect today")
    assert page.startswith(rule["help"]["markdown"])
    assert rule["help"]["text"]
    assert rule["defaultConfiguration"]["level"] == "warning"
    assert rule["properties"]["tags"] == ["oauth", "layers"]


def test_every_rule_has_a_text_within_what_github_shows() -> None:
    from oauthgit import rules

    findings = tuple(Finding(code, "m", Location(BRANCH)) for code in rules.modules())
    reported = run_of(Report(findings, SUMMARY, described=described))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in reported] == list(rules.modules())
    for rule in reported:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule["properties"]["tags"]) <= 10


def test_suppressed_findings_have_reasons_and_come_last() -> None:
    by_comment, by_baseline = FINDINGS[-1], FINDINGS[0]._replace(suppressed="baseline")
    run = run_of(Report((by_comment, by_baseline, FINDINGS[1]), SUMMARY))
    assert [result.get("suppressions") for result in run["results"]] == [
        None,
        [{"kind": "inSource", "justification": "known"}],
        [{"kind": "external", "justification": "baseline"}],
    ]


def test_equal_findings_have_distinct_identities() -> None:
    twice = (FINDINGS[0], FINDINGS[0]._replace(location=FINDINGS[0].location._replace(line=7)))
    results = run_of(Report(twice, SUMMARY))["results"]
    names = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
    assert names == [f"{FINDINGS[0].fingerprint}:1", f"{FINDINGS[0].fingerprint}:2"]


def test_results_beyond_github_limits_are_omitted_and_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sarif.MAX_RESULTS == 5_000
    monkeypatch.setattr(sarif, "MAX_RESULTS", 500)
    many = tuple(
        Finding("OG301", f"message {number}", Location(BRANCH, number + 1), severity=Severity(number % 3 + 1))
        for number in range(2_000)
    )
    run = run_of(Report(many, SUMMARY))
    assert len(run["results"]) == 500
    assert {result["level"] for result in run["results"]} == {"error"}
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("the mildest 1,500 of 2,000 findings are left out")
    assert "toolExecutionNotifications" not in run_of(Report(many[:500], SUMMARY))["invocations"][0]


def test_invocation_states_completeness_and_request_mode() -> None:
    assert run_of(Report(FINDINGS, SUMMARY))["invocations"] == [{"executionSuccessful": True}]
    broken = Finding("OG002", "a rule broke", Location(BRANCH))
    assert run_of(Report((broken,), SUMMARY))["invocations"] == [{"executionSuccessful": False}]
    notes = run_of(SMOKE)["invocations"][0]["toolConfigurationNotifications"]
    assert notes[0]["message"]["text"].startswith("servers were called with the proxy https://***@login")


def test_failed_verdict_without_a_finding_is_a_result() -> None:
    results = run_of(Report((), SUMMARY, verdicts=VERDICTS))["results"]
    assert [(result["ruleId"], result["level"]) for result in results] == [("OG901", "error"), ("OG906", "error")]


words = st.text(max_size=30) | st.sampled_from(
    [NASTY, CREDENTIALS, "[link](https://evil.example)", "[[x](1)](2)", "##[x]"]
)


@given(words, words, words, st.none() | words)
def test_any_text_gives_a_valid_log_without_links(one: str, two: str, three: str, reason: str | None) -> None:
    place = Location(two, pointer=three)
    finding = Finding(one, two, place, three, one, (Related(two, place),), (three,), one, Severity.ERROR, reason)
    report = Report((finding,), SUMMARY, conditions=(three,))
    output = sarif.render(report)
    assert output.isascii()
    assert_inert(output)
    run = run_of(report)
    for message in (run["results"][0]["message"], *(one["message"] for one in run["results"][0]["relatedLocations"])):
        assert "](" not in message["text"]
        assert "hunter2" not in message["text"]
