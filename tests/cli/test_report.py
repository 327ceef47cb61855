"""``oauthgit report --merge``: merged shards equal the whole report, for any content."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.location import Location
from oauthgit.model.report import Report
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.pipeline.operations.merge_reports import merge_reports
from oauthgit.report import json as report_json
from support.ci_command_parser import read_by_azure, read_by_github
from support.cli import FORMATS, Program
from support.malicious_text import NASTY, SMOKE, SUMMARY, VALIDATE, VERDICTS
from support.safe_for_ci import assert_inert
from support.sops import KEY

PROD = "configs/iam_applications/insights-prod.yaml"
BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"


@pytest.fixture
def outside_of_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the program where the parts are the whole report, unless a test has a sample."""
    monkeypatch.chdir(tmp_path)


def written(folder: Path, *reports: Report | str) -> list[str]:
    """Write reports as parts, and return their paths."""
    files = []
    for number, report in enumerate(reports):
        file = folder / f"part{number}.json"
        file.write_text(report if isinstance(report, str) else report_json.render(report))
        files.append(str(file))
    return files


def of(program: Program, *arguments: str) -> dict[str, Any]:
    reported: dict[str, Any] = json.loads(program(*arguments, "--format", "json").out)
    reported["summary"].pop("seconds")
    return reported


def flaw(root: Path) -> None:
    """Add findings to a branch that several targets share, to each application, and to a file beside them."""
    applications = (file for file in (root / "configs/iam_applications").glob("*.yaml") if ".secrets." not in file.name)
    for file in (root / BRANCH, *applications):
        file.write_text(file.read_text() + "    extra: 1\n")
    (root / "configs/stray.yaml").write_text("")


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_merged_validate_shards_equal_the_whole_report(count: int, sample: Path, program: Program) -> None:
    flaw(sample)
    whole = of(program, "validate")
    numbers = {len(finding["targets"]) for finding in whole["findings"]}
    assert {0, 1} < numbers
    assert max(numbers) > 2
    files = [f"part{index}.json" for index in range(1, count + 1)]
    for index, file in enumerate(files, 1):
        program("validate", "--shard", f"{index}/{count}", "--output", f"json={file}")
    assert of(program, "report", "--merge", *files) == whole
    assert program("report", "--merge", *files).code == program("validate").code == 1
    first = json.loads((sample / files[0]).read_text())["findings"]
    assert [finding for finding in whole["findings"] if not finding["targets"]] == [
        finding for finding in first if not finding["targets"]
    ]


def test_shard_reports_only_its_own_targets(sample: Path, program: Program) -> None:
    flaw(sample)
    whole = of(program, "validate")["findings"]
    parts = [of(program, "validate", "--shard", f"{index}/5")["findings"] for index in range(1, 6)]
    for finding in whole:
        holders = [index for index, part in enumerate(parts) if finding in part]
        assert 1 <= len(holders) <= max(1, len(finding["targets"]))
        assert finding["targets"] or holders == [0]
    assert sum(map(len, parts)) > len(whole) > max(map(len, parts)), "a finding of several shards is in each of them"
    assert len([part for part in parts if part]) > 2


def test_empty_shard_reports_that_it_checked_nothing(sample: Path, program: Program) -> None:
    assert sample.is_dir()
    result = program("validate", "--shard", "900/1000")
    assert (result.code, "or this shard has no targets (exit 3)" in result.err) == (3, True)


@pytest.mark.parametrize("option", [("--fix",), ("--unsafe-fixes",), ("--diff",), ("--write-baseline", "known.json")])
def test_shard_cannot_be_fixed_or_become_a_baseline(option: tuple[str, ...], sample: Path, program: Program) -> None:
    result = program("validate", "--shard", "1/2", *option)
    assert (result.code, result.out) == (2, "")
    assert not (sample / "known.json").exists()


def test_merged_smoke_shards_equal_the_whole_report(
    sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sample.is_dir()
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))

    def verdicts(reported: dict[str, Any]) -> list[tuple[str, ...]]:
        return sorted((one["target"], one["server"], one["grant"], one["verdict"]) for one in reported["verdicts"])

    whole = of(program, "smoke", "--sandbox")
    files = [f"part{index}.json" for index in (1, 2, 3)]
    for index, file in enumerate(files, 1):
        assert program("smoke", "--sandbox", "--shard", f"{index}/3", "--output", f"json={file}").code == 0
    reported = of(program, "report", "--merge", *files)
    assert verdicts(reported) == verdicts(whole)
    assert reported["summary"] == whole["summary"]
    assert reported["conditions"] == whole["conditions"] if "conditions" in whole else "conditions" not in reported


def test_gitlab_parallel_assigns_shards(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    flaw(sample)
    expected = of(program, "validate", "--shard", "2/3")
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_NODE_INDEX", "2")
    monkeypatch.setenv("CI_NODE_TOTAL", "3")
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    result = program("validate", "--format", "json")
    assert json.loads(result.out)["findings"] == expected["findings"]
    assert "this is job 2 of 3 in GitLab CI, so only part 2/3 is checked" in result.err
    assert "job 2 of 3" not in program("validate", "--shard", "1/1", "--format", "json").err
    assert "job 2 of 3" not in program("validate", "--diff").err, "fixes are not sharded"
    parts: list[list[str]] = [["--shard", "1/1"], [], ["--shard", "2/3"]]
    reported = [program("smoke", "--sandbox", "--format", "json", *part) for part in parts]
    whole, own, asked = (
        [one["target"] + one["server"] for one in json.loads(each.out)["verdicts"]] for each in reported
    )
    assert "part 2/3 is checked" in reported[1].err
    assert own == asked
    assert 0 < len(own) < len(whole)


PLACE = Location(BRANCH, 3, 1, 3, 4)


def verdict(outcome: Outcome, target: str = "iam_application/a") -> Report:
    return Report((), SUMMARY, verdicts=(Verdict(target, "crm", "client_credentials", outcome, "said", PLACE),))


ERROR = Report((Finding("OG301", "m", PLACE, name="n"),), SUMMARY)
CLOSED = Report((Finding("OG516", "m", PLACE, name="n"),), SUMMARY, verdicts=())
FINE = Report((), SUMMARY)
NOTHING = Report((), SUMMARY._replace(layers=0, targets=0, servers=0))
ACCEPTED = verdict(Outcome.ACCEPTED, "iam_application/b")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((FINE,), 0),
        ((FINE, ACCEPTED, FINE), 0),
        ((ERROR, FINE), 1),
        ((ERROR, ACCEPTED), 1),
        ((NOTHING, NOTHING), 3),
        ((verdict(Outcome.NOT_RUN), ERROR), 3),
        ((verdict(Outcome.NOT_RUN), ACCEPTED), 0),
        ((verdict(Outcome.UNREACHABLE), ERROR, ACCEPTED), 6),
        ((CLOSED, verdict(Outcome.UNREACHABLE), ACCEPTED), 7),
        ((verdict(Outcome.REJECTED), CLOSED, verdict(Outcome.UNREACHABLE), ERROR), 5),
    ],
)
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.usefixtures("outside_of_a_project")
def test_worst_part_sets_the_exit_code_in_every_format(
    parts: tuple[Report, ...], code: int, form: str, tmp_path: Path, program: Program
) -> None:
    assert program("report", "--format", form, "--merge", *written(tmp_path, *parts)).code == code


@pytest.mark.usefixtures("outside_of_a_project")
def test_fail_on_applies_to_merged_reports(tmp_path: Path, program: Program) -> None:
    files = written(tmp_path, ERROR)
    assert program("report", "--fail-on", "never", "--merge", *files).code == 0
    noted = written(tmp_path, Report((ERROR.findings[0]._replace(severity=Severity.NOTE),), SUMMARY))
    assert program("report", "--merge", *noted).code == 0
    assert program("report", "--fail-on", "note", "--merge", *noted).code == 1


def test_equal_findings_merge_targets_and_highest_severity(tmp_path: Path) -> None:
    one = Finding("OG301", "m", PLACE, targets=("a",), name="n", severity=Severity.WARNING, suppressed="known")
    other = one._replace(targets=("b",), suppressed=None)
    worse = one._replace(targets=("b", "c"), severity=Severity.ERROR, suppressed=None)
    elsewhere = one._replace(location=PLACE._replace(line=9))
    files = written(tmp_path, *(Report((each,), SUMMARY) for each in (one, other, elsewhere, worse)))
    first, second = merge_reports(files).findings
    assert (first.targets, first.severity, first.suppressed) == (("a", "b", "c"), Severity.ERROR, None)
    assert (second.location.line, second.suppressed) == (9, "known")


def test_finding_unsuppressed_in_one_part_counts(tmp_path: Path) -> None:
    held = Finding("OG301", "m", PLACE, name="n", severity=Severity.ERROR, suppressed="known")
    open_one = held._replace(severity=Severity.WARNING, suppressed=None)
    (found,) = merge_reports(written(tmp_path, Report((held,), SUMMARY), Report((open_one,), SUMMARY))).findings
    assert (found.severity, found.suppressed) == (Severity.WARNING, None)


def test_part_given_twice_is_counted_once(tmp_path: Path) -> None:
    once = merge_reports(written(tmp_path, VALIDATE, SMOKE))
    twice = merge_reports([*written(tmp_path, VALIDATE, SMOKE), *written(tmp_path, VALIDATE, SMOKE)])
    assert report_json.render(once) == report_json.render(twice)
    assert (once.summary, len(once.verdicts or ())) == (SUMMARY._replace(seconds=0.084), len(VERDICTS))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.usefixtures("outside_of_a_project")
def test_hostile_text_in_a_part_is_escaped_again(form: str, tmp_path: Path, program: Program) -> None:
    raw = json.loads(report_json.render(SMOKE))
    texts = ("name", "message", "hint", "remedy", "target", "server", "grant", "reason", "error")
    for one in (*raw["findings"], *raw["verdicts"]):
        one.update((name, NASTY) for name in texts if name in one)
        one["location"]["file"] = NASTY
    raw["conditions"] = [NASTY]
    result = program("report", "--format", form, "--merge", *written(tmp_path, json.dumps(raw)))
    assert result.code == 5
    read = {"github": read_by_github, "azure": read_by_azure}.get(form)
    if read is None:
        assert_inert(result.out)
    else:
        assert {command and command.name for command in map(read, result.out.splitlines())} <= {
            "error",
            "task.logissue",
        }


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"schema_version": 3}', "[" * 100_000, report_json.render(VALIDATE)[:-30], "\udcff"],
)
@pytest.mark.usefixtures("outside_of_a_project")
def test_invalid_part_is_exit_2_with_a_message(content: str, tmp_path: Path, program: Program) -> None:
    (fine,) = written(tmp_path, FINE)
    bad = tmp_path / "bad\n::error::x.json"
    bad.write_bytes(content.encode(errors="surrogateescape"))
    result = program("report", "--merge", fine, str(bad))
    assert (result.code, result.out) == (2, "")
    assert_inert(result.err)
    (line,) = result.err.splitlines()
    assert line.startswith("oauthgit: ")
    assert "cannot be joined: it is " in line


@pytest.mark.usefixtures("outside_of_a_project")
def test_unreadable_part_is_exit_2(tmp_path: Path, program: Program) -> None:
    for file in (tmp_path / "nothing.json", tmp_path):
        result = program("report", "--merge", str(file))
        assert (result.code, result.out) == (2, "")
        assert "cannot be read" in result.err


@pytest.mark.usefixtures("outside_of_a_project")
def test_endless_part_is_read_up_to_the_size_limit() -> None:
    command = [sys.executable, "-m", "oauthgit", "report", "--merge", "/dev/zero"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 2
    assert "it is larger than 64 MiB" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("--merge",), ("--merge", "x", "--select", "OG3")])
@pytest.mark.usefixtures("outside_of_a_project")
def test_merge_without_parts_or_with_selected_codes_is_exit_2(arguments: tuple[str, ...], program: Program) -> None:
    assert program("report", *arguments).code == 2


@pytest.mark.parametrize("form", ["yaml", "env"])
@pytest.mark.usefixtures("outside_of_a_project")
def test_formats_of_effective_settings_are_refused_for_merging(form: str, tmp_path: Path, program: Program) -> None:
    result = program("report", "--format", form, "--merge", *written(tmp_path, FINE))
    assert (result.code, f"the format {form} does not support this command" in result.err) == (2, True)


def test_merged_sarif_has_repository_paths_and_rules(sample: Path, program: Program) -> None:
    (sample.parent / ".git").mkdir()
    (sample / PROD).write_text((sample / PROD).read_text() + "    extra: 1\n")
    program("validate", "--output", "json=part.json", "--output", "sarif=whole.sarif")
    joined_log = json.loads(program("report", "--merge", "part.json", "--format", "sarif").out)
    assert joined_log == json.loads((sample / "whole.sarif").read_text())


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from(Severity)), max_size=6))
def test_order_of_parts_does_not_change_the_findings(made: list[tuple[str, str, Severity]]) -> None:
    findings = [
        Finding("OG301", text, Location(file), targets=(file,), name="n", severity=severity)
        for text, file, severity in made
    ]
    reports = [Report((finding,), SUMMARY) for finding in findings] or [FINE]
    with tempfile.TemporaryDirectory() as folder:
        files = written(Path(folder), *reports)
        assert report_json.render(merge_reports(files)) == report_json.render(merge_reports(files[::-1]))
