"""``oauthgit validate --base``: weakened checks (OG714) and changes of the policy (OG707)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oauthgit.model.schema import defaults, schema
from oauthgit.pipeline.operations.policy_loosened import (
    find_lowered_severities,
    find_unclear_changes,
    find_weaker_members,
    find_widened_trust,
)
from oauthgit.pipeline.read import policy_of
from support.cli import Program
from support.git import committed, edit, git

PROD = "configs/iam_applications/insights-prod.yaml"
MAIN = "configs/branches/INSIGHTS/MAIN.yaml"
DEV = "configs/runtime_configurations/INSIGHTS/MAIN/dev.yaml"
POLICY = "configs/oauthgit.yaml"
WORKFLOW = ".github/workflows/settings.yml"


@pytest.fixture
def root(sample: Path, program: Program) -> Path:
    """Return the sample in a repository whose origin/main is equal to it."""
    assert program("--version").code == 0, "the fixture deletes the caller's CI variables before a test sets them"
    based(sample)
    return sample


def based(root: Path) -> None:
    """Make the state of ``root`` the base."""
    git(root, "update-ref", "refs/remotes/origin/main", committed(root))


def weakened(program: Program, *arguments: str, code: str = "OG714") -> list[tuple[str, int, str]]:
    """Return file, line and message of each such finding; all of them are notes."""
    result = program("validate", "--base", "origin/main", "--format", "json", *arguments)
    found: list[dict[str, Any]] = [each for each in json.loads(result.out)["findings"] if each["code"] == code]
    assert {each["severity"] for each in found} <= {"note"}
    return [(each["location"]["file"], each["location"]["line"], each["message"]) for each in found]


def line_of(root: Path, path: str, text: str) -> int:
    return next(number for number, line in enumerate((root / path).read_text().splitlines(), 1) if text in line)


def test_environment_of_production_lowered_is_noted_at_its_line(root: Path, program: Program) -> None:
    edit(root, PROD, "environment: production", "environment: test")
    [(file, line, message)] = weakened(program)
    assert (file, line) == (PROD, line_of(root, PROD, "environment: test"))
    assert "the environment goes from production in origin/main to test" in message
    assert weakened(program, PROD)
    assert weakened(program, "configs/iam_applications/warehouse-prod.yaml") == []


def test_omitted_environment_counts_as_its_default(root: Path, program: Program) -> None:
    edit(root, DEV, "environment: development\n", "environment: acceptance\n")
    based(root)
    edit(root, DEV, "environment: acceptance\n", "")
    [(file, _, message)] = weakened(program)
    assert file == DEV
    assert "from acceptance in origin/main to development" in message


def test_target_deleted_or_renamed_is_noted(root: Path, program: Program) -> None:
    (root / PROD).rename(root / PROD.replace("insights-prod", "insights-live"))
    [(file, line, message)] = weakened(program)
    assert (file, line) == (PROD, 1)
    assert "iam_application/insights-prod (production) is in origin/main and not here" in message


def test_target_outside_of_a_sparse_checkout_is_not_deleted(root: Path, program: Program) -> None:
    git(root, "sparse-checkout", "set", "--no-cone", "/configs/branches", "/configs/oauthgit.yaml", "/.sops.yaml")
    for arguments in (("diff",), ("validate", "--base", "origin/main")):
        result = program(*arguments)
        assert result.code == 2
        assert "this checkout is sparse" in result.err
        assert "git sparse-checkout disable" in result.err
    assert program("diff", "HEAD..HEAD").code == 0
    git(root, "sparse-checkout", "disable")
    assert program("diff").code == 0


COMMENT = "  # oauthgit: ignore[OG435] agreed"


def test_suppression_added_is_noted_in_every_kind_of_file(root: Path, program: Program) -> None:
    (root / WORKFLOW).parent.mkdir(parents=True)
    (root / WORKFLOW).write_text("on: push\njobs:\n  a:\n    steps:\n      - run: oauthgit validate\n")
    based(root)
    (root / "configs/branches/INSIGHTS/NEW.yaml").write_text(
        f"kind: branch\nmodel: INSIGHTS\nbranch: NEW\norigin: MAIN{COMMENT}\n"
    )
    edit(root, MAIN, "branch: MAIN\n", f"branch: MAIN{COMMENT}\n")
    edit(root, POLICY, "kind: policy\n", f"kind: policy{COMMENT}\n")
    edit(root, WORKFLOW, "on: push\n", "on: push  # oauthgit: ignore[OG712] agreed\n")
    found = weakened(program)
    assert {file for file, _, _ in found} == {MAIN, POLICY, WORKFLOW, "configs/branches/INSIGHTS/NEW.yaml"}
    assert all("a comment suppresses OG" in message and "none does in origin/main" in message for *_, message in found)
    based(root)
    assert weakened(program) == []


def test_suppression_moved_to_another_setting_is_noted(root: Path, program: Program) -> None:
    edit(root, MAIN, "branch: MAIN\n", f"branch: MAIN{COMMENT}\n")
    based(root)
    (root / MAIN).write_text("# a remark\n" + (root / MAIN).read_text())
    assert weakened(program) == [], "the same comment on another line"
    edit(root, MAIN, COMMENT, "")
    edit(root, MAIN, "kind: branch\n", f"kind: branch{COMMENT}\n")
    assert len(weakened(program)) == 1


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ("agreed until=2030-01-31", "agreed until=2031-01-31", "until 2031-01-31, and in origin/main until 2030-01-31"),
        ("agreed until=2030-01-31", "agreed", "for good, and in origin/main until 2030-01-31"),
        ("", "agreed", "for good, and none does in origin/main"),
        ("agreed until=2031-01-31", "agreed until=2030-01-31", ""),
        ("agreed", "agreed until=2030-01-31", ""),
        ("agreed", "in other words", ""),
        ("agreed", "", ""),
    ],
)
def test_extended_suppression_is_noted_but_not_a_shortened_one(
    before: str, now: str, words: str, root: Path, program: Program
) -> None:
    edit(root, MAIN, "branch: MAIN\n", f"branch: MAIN  # oauthgit: ignore[OG435] {before}\n")
    based(root)
    edit(root, MAIN, f"ignore[OG435] {before}\n", f"ignore[OG435] {now}\n")
    found = [message for *_, message in weakened(program)]
    assert found[0].endswith(words) if words else not found, found


def test_grown_baseline_is_noted_at_its_first_new_entry(root: Path, program: Program) -> None:
    assert program("validate", "--write-baseline", "held.json").code == 0
    based(root)
    assert weakened(program, "--baseline", "held.json") == []
    edit(root, MAIN, "kind: branch\n", "kind: branch\nnonsense: 1\n")
    (root / MAIN).write_text((root / MAIN).read_text().replace("nonsense: 1\n", ""))
    text = json.loads((root / "held.json").read_text())
    text["entries"].append({"code": "OG301", "file": PROD, "fingerprint": "ab" * 16, "count": 3})
    (root / "held.json").write_text(json.dumps(text, indent=1))
    [(file, line, message)] = weakened(program, "--baseline", "held.json")
    assert (file, line) == ("held.json", line_of(root, "held.json", "abab"))
    assert "the baseline holds 3 findings more than in origin/main: OG301" in message
    assert weakened(program) == [], "a baseline that the run does not use"
    outside = root.parent / "held.json"
    outside.write_text(json.dumps(text))
    assert weakened(program, "--baseline", str(outside)) == [], (
        "a file outside of the repository is no part of the change"
    )


def test_change_cannot_hide_a_weakened_check(root: Path, program: Program) -> None:
    edit(root, PROD, "environment: production\n", "environment: test  # oauthgit: ignore[OG714] agreed\n")
    edit(root, POLICY, "rules:\n", "rules:\n  OG714: off\n")
    result = program("validate", "--base", "origin/main")
    assert "note[OG714]" in result.out
    assert "OG714 cannot be suppressed" in result.out


# The policy.


def members(of: dict[str, Any], *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the path of every setting in the policy's schema; settings of sections one by one."""
    for name, member in of["properties"].items():
        if member.get("properties"):
            yield from members(member, *path, name)
        else:
            yield (*path, name)


OTHER = {
    "trusted_hosts": ["new.example.com"],
    "networks": ["10.0.0.0/8"],
    "http_hosts": ["localhost"],
    "delegated_branches": ["develop"],
    "ca_file": "other.pem",
    "proxy": "http://proxy.example.com",
    "rules": {"OG301": "off"},
    "env_secrets": {"CRM_SECRET": "https://crm.example.com/token"},
    "key_types": ["age", "pgp", "kms"],
}
SCHEMA = schema("policy")


def other(stated: Any, name: str) -> Any:
    if name in OTHER:
        return OTHER[name]
    return not stated if isinstance(stated, bool) else stated - 1 if isinstance(stated, int) else "new"


@pytest.mark.parametrize("path", [path for path in members(SCHEMA) if path != ("kind",)], ids=".".join)
def test_every_changed_policy_setting_is_reported(path: tuple[str, ...]) -> None:
    before = policy_of([])
    now = policy_of([])
    *section, name = path
    holder = now
    if section:
        holder = now[section[0]] = dict(now[section[0]])
    holder[name] = other(holder.get(name), name)
    found = [
        each.pointer
        for report in (find_widened_trust, find_lowered_severities, find_weaker_members, find_unclear_changes)
        for each in report(before, now)
    ]
    back = [
        each.pointer
        for report in (find_widened_trust, find_lowered_severities, find_weaker_members, find_unclear_changes)
        for each in report(now, before)
    ]
    pointer = "/" + "/".join(path)
    assert any(each.startswith(pointer) for each in (*found, *back)), path
    assert all(each.startswith(pointer) for each in (*found, *back))
    assert len(found) <= 1, "one change is reported once"


def test_policy_setting_of_a_later_version_is_reported() -> None:
    before = policy_of([]) | {"section": {"a": 1, "b": 2}, "list": [1]}
    now = policy_of([]) | {"section": {"a": 1, "b": 3}, "word": "x" * 1000}
    found = [each.words for each in find_unclear_changes(before, now)]
    assert found[:1] == ["section.b goes from 2 to 3"]
    assert found[1].startswith("word goes from nothing to xxx")
    assert len(found[1]) < 200
    assert found[2:] == ["list goes from [1] to nothing"]


def test_expiry_window_of_zero_and_control_off_are_noted(root: Path, program: Program) -> None:
    (root / POLICY).write_text("kind: policy\nsmoke: {control: true}\n")
    based(root)
    (root / POLICY).write_text("kind: policy\nsecrets: {expiry_window_days: 0}\nsmoke: {control: false, timeout: 20}\n")
    found = weakened(program, code="OG707")
    assert [line for _, line, _ in found] == [2, 3, 3]
    assert (
        "secrets.expiry_window_days goes from 30 to 0, so warnings before the end of a secret come later" in found[0][2]
    )
    assert "smoke.control goes from true to false, so a smoke test no longer proves" in found[1][2]
    assert "smoke.timeout goes from 15 to 20" in found[2][2]
    assert [
        each["loosened"] for each in json.loads(program("diff", "--format", "json").out)["differences"]["policy"]
    ] == [
        True,
        True,
        False,
    ]
    assert defaults(SCHEMA)["secrets"]["expiry_window_days"] == 30


# Many files.


def test_thousands_of_long_named_secrets_files_are_compared(root: Path, program: Program) -> None:
    """They exceed the 2 MiB of git's command line."""
    secrets = PROD.replace(".yaml", ".secrets.yaml")
    text = (root / secrets).read_text()
    for number in range(3500):
        name = f"{'long' * 45}-{number:05}"
        (root / f"configs/iam_applications/{name}.secrets.yaml").write_text("kind: secrets\nsops: {}\n")
    based(root)
    (root / secrets).write_text(text.replace("kind:", "kind: ", 1))
    (root / secrets).write_text(text.replace(text.split('lastmodified: "')[1][:4], "2001"))
    result = program("validate", "--base", "origin/main", "--format", "json", "--select", "OG7", secrets)
    assert "OG706" in {each["code"] for each in json.loads(result.out)["findings"]}


# No success without a check.


def test_run_without_layers_is_exit_3_despite_notes(sample: Path, program: Program) -> None:
    for folder in ("branches", "iam_applications", "runtime_configurations"):
        for path in (sample / "configs" / folder).rglob("*.yaml"):
            path.unlink()
    (sample / "configs/README.md").write_text("soon\n")
    (sample / POLICY).unlink()
    result = program("validate")
    assert "note[OG705]" in result.out
    assert (result.code, "there is no layer in configs/ (exit 3)" in result.err) == (3, True)
    assert program("validate", "--fail-on", "note").code == 3


def test_selection_of_an_unknown_code_is_exit_2(sample: Path, program: Program) -> None:
    for codes in ("OG999", "OG3,OG998", "OG35"):
        result = program("validate", "--select", codes)
        assert (result.code, "no rule has the code OG" in result.err) == (2, True)
    assert program("validate", "--select", "og3,OG301").code == 0
    assert program("validate", "--ignore", "OG999").code == 0
    assert sample.is_dir()


def test_diff_against_a_base_of_ci_that_is_missing_reports_it(
    root: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "gone"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for form in ("text", "json", "markdown", "checklist"):
        result = program("diff", "--format", form)
        assert (result.code, "nothing was compared" in result.out) == (0, True), form
        assert ("OG008" in result.out) is (form != "checklist")
    assert program("diff", "--fail-on", "warning").code == 1
    assert program("diff", "--exit-code").code == 4
    assert program("diff", "origin/gone").code == 2
    assert program("diff", "origin/main").code == 0
    assert root.is_dir()


@pytest.mark.parametrize("form", ["text", "json", "junit", "markdown", "sarif", "github", "gitlab", "azure"])
def test_base_of_ci_that_is_missing_is_in_every_report(
    form: str, root: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "gone"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = program("validate", "--format", form)
    assert (result.code, "OG008" in result.out) == (0, True)
    assert root.is_dir()


def test_partial_clone_is_reported_with_advice(
    root: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(root, PROD, "environment: production", "environment: test")
    based(root)
    git(root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", f"file://{root}", "partial")
    monkeypatch.chdir(tmp_path / "partial")
    for arguments in (("diff", "HEAD~1"), ("validate", "--history"), ("validate", "--base", "HEAD~1")):
        result = program(*arguments)
        assert (result.code, "this clone was made with a filter" in result.err) == (2, True), arguments
        assert "git fetch --refetch --no-filter" in result.err
    git(tmp_path / "partial", "fetch", "--quiet", "--refetch", "--no-filter")
    assert "production changes" in program("diff", "HEAD~1").out
