"""Properties of every format: text from outside acts on no terminal, CI runner, shell or parser."""

import re
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauthgit import report as report_package
from oauthgit.cli.output import FORMATS
from oauthgit.model.finding import Finding, Related
from oauthgit.model.location import Location
from oauthgit.model.report import Report
from oauthgit.report import azure, checklist, env, github, gitlab, html, json, junit, markdown, sarif, text, yaml
from support.malicious_text import EFFECTIVE, EMPTY, EXPLAIN, MANY, REPORTS, SUMMARY
from support.safe_for_ci import assert_inert

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

Render = Callable[[Report], str]
RENDERERS: dict[str, Render] = {
    "text": text.render,
    "json": json.render,
    "junit": junit.render,
    "markdown": markdown.render,
    "sarif": sarif.render,
    "gitlab": gitlab.render,
    "yaml": yaml.render,
    "env": env.render,
    "checklist": checklist.render,
    "html": html.render,
}

RENDERED = [
    pytest.param(render(report), id=f"{form}-{name}")
    for form, render in RENDERERS.items()
    for name, report in REPORTS.items()
]


@pytest.mark.parametrize("output", RENDERED)
def test_report_lines_are_inert(output: str) -> None:
    assert_inert(output)


@pytest.mark.parametrize("output", RENDERED)
def test_credentials_in_a_url_are_redacted(output: str) -> None:
    assert "hunter2" not in output


@pytest.mark.parametrize("output", RENDERED)
def test_output_is_utf8_and_ends_with_one_line_feed(output: str) -> None:
    output.encode()
    assert output == "" or (output.endswith("\n") and not output.endswith("\n\n"))


@pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)
def test_same_report_gives_the_same_text(render: Render) -> None:
    assert [render(report) for report in REPORTS.values()] == [render(report) for report in REPORTS.values()]


@pytest.mark.parametrize("form", ["text", "markdown", "checklist"])
def test_values_of_drift_start_no_formula(form: str) -> None:
    for line in RENDERERS[form](REPORTS["drift"]).splitlines():
        if form == "checklist":
            value = line[34:].partition("   (was: ")
            cells = [line.removeprefix("- [ ] "), value[0], value[2]] if line.startswith("   ") else []
        else:
            cells = re.split(r"   +| \| ", line.strip("| "))
        assert not [cell for cell in cells if re.match(r"`?[=+@-](?!--)", cell)], line


def test_every_format_states_its_parts() -> None:
    everything = {"findings", "verdicts", "targets", "explanations", "secrets", "requests", "differences", "drift"}
    assert everything == text.PARTS == json.PARTS
    assert {"findings", "verdicts"} == junit.PARTS
    assert {"findings", "verdicts", "drift"} == sarif.PARTS == github.PARTS == gitlab.PARTS == azure.PARTS
    assert {"findings", "verdicts", "differences", "drift", "secrets"} == markdown.PARTS
    assert {"differences", "drift"} == checklist.PARTS
    assert {"findings", "verdicts", "targets", "differences"} == html.PARTS
    assert {"targets"} == yaml.PARTS == env.PARTS
    assert everything == set(Report._fields) - {
        "summary",
        "lines",
        "conditions",
        "folder",
        "version",
        "described",
        "page",
    }


def test_formats_of_targets_are_empty_without_targets() -> None:
    assert yaml.render(EMPTY) == "{}\n"
    assert env.render(EXPLAIN) == ""


def test_inert_check_finds_an_escape() -> None:
    for line in ("::error::x", "\u00a0::error::x", "a ##[b]", "a ##vso[b]", "\x1b[31m", "\u202e"):
        with pytest.raises(AssertionError):
            assert_inert(line)


def test_formats_equal_the_modules_of_report() -> None:
    found = {module.name for module in iter_modules(report_package.__path__)}
    assert found == set(FORMATS) == {*RENDERERS, "github", "azure"}


LIMITS = {"markdown": 65_536, "github": 100_000, "azure": 100_000}


@pytest.mark.parametrize("form", FORMATS)
def test_thousands_of_findings_stay_within_limits(form: str) -> None:
    render: Render = import_module(f"oauthgit.report.{form}").render
    began = process_time()
    output = render(Report(MANY, SUMMARY))
    assert process_time() - began < 5
    assert len(output.encode()) <= LIMITS.get(form, 16 << 20)
    if form in LIMITS:
        assert re.search("(left out|not annotated|not listed):", output), "omissions are counted"


words = st.text(max_size=30) | st.sampled_from(["::error::", "##[x]", "###vso[y]", " ::", "\n::a", "\t##[", "客"])
places = st.builds(Location, words, st.integers(0, 4), st.integers(1, 200), st.integers(1, 4), st.integers(1, 300))


@given(words, places, words, words, st.lists(words, max_size=4))
def test_any_finding_is_inert(message: str, place: Location, hint: str, remedy: str, lines: list[str]) -> None:
    related = (Related(message, place),)
    finding = Finding("OG999", message, place, hint, remedy, related, (message, remedy), hint)
    report = Report((finding,), SUMMARY, {place.file: dict(enumerate(lines, 1))})
    assert_inert(text.render(report))
    assert_inert(json.render(report))
    assert_inert(junit.render(report))
    assert_inert(markdown.render(report))
    assert_inert(sarif.render(report))
    assert_inert(gitlab.render(report))
    assert_inert(html.render(report))


@given(words)
def test_any_value_is_inert(value: str) -> None:
    settings = (EFFECTIVE.targets or ())[1]
    hostile = settings._replace(
        target=value, data={"oauth_servers": {value: {value: value, "scopes": [value]}}}, environment=value
    )
    for render in RENDERERS.values():
        assert_inert(render(Report((), SUMMARY, targets=(hostile,))))
