import subprocess
import sys
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.report import Report
from oauthgit.model.verdict import Outcome
from oauthgit.report import text
from support.malicious_text import (
    APPLICATION,
    EMPTY,
    EXPLAIN_ALL,
    FINDINGS,
    REPORTS,
    SMOKE,
    SUMMARY,
    VALIDATE,
    VERDICTS,
)


def excerpt(line: str, column: int, end_column: int) -> tuple[str, str]:
    """Return the source line and the caret line of a finding on ``line``, without the gutter."""
    finding = Finding("OG000", "message", Location("file.yaml", 1, column, 1, end_column))
    shown = text.render(Report((finding,), SUMMARY, {"file.yaml": {1: line}})).split("\n")
    return shown[2].removeprefix(" 1 | "), shown[3].removeprefix("   | ")


@pytest.mark.parametrize(
    ("line", "column", "end_column", "caret"),
    [
        ("key: value", 6, 11, "     ^^^^^"),
        ("key: value", 6, 6, "     ^"),
        ("键: 值值", 4, 6, "    ^^^^"),
        ("e\u0301: value", 5, 10, "   ^^^^^"),
        ("a:\tb", 4, 5, "      ^"),
        ("a: \x1b b", 4, 5, "   ^^^^"),
    ],
    ids=["value", "empty", "wide", "combining", "tab", "escaped"],
)
def test_caret_is_below_the_span(line: str, column: int, end_column: int, caret: str) -> None:
    assert excerpt(line, column, end_column)[1] == caret


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=400), st.data())
def test_caret_marks_the_span_in_truncated_lines(line: str, data: st.DataObject) -> None:
    column = data.draw(st.integers(1, len(line)))
    source, caret = excerpt(line, column, column + 1)
    offset, width = len(caret) - len(caret.lstrip()), len(caret.strip())
    columns = [cell for character in source for cell in [character] + [""] * (east_asian_width(character) in "WF")]
    assert len(columns) <= 112
    assert columns[offset] == line[column - 1]
    assert width == len([line[column - 1]]) + (east_asian_width(line[column - 1]) in "WF")


def test_clean_run_states_what_was_checked() -> None:
    assert text.render(EMPTY) == "1 layer, 10 targets, 0 OAuth servers checked in 0.00 s: nothing found\n"


def test_suppressed_findings_are_counted_but_not_shown() -> None:
    output = text.render(VALIDATE)
    assert "OG435" not in output
    assert output.endswith(": 12 errors, 1 warning, 1 note, 2 suppressed\n")
    alone = text.render(VALIDATE._replace(findings=FINDINGS[-2:]))
    assert alone == "14 layers, 1 target, 27 OAuth servers checked in 0.08 s: nothing found, 2 suppressed\n"


def test_hint_is_shown_without_a_source_line() -> None:
    finding = Finding("OG001", "cannot be read", Location("a.yaml"), hint="permission denied")
    assert "   = permission denied\n" in text.render(Report((finding,), SUMMARY))


def test_every_outcome_is_counted_even_if_zero() -> None:
    last = text.render(SMOKE._replace(verdicts=VERDICTS[:1])).splitlines()[-1]
    assert last.startswith("1 verdict: 1 accepted, 0 accepted-with-remarks, ")
    assert all(f" {outcome}" in last for outcome in Outcome)


def test_sandbox_run_is_marked_in_table_and_summary() -> None:
    in_sandbox = tuple(verdict._replace(sandbox=True) for verdict in VERDICTS)
    table, summary = text.render(Report((), SUMMARY, verdicts=in_sandbox)).split("\n\n")
    assert all("(sandbox)" in line for line in table.splitlines()[1:])
    assert "6 by the sandbox" in summary


def test_history_of_a_value_names_winner_and_layers() -> None:
    paragraph = next(part for part in text.render(EXPLAIN_ALL).split("\n\n") if part.startswith("client_id"))
    heading, *steps = paragraph.splitlines()
    assert heading == 'client_id = "0d6e1f0f-3a11"     iam_application/insights-prod'
    assert [step.split(":")[0].split("  ")[-1].strip() for step in steps[:1]] == [f"-> {APPLICATION}"]
    assert [step.startswith("  -> ") for step in steps] == [True, False, False, False, False]
    assert [step.rsplit("   ", 1)[1] for step in steps] == [
        "application, wins",
        "branch, same value, no effect",
        'origin branch, "5f3c7a52-6c0e"',
        "not set",
        "none",
    ]


def test_text_is_rendered_without_heavy_modules() -> None:
    heavy = "{'pydantic', 'jsonschema', 'yaml', 'json', 'logging', 'asyncio', 'dataclasses', 'unicodedata', 'inspect'}"
    code = (
        "import sys\nbefore = set(sys.modules)\n"  # coverage measures this process too, and loads its own modules
        "import oauthgit.report.text as text\n"
        "from oauthgit.model.report import Report, Summary\n"
        "text.render(Report((), Summary(1, 1, 1, 0.1)))\n"
        f"print(sorted({heavy} & (set(sys.modules) - before)))"
    )
    result = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout == "[]\n"


def test_very_many_differences_are_cut_and_counted() -> None:
    found = REPORTS["drift"].drift
    assert found
    many = found._replace(items=found.items[:1] * 2_500)
    output = text.render(REPORTS["drift"]._replace(drift=many))
    assert output.count("crm.client_id") == 2_000
    assert "\n500 more differences are not shown; use --format json, " in output
