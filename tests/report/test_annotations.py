"""Annotations of GitHub Actions and issues of Azure Pipelines, parsed as their runners parse them."""

import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauthgit.model.annotations import details, sanitize
from oauthgit.model.finding import Finding, Related, Severity
from oauthgit.model.location import Location
from oauthgit.model.report import Report
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.report import azure, github
from support.ci_command_parser import Command, read_by_azure, read_by_github
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


class Sink(NamedTuple):
    """A format, the parser of its runner, and its names of severities and locations."""

    render: Callable[[Report], str]
    read: Callable[[str], Command | None]
    kind: Callable[[Command], str]
    file: str
    line: str


SINKS = {
    "github": Sink(github.render, read_by_github, lambda command: command.name, "file", "line"),
    "azure": Sink(azure.render, read_by_azure, lambda command: command.properties["type"], "sourcepath", "linenumber"),
}
every = pytest.mark.parametrize("sink", SINKS.values(), ids=SINKS)


def commands(sink: Sink, report: Report) -> list[Command]:
    """Return the commands that the runner parses; every line has one, except notes of Azure."""
    lines = sink.render(report).splitlines()
    read = [sink.read(line) for line in lines]
    assert all(found or re.match(r"\S+:\d+:\d+: note: OG\d", line) for found, line in zip(read, lines, strict=True))
    return [found for found in read if found]


@every
def test_finding_is_parsed_back_completely(sink: Sink) -> None:
    for finding in FINDINGS:
        if finding.suppressed is None and finding.severity is not Severity.NOTE:
            (command,) = commands(sink, Report((finding,), SUMMARY))
            assert sink.kind(command) == finding.severity.label
            assert command.properties[sink.file] == sanitize(finding.location.file)
            assert command.properties[sink.line] == str(finding.location.line)
            for said in (sanitize(finding.message), *details(finding)):
                assert said in command.text
            assert "hunter2" not in command.text


def test_github_annotation_has_span_and_title() -> None:
    (command,) = commands(SINKS["github"], Report(FINDINGS[:1], SUMMARY))
    assert command.name == "error"
    assert command.properties == {
        "file": APPLICATION,
        "line": "5",
        "endLine": "5",
        "col": "5",
        "endColumn": "14",
        "title": "OG201 unknown-key",
    }
    assert command.text.splitlines() == [
        FINDINGS[0].message,
        "the default (true) stays in force without it",
        "target: iam_application/insights-prod",
    ]


def test_github_annotation_of_several_lines_has_no_columns() -> None:
    (command,) = commands(SINKS["github"], Report(FINDINGS[2:3], SUMMARY))
    assert command.name == "notice"
    assert (command.properties["line"], command.properties["endLine"]) == ("6", "8")
    assert not command.properties.keys() & {"col", "endColumn"}


def test_azure_issue_has_location_and_code() -> None:
    (command,) = commands(SINKS["azure"], Report(FINDINGS[:1], SUMMARY))
    assert command.name == "task.logissue"
    assert command.properties == {
        "type": "error",
        "sourcepath": APPLICATION,
        "linenumber": "5",
        "columnnumber": "5",
        "code": "OG201",
    }
    assert command.text.startswith('OG201 unknown-key: "require_pkc" is not')


def test_azure_notes_are_plain_lines() -> None:
    assert azure.render(Report(FINDINGS[2:3], SUMMARY)).startswith(
        f"{APPLICATION}:6:5: note: OG403 several-lines: a span"
    )


@every
def test_paths_are_relative_to_the_repository_folder(sink: Sink) -> None:
    (command,) = commands(sink, Report(FINDINGS[:1], SUMMARY, folder="platform/oauth"))
    assert command.properties[sink.file] == f"platform/oauth/{APPLICATION}"


@every
def test_worst_findings_come_first_and_the_rest_is_counted(sink: Sink) -> None:
    many = tuple(
        Finding("OG301", f"message {number}", Location(BRANCH, number + 1), severity=Severity(number % 3 + 1))
        for number in range(300)
    )
    *reported, last = commands(sink, Report(many, SUMMARY))
    kinds = [sink.kind(command) for command in reported]
    counts = Counter(kinds)
    assert counts["error"] == 10
    assert max(Counter([*kinds, sink.kind(last)]).values()) <= 10
    assert kinds == sorted(kinds, key=["error", "warning", "notice"].index)
    left = {"error": 90, "warning": 100 - counts["warning"], "note": 90}
    left["note"] += sink is SINKS["github"]
    assert {kind: int(number) for number, kind in re.findall(r"(\d+) more (\w+)s", last.text)} == left


@every
def test_ten_annotations_fit_and_eleven_are_truncated(sink: Sink) -> None:
    eleven = FINDINGS[:1] * 11
    assert len(commands(sink, Report(eleven[:10], SUMMARY))) == 10
    assert "1 more error;" in commands(sink, Report(eleven, SUMMARY))[10].text


@every
def test_suppressed_findings_are_not_annotated(sink: Sink) -> None:
    assert sink.render(Report(FINDINGS[-2:], SUMMARY)) == sink.render(EMPTY) == ""


@every
def test_failed_verdict_is_annotated_if_its_rule_is_off(sink: Sink) -> None:
    alone = commands(sink, Report((), SUMMARY, verdicts=VERDICTS))
    assert [command.properties[sink.line] for command in alone] == ["3", "3"]
    assert (
        "crm of iam_application/insights-acc: the server refuses the client (the server answered invalid_client)"
        in (alone[0].text)
    )
    reported = Finding("OG901", "refused", VERDICTS[2].location)
    assert len(commands(sink, Report((reported,), SUMMARY, verdicts=VERDICTS))) == 1


@every
def test_one_long_text_does_not_fill_the_log(sink: Sink) -> None:
    novel = "word " * 4_000
    output = sink.render(Report((Finding("OG301", novel, Location(BRANCH), novel, novel, name=novel),), SUMMARY))
    assert len(output) < 10_000


@every
@pytest.mark.parametrize("report", [VALIDATE, SMOKE], ids=["validate", "smoke"])
def test_foreign_text_never_becomes_a_command(sink: Sink, report: Report) -> None:
    for command in commands(sink, report):
        assert command.name in {"error", "warning", "notice", "task.logissue"}
        assert command.properties.keys() <= {
            *("file", "line", "endLine", "col", "endColumn", "title"),
            *("type", "sourcepath", "linenumber", "columnnumber", "code"),
        }


words = st.text(max_size=30) | st.sampled_from(
    [
        NASTY,
        CREDENTIALS,
        "::",
        ",title=x",
        ";type=x",
        "]",
        "##vso[x]",
        "%0A",
        "%25",
        "%AZP25",
        "%3A",
        "%",
        "a\r\nb",
        "=x",
    ]
)


@every
@given(st.tuples(words, words, words), st.sampled_from(Severity), st.sampled_from(Outcome))
def test_any_text_is_parsed_back_and_inert(
    sink: Sink, texts: tuple[str, str, str], severity: Severity, outcome: Outcome
) -> None:
    one, two, three = texts
    place = Location("configs/" + two, 3, 4, 3, 9, three)
    finding = Finding("OG301", one, place, three, two, (Related(one, place),), (three,), two, severity)
    report = Report((finding,), SUMMARY, verdicts=(Verdict(one, two, three, outcome, one, Location(three)),))
    lines = sink.render(report).splitlines()
    reported = [found for found in map(sink.read, lines) if found]
    if severity is not Severity.NOTE:
        found = [command for command in reported if command.properties.get(sink.file) == sanitize(place.file)]
        assert found
        assert sanitize(one) in found[0].text
    assert len(lines) == 1 + (outcome in {Outcome.REJECTED, Outcome.UNREACHABLE})
    for line in lines:
        assert [name for name, other in SINKS.items() if other is not sink and other.read(line)] == []
        assert "##[" not in line
