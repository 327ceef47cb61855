"""``oauthgit validate`` on the sample: healthy, and with each common mistake."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.cli import Program

BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"
FEATURE = "configs/branches/INSIGHTS/FEATURE_TAX.yaml"
PROD = "configs/iam_applications/insights-prod.yaml"
DEV = "configs/runtime_configurations/INSIGHTS/MAIN/dev.yaml"

Edit = Callable[[Path], tuple[str, int, int]]


def replace(file: str, old: str, new: str, at: str | None = None, shift: int = 0) -> Edit:
    """Return an edit, and the location of ``at`` (or of ``new``) in the edited file."""

    def edit(root: Path) -> tuple[str, int, int]:
        text = (root / file).read_text()
        assert old in text, f"{old!r} is no longer in {file}"
        edited = text.replace(old, new, 1)
        (root / file).write_text(edited)
        offset = edited.index(new) + new.index(at or new) + shift
        before = edited[:offset]
        return file, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1

    return edit


def whole(file: str, content: bytes, line: int = 1, column: int = 1) -> Edit:
    def edit(root: Path) -> tuple[str, int, int]:
        (root / file).write_bytes(content)
        return file, line, column

    return edit


def link_out(root: Path) -> tuple[str, int, int]:
    outside = root.parent / "outside.yaml"
    outside.write_bytes((root / PROD).read_bytes())
    (root / PROD).unlink()
    (root / PROD).symlink_to(outside)
    return PROD, 1, 1


def newline_in_name(root: Path) -> tuple[str, int, int]:
    name = "configs/iam_applications/insights\nprod.yaml"
    (root / PROD).rename(root / name)
    return name, 1, 1


BROKEN: dict[str, tuple[str, Edit]] = {
    "a misspelt key": (
        "OG201",
        replace(PROD, "    client_id: 0d6e", "    require_pkc: true\n    client_id: 0d6e", "require_pkc"),
    ),
    "a boolean in quotes": (
        "OG202",
        replace(PROD, "    client_id: 0d6e", '    require_pkce: "true"\n    client_id: 0d6e', '"true"'),
    ),
    "a number that is ambiguous": (
        "OG104",
        replace(PROD, "client_id: 0d6e1f0f-3a11-4c0e-9a55-5f3c7a526c0e", "client_id: 0123", "0123"),
    ),
    "a duplicate key": (
        "OG101",
        replace(PROD, "environment: production", "environment: production\nenvironment: test", "environment: test"),
    ),
    "an alias": ("OG102", replace(PROD, "environment: production", "environment: *dev", "*dev")),
    "a tab": ("OG106", replace(PROD, "    client_id: 0d6e", "\tclient_id: 0d6e", "\t")),
    "an override of an unknown server": ("OG302", replace(PROD, "  hub:", "  hubb:", "hubb")),
    "an application of an unknown branch": ("OG302", replace(PROD, "branch: MAIN", "branch: MIAN", "MIAN")),
    "an origin cycle": ("OG309", replace(BRANCH, "branch: MAIN", "branch: MAIN\norigin: MAIN", "origin: MAIN", 8)),
    "a plain secret": (
        "OG501",
        replace(PROD, "    client_id: 0d6e", "    client_secret: s3cr3t-canary\n    client_id: 0d6e", "s3cr3t"),
    ),
    "a prompt that does not exist": ("OG204", replace(BRANCH, "prompt: consent", "prompt: consents", "consents")),
    "a binary file": ("OG109", whole(PROD, b"\x7fELF\x02\x01\x01\x00\x00\x00\x00", 1, 8)),
    "an empty file": ("OG117", whole(PROD, b"")),
    "a file of 5 MB": ("OG114", whole(PROD, b"# x\n" * (5 << 18))),
    "a link out of the tree": ("OG115", link_out),
    "a line break in a file's name": ("OG118", newline_in_name),
}


def test_sample_is_healthy(sample: Path, program: Program) -> None:
    result = program("validate")
    assert (result.code, result.err) == (0, "")
    assert result.out.rstrip().endswith(": nothing found")
    assert sample.is_dir()


@pytest.mark.parametrize(("code", "edit"), BROKEN.values(), ids=BROKEN)
def test_each_mistake_is_found_at_its_place(code: str, edit: Edit, sample: Path, program: Program) -> None:
    file, line, column = edit(sample)
    result = program("validate", "--format", "json")
    assert result.code == 1, result
    findings = json.loads(result.out)["findings"]
    found = [
        (one["code"], one["location"]["file"], one["location"]["line"], one["location"]["column"]) for one in findings
    ]
    shown = file.replace("\n", "\\n")
    assert (code, shown, line, column) in found
    assert [one[0] for one in found] == [code], "one mistake is one finding"
    assert "Traceback" not in result.err
    assert "s3cr3t-canary" not in result.out + result.err

    text = program("validate")
    assert text.code == 1
    assert f"{shown}:{line}:{column}: error[{code}]" in text.out
    assert "s3cr3t-canary" not in text.out + text.err


def test_unknown_branch_is_found_where_it_is_named(sample: Path, program: Program) -> None:
    folder = sample / "configs/runtime_configurations/INSIGHTS"
    (folder / "MAIN").rename(folder / "MIAN")
    for name in ("dev", "test"):
        file = folder / "MIAN" / f"{name}.yaml"
        file.write_text(file.read_text().replace("branch: MAIN", "branch: MIAN"))
    result = program("validate", "--format", "json")
    found = [
        (one["code"], one["location"]["file"], one["location"]["line"]) for one in json.loads(result.out)["findings"]
    ]
    assert result.code == 1
    assert found == [("OG302", "configs/runtime_configurations/INSIGHTS/MIAN/dev.yaml", 4)]
    also = [(each["message"], each["location"]["file"]) for each in json.loads(result.out)["findings"][0]["related"]]
    assert ("also here", "configs/runtime_configurations/INSIGHTS/MIAN/test.yaml") in also


def findings_of(program: Program, *arguments: str) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = json.loads(program("validate", *arguments, "--format", "json").out)["findings"]
    return findings


def test_finding_names_the_affected_targets(sample: Path, program: Program) -> None:
    replace(FEATURE, "origin: MAIN", "origin: MAIN\nextra: 1")(sample)
    (finding,) = findings_of(program)
    assert finding["targets"] == ["runtime_configuration/INSIGHTS/FEATURE_TAX/dev"]


def test_path_selects_every_target_that_uses_it(sample: Path, program: Program) -> None:
    replace(BRANCH, "prompt: consent", "prompt: consents")(sample)
    replace("configs/branches/WAREHOUSE/MAIN.yaml", "kind: branch", "kind: branch\nextra: 1")(sample)
    assert {one["location"]["file"] for one in findings_of(program, PROD)} == {BRANCH}
    assert {one["location"]["file"] for one in findings_of(program, "configs/branches/WAREHOUSE")} == {
        "configs/branches/WAREHOUSE/MAIN.yaml"
    }
    assert len(findings_of(program)) == 2


def test_one_run_finds_several_mistakes(sample: Path, program: Program) -> None:
    replace(PROD, "environment: production", "environment: prod\nextra: 1")(sample)
    replace(BRANCH, "prompt: consent", "prompt: consents")(sample)
    assert sorted(one["code"] for one in findings_of(program)) == ["OG201", "OG204", "OG204"]


def test_policy_with_errors_is_exit_2(sample: Path, program: Program) -> None:
    replace("configs/oauthgit.yaml", "kind: policy", "kind: policy\ntrusted_host: [a]")(sample)
    result = program("validate")
    assert result.code == 2
    assert "OG201" in result.out
    assert "policy" in result.err


def test_empty_project_is_exit_3(tmp_path: Path, program: Program) -> None:
    (tmp_path / "configs").mkdir()
    result = program("-C", str(tmp_path), "validate")
    assert (result.code, "nothing was checked" in result.err) == (3, True)


def test_path_without_settings_is_exit_3_unless_policy(sample: Path, program: Program) -> None:
    (sample / "configs/notes.md").touch()
    result = program("validate", "configs/notes.md")
    assert (result.code, "no settings match the paths" in result.err) == (3, True)
    for path in ("configs/oauthgit.yaml", ".sops.yaml", "configs", "configs/branches/INSIGHTS/MAIN.secrets.yaml"):
        assert program("validate", path).code == 0, path


def test_missing_configs_folder_is_exit_2(tmp_path: Path, program: Program) -> None:
    result = program("-C", str(tmp_path), "validate")
    assert (result.code, result.out) == (2, "")
    assert "configs/ was not found" in result.err


@pytest.mark.parametrize(
    "arguments", [("nowhere.yaml",), ("/",), ("--format", "pdf"), ("--output", "json=/no/such/folder/x")]
)
def test_unusable_arguments_are_exit_2(arguments: tuple[str, ...], sample: Path, program: Program) -> None:
    result = program("validate", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("oauthgit: ")
    assert len(result.err.splitlines()) == 1
    assert sample.is_dir()


def test_threshold_changes_only_the_exit_code(sample: Path, program: Program) -> None:
    replace(
        DEV,
        "    grant_types: [authorization_code]",
        "    grant_types: [authorization_code]\n    client_id: 5f3c7a52-6c0e-4c0e-9a55-0d6e1f0f3a11",
    )(sample)
    codes = [program("validate", "--fail-on", threshold).code for threshold in ("error", "warning", "note", "never")]
    assert codes == [0, 1, 1, 0]
    assert program("validate", "--fail-on", "warning", "--ignore", "OG301").code == 0
    assert program("validate", "--fail-on", "warning", "--select", "OG4").code == 0
    assert program("validate", "--fail-on", "warning", "--format", "json").code == 1


def test_several_reports_come_from_one_run(sample: Path, program: Program) -> None:
    replace(PROD, "environment: production", "environment: prod")(sample)
    result = program("validate", "--output", "json=report.json", "--output", "text=report.txt")
    assert result.code == 1
    assert result.out == (sample / "report.txt").read_text()
    assert json.loads((sample / "report.json").read_text())["schema_version"] == 2
    assert sorted(path.name for path in sample.iterdir() if path.is_file() and "report" in path.name) == [
        "report.json",
        "report.txt",
    ]


def test_report_is_written_into_a_device_in_place(sample: Path, program: Program) -> None:
    os.mkfifo(sample / "pipe")
    reader = os.open(sample / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert program("validate", "--output", "text=pipe").code == 0
    assert os.read(reader, 65536).endswith(b"nothing found\n")
    os.close(reader)


def test_unwritable_report_is_exit_2_and_leaves_no_file(sample: Path, program: Program) -> None:
    (sample / "folder").mkdir()
    before = sorted(sample.iterdir())
    assert program("validate", "--output", "json=folder").code == 2
    full = program("validate", "--output", "json=/dev/full")
    assert (full.code, "No space left" in full.err) == (2, True)
    assert sorted(sample.iterdir()) == before
    assert Path("/dev/full").is_char_device()


def test_colour_needs_a_terminal_or_a_request(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(PROD, "environment: production", "environment: prod")(sample)
    assert "\x1b[" not in program("validate").out
    assert "\x1b[" in program("validate", "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in program("validate").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in program("validate").out


def test_quiet_prints_findings_only(sample: Path, program: Program) -> None:
    assert program("validate", "-q") == (0, "", "")
    replace(PROD, "environment: production", "environment: prod")(sample)
    assert "OG204" in program("validate", "-q").out
