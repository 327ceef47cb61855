"""Markdown: text from outside never becomes markup, the worst finding comes first, and omissions are counted."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oauthgit.model.finding import Finding, Related, Severity
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.location import Location
from oauthgit.model.report import Report
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.report import markdown
from oauthgit.report.markdown import layout
from support.malicious_text import APPLICATION, DIFF, EMPTY, FINDINGS, NASTY, SMOKE, SUMMARY, VALIDATE, VERDICTS
from support.render_markdown import render_all

MEANT = {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "code", "ul", "li"}
# Texts that GitHub, GitLab and Azure DevOps turn into links after rendering, except in code.
REFERENCE = re.compile(
    r"@|[#!~%&$]\w|\bGH-\d|\w+-\d|\b[0-9a-f]{7,40}\b|:\w+:|://|\bwww\.|\[\[|\$|(?<![\w.])\w+\.\w+(?![\w.])",
    re.IGNORECASE,
)
HOSTILE = [
    NASTY,
    "@octocat and @org/team, see #1, org/repo#2, GH-3, !4, $5, ~bug, %v1, &6, JIRA-7",
    "d0d9d1f5fc1d2d4a3b1c0f8e7a6b5c4d3e2f1a0b or defaced or 1234567",
    "see https://evil.example/x www.evil.example ftp://evil.example a@evil.example mailto:a@b.example xmpp:a@b.example",
    "![image](https://evil.example/x.png) [a]: https://evil.example <https://evil.example> <a@b.example>",
    "<img src=x onerror=alert(1)><!-- --><details><summary>&lt;b&gt;",
    "`a` ``b`` ```c``` " + "`" * 200,
    "\\`a\\` \\| | a \\\\| \\\\\\| b |",
    "- - a\n\n# b\n> c\n1. d\n    e\n***\n===\n```\nf\n```\n~~~",
    "1. first",
    "1) first",
    "+ plus",
    "~~gone~~ **bold** __bold__ *it* _it_ $x^2$ $`x`$ :tada: [x] [^1] {+in+} [-out-]",
    "/close",
    "\u202eevil \u2066x",
    "",
    " ",
    "...",
    "\"'(",
]


def cell(text: str) -> str:
    """Return a document whose only cell contains ``text`` as prose and as code, between our own words."""
    row = [f"{layout.prose(text)}", layout.code(text), f"ours {layout.prose(text)} ours {layout.code(text)} ours"]
    return layout.document([layout.table(("a", "b", "c"), [row], "row")], layout.JOB_SUMMARY)


def assert_harmless(text: str) -> None:
    for seen in render_all(text):
        assert seen.elements <= MEANT
        assert seen.attributes == set()
        assert {len(row) for row in seen.rows} <= {3, 4, 5, 6}
        assert REFERENCE.findall(seen.prose) == []


@pytest.mark.parametrize("report", [VALIDATE, SMOKE, EMPTY, DIFF], ids=["validate", "smoke", "empty", "diff"])
def test_only_own_markup_is_rendered(report: Report) -> None:
    assert_harmless(markdown.render(report))


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_is_rendered_as_text(text: str) -> None:
    assert_harmless(cell(text))
    for seen in render_all(cell(text)):
        assert len(seen.rows) == 2
        assert len(seen.rows[1]) == 3


texts = st.text(max_size=60) | st.text(st.sampled_from("`\\|*_[]()<>#@!$:~-+. \t\nab1&;'\""), max_size=30)


@given(texts)
@example("a\\|b")
@example("\\")
@example("`")
def test_any_text_is_parsed_back_from_its_cell(text: str) -> None:
    def bare(text: str) -> str:
        return re.sub(r"\s", "", text)

    expected = bare(redact_urls(text))
    for seen in render_all(cell(text)):
        assert seen.elements <= MEANT
        prose, code, both = map(bare, seen.rows[1])
        assert (prose, code, both) == (expected, expected, f"ours{expected}ours{expected}ours")


@given(texts)
@example("a\\|b")
@example("a\\\\|b")
def test_pipe_is_escaped_by_its_own_backslash(text: str) -> None:
    """Older renderers read two backslashes as one and end the cell at the pipe, inside a code span."""
    assert re.search(r"\\\\\|", cell(text)) is None


@given(texts)
def test_any_text_stays_in_its_list_or_paragraph(text: str) -> None:
    blocks = [
        layout.bullets("Head:", [layout.prose(text) or "-"], "row"),
        layout.Block(f"It is {layout.prose(text)}\n"),
    ]
    for seen in render_all(layout.document(blocks, layout.COMMENT)):
        assert seen.elements <= {"p", "ul", "li", "code"}


def test_prose_stays_prose_and_names_are_code() -> None:
    said = '"require_pkc" is not a setting (yet); did you mean "require_pkce"? Port 8443, user-login, RFC 6749.'
    assert layout.prose(said) == (
        '"`require_pkc`" is not a setting (yet); did you mean "`require_pkce`"? Port 8443, user-login, RFC `6749`.'
    )


def test_command_in_a_sentence_is_one_code_span() -> None:
    command = "`oauthgit secrets pin iam_application/insights-prod crm`"
    assert layout.prose(f"Run {command}, which writes send_only_to.") == f"Run {command}, which writes `send_only_to`."
    assert layout.prose("Write `@team` instead.") == "Write `` `@team` `` instead."


def test_worst_finding_comes_first() -> None:
    mild, bad = FINDINGS[1], FINDINGS[0]
    text = markdown.render(Report((mild, bad), SUMMARY))
    assert text.index(bad.code) < text.index(mild.code)
    text = markdown.render(Report((), SUMMARY, verdicts=VERDICTS))
    order = [row[0] for row in render_all(text)[0].rows[1:]]
    assert order == [
        *("rejected", "unreachable", "inconclusive", "not-run"),
        *("accepted-with-remarks (sandbox)", "accepted"),
    ]


def test_finding_has_its_remedy_and_related_places() -> None:
    (row,) = render_all(markdown.render(Report(FINDINGS[1:2], SUMMARY)))[0].rows[1:]
    assert row[:2] == ["warning OG301", f"{APPLICATION}:5:16"]
    assert row[2].startswith("client_id equals the inherited value; inherited from configs/branches/")
    assert "dev2 and 4 more." in row[2]
    assert row[3] == "Remove the line. oauthgit validate --fix does this."


def test_every_outcome_is_counted_even_if_zero() -> None:
    text = markdown.render(Report((), SUMMARY, verdicts=()))
    assert "0 accepted, 0 accepted-with-remarks, 0 rejected, 0 unreachable, 0 inconclusive, 0 not-run." in text


MANY = tuple(
    Finding(
        "OG301", f"message {number}", Location(APPLICATION, number), severity=Severity(number % 3 + 1), hint="客" * 40
    )
    for number in range(3_000)
)


@pytest.mark.parametrize("limit", [layout.COMMENT, 4 * layout.COMMENT, 2_000])
def test_excess_findings_are_omitted_and_counted(limit: int) -> None:
    report = Report(MANY, SUMMARY, verdicts=VERDICTS[:1] * 3_000, conditions=("a proxy",) * 3)
    text = markdown.render(report, limit)
    assert limit - 1_000 < len(text.encode()) <= limit
    seen = render_all(text)[0]
    reported = [row for row in seen.rows if row[0].endswith("OG301")]
    assert reported
    assert all(row[0].startswith("error") for row in reported[:1_000])
    assert f"**{3_000 - len(reported)} more findings** left out" in text
    assert "**3000 more verdicts** left out" in text


def test_one_long_text_does_not_displace_the_others() -> None:
    novel = "word " * 2_000
    finding = Finding("OG301", novel, Location(APPLICATION), novel, novel, (Related(novel, Location(novel)),), (novel,))
    verdict = Verdict(novel, novel, novel, Outcome.REJECTED, novel, Location(novel), error=novel)
    text = markdown.render(Report((finding, FINDINGS[0]), SUMMARY, verdicts=(verdict,), conditions=(novel,) * 500))
    assert len(text.encode()) <= layout.COMMENT
    assert FINDINGS[0].code in text
    assert "rejected" in text
    assert "more conditions** left out" in text


words = st.text(max_size=30) | st.sampled_from(HOSTILE)


@given(words, words, words, st.sampled_from(Outcome))
def test_any_report_is_inert(one: str, two: str, three: str, outcome: Outcome) -> None:
    place = Location(two, pointer=three)
    finding = Finding(one, two, place, three, one, (Related(two, place),), (three,), one)
    verdict = Verdict(one, two, three, outcome, one, place, error=two, remedy=three, code=one)
    assert_harmless(markdown.render(Report((finding,), SUMMARY, verdicts=(verdict,), conditions=(one, three))))
