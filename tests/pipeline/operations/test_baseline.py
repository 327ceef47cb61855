"""A baseline: its entries, findings that it never covers, and broken baselines."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauthgit import rules
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.triage.baseline import baseline_of, match_baseline, read_baseline
from support.cli import Program

MAIN = "configs/branches/M/MAIN.yaml"
PROD = "configs/iam_applications/prod.yaml"
FILES = {
    "configs/oauthgit.yaml": "kind: policy\n",
    MAIN: """\
kind: branch
model: M
branch: MAIN
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    client_secret: {from_env: CRM}
    grant_types: [client_credentials]
    scopes: [api.read]
""",
    PROD: """\
kind: iam_application
application: prod
model: M
branch: MAIN
environment: production
oauth_servers:
  crm:
    client_id: crm-main
""",
}
FILE = "oauthgit.baseline.json"
STRICT = ("validate", "--fail-on", "warning")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a project with one finding, OG301, as the working directory."""
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def findings_of(program: Program, *arguments: str) -> list[tuple[str, str | None]]:
    found = json.loads(program(*STRICT, *arguments, "--format", "json").out)["findings"]
    return [(one["code"], one["suppressed"]) for one in found]


def test_baseline_findings_do_not_count_and_are_noted(root: Path, program: Program) -> None:
    assert program(*STRICT).code == 1
    written = program(*STRICT, "--write-baseline", FILE)
    assert (written.code, written.err) == (0, "")
    assert "nothing found, 1 suppressed" in written.out
    compared = program(*STRICT, "--baseline", FILE)
    assert (compared.code, compared.err) == (0, "")
    assert "nothing found, 1 suppressed" in compared.out
    assert "1 suppressed" in program(*STRICT, "--baseline", FILE, "-q").out
    assert "suppressed (baseline)" in program(*STRICT, "--baseline", FILE, "--format", "junit").out
    assert findings_of(program, "--baseline", FILE) == [("OG301", "baseline")]
    assert root.is_dir()


def test_baseline_has_one_entry_per_line_and_no_text(root: Path, program: Program) -> None:
    replace(root / PROD, "client_id: crm-main", "client_id: crm-main\n    scopes: [api.read]")
    program("validate", "--write-baseline", FILE)
    text = (root / FILE).read_text()
    head, *entries, foot = text.splitlines()
    assert (head, foot) == ('{"version": 1, "entries": [', "]}")
    assert [set(json.loads(line.rstrip(","))) for line in entries] == [{"code", "file", "fingerprint", "count"}] * 2
    assert "crm-main" not in text
    assert "inherited" not in text
    inode = (root / FILE).stat().st_ino
    program("validate", "--write-baseline", FILE)
    assert (root / FILE).read_text() == text
    assert (root / FILE).stat().st_ino != inode
    assert sorted(path.name for path in root.iterdir()) == ["configs", FILE]


def test_new_finding_counts(root: Path, program: Program) -> None:
    program("validate", "--write-baseline", FILE)
    replace(root / PROD, "client_id: crm-main", "scopes: [api.read]\n    client_id: crm-main")
    result = program(*STRICT, "--baseline", FILE)
    assert (result.code, result.out.rstrip().rpartition(": ")[2]) == (1, "1 warning, 1 suppressed")


def test_moved_finding_is_not_new(root: Path, program: Program) -> None:
    program("validate", "--write-baseline", FILE)
    replace(root / PROD, "oauth_servers:", "# moved\n\noauth_servers:")
    assert program(*STRICT, "--baseline", FILE).code == 0


def test_stale_entries_are_counted_and_reported(root: Path, program: Program) -> None:
    program("validate", "--write-baseline", FILE)
    replace(root / PROD, "client_id: crm-main", "scopes: [api.write]")
    result = program(*STRICT, "--baseline", FILE)
    assert result.code == 0
    assert f"1 of the findings in {FILE} no longer occur" in result.err
    assert program(*STRICT, "--baseline", FILE, "--select", "OG4").err == ""
    assert program(*STRICT, "--baseline", FILE, "--ignore", "OG3").err == ""
    assert program(*STRICT, "--baseline", FILE, MAIN).err == ""
    assert "no longer occur" in program(*STRICT, "--baseline", FILE, "configs/iam_applications").err


def test_suppression_comment_wins_over_the_baseline(root: Path, program: Program) -> None:
    program("validate", "--write-baseline", FILE)
    replace(root / PROD, "client_id: crm-main", "client_id: crm-main # oauthgit: ignore[OG301] agreed")
    assert findings_of(program, "--baseline", FILE) == [("OG301", "agreed")]
    assert "1 of the findings" in program("validate", "--baseline", FILE).err
    program("validate", "--write-baseline", FILE)
    assert json.loads((root / FILE).read_text())["entries"] == []


def test_blocking_finding_is_never_in_a_baseline(root: Path, program: Program) -> None:
    replace(root / PROD, "client_id: crm-main", "client_idd: crm-main")
    finding = json.loads(program("validate", "--format", "json").out)["findings"][0]
    written = program("validate", "--write-baseline", FILE)
    assert written.code == 1
    assert json.loads((root / FILE).read_text())["entries"] == []
    entry = {"code": "OG201", "file": PROD, "fingerprint": finding["fingerprint"], "count": 1}
    (root / FILE).write_text(json.dumps({"version": 1, "entries": [entry]}, indent=2))
    result = program("validate", "--baseline", FILE)
    assert result.code == 1
    assert "error[OG201]" in result.out
    assert f"{FILE}:7:23: error[OG006] suppression-not-allowed: OG201 cannot be held by a baseline" in result.out
    entry["code"] = "OG301"
    (root / FILE).write_text(json.dumps({"version": 1, "entries": [entry]}))
    assert findings_of(program, "--baseline", FILE) == [("OG201", None)]


def test_invalid_policy_writes_no_baseline(root: Path, program: Program) -> None:
    (root / "configs/oauthgit.yaml").write_text("kind: policy\nx: y\n")
    assert program("validate", "--write-baseline", FILE).code == 2
    assert not (root / FILE).exists()


ENTRY = {"code": "OG301", "file": PROD, "fingerprint": "ab" * 16, "count": 1}
BROKEN: dict[str, tuple[Any, str]] = {
    "nothing": ("", "line 1 is not JSON"),
    "a merge": ('{"version": 1,\n<<<<<<< HEAD\n', "line 2 is not JSON"),
    "a list": ("[]", "version and entries"),
    "another version": ({"version": 2, "entries": []}, "version is not 1"),
    "true for a version": ({"version": True, "entries": []}, "version is not 1"),
    "something else beside it": ({"version": 1, "entries": [], "more": 1}, "version and entries"),
    "a mapping": ({"version": 1, "entries": {}}, "not a list"),
    "an entry without a count": ({"version": 1, "entries": [{"code": "OG301"}]}, "entry 1 does not have"),
    "an entry of another type": ({"version": 1, "entries": [ENTRY | {"file": 1}]}, "of entry 1 is not text"),
    "a count of none": ({"version": 1, "entries": [ENTRY, ENTRY | {"count": 0}]}, "count of entry 2"),
    "a count of true": ({"version": 1, "entries": [ENTRY | {"count": True}]}, "count of entry 1"),
    "an entry twice": ({"version": 1, "entries": [ENTRY, ENTRY]}, "twice"),
    "a deep list": ("[" * 200_000, "not JSON"),
    "a long number": ("9" * 10_000, "not JSON"),
}


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(("content", "words"), BROKEN.values(), ids=BROKEN)
def test_broken_baseline_is_exit_2_with_a_message(content: Any, words: str, program: Program) -> None:
    Path(FILE).write_text(content if isinstance(content, str) else json.dumps(content))
    result = program("validate", "--baseline", FILE)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"oauthgit: {FILE} is no baseline: ")
    assert words in result.err


@pytest.mark.usefixtures("root")
def test_unreadable_baseline_is_exit_2_with_a_message(program: Program) -> None:
    missing = program("validate", "--baseline", FILE)
    assert (missing.code, missing.out) == (2, "")
    assert f"the baseline {FILE} cannot be read (No such file or directory)" in missing.err
    assert program("validate", "--baseline", "configs").code == 2
    Path(FILE).write_bytes(b"\xff\xfe")
    assert "it is not UTF-8" in program("validate", "--baseline", FILE).err
    Path(FILE).write_bytes(b" " * (17 << 20))
    assert "too large" in program("validate", "--baseline", FILE).err


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("arguments", [(MAIN,), ("--select", "OG3"), ("--ignore", "OG3"), ("--baseline", "x")])
def test_baseline_is_written_from_all_findings(arguments: tuple[str, ...], program: Program) -> None:
    assert program("validate", "--write-baseline", FILE, *arguments).code == 2
    assert not Path(FILE).exists()


def test_unwritable_baseline_is_exit_2(root: Path, program: Program) -> None:
    assert program("validate", "--write-baseline", "none/at/all").code == 2
    assert [path.name for path in root.iterdir()] == ["configs"]


# Equal findings are counted.


def finding(line: int, message: str = "m", code: str = "OG301") -> Finding:
    return Finding(code, message, Location("a.yaml", line, 1, line, 2, "/a"))


@pytest.mark.parametrize(("before", "now", "held"), [(2, 3, 2), (2, 2, 2), (3, 1, 1), (0, 2, 0)])
def test_more_occurrences_than_in_the_baseline_are_new(before: int, now: int, held: int) -> None:
    entries = read_baseline(baseline_of(map(finding, range(before)), rules.load))
    result = match_baseline([finding(line) for line in range(now)], entries, rules.load)
    assert [one.suppressed for one in result.findings] == ["baseline"] * held + [None] * (now - held)
    assert sum(entry.times for entry in result.stale) == before - held


@given(
    st.lists(st.tuples(st.sampled_from(["OG301", "OG430", "OG501", "OG002"]), st.sampled_from(["\u5ba2", "b\udc80"])))
)
def test_baseline_matches_exactly_its_own_findings(given_ones: list[tuple[str, str]]) -> None:
    findings = [finding(line, message, code) for line, (code, message) in enumerate(given_ones)]
    text = baseline_of(findings, rules.load)
    assert text == baseline_of(reversed(findings), rules.load)
    assert text.isascii()
    result = match_baseline(findings, read_baseline(text), rules.load)
    assert result.stale == ()
    assert all((one.suppressed is None) == (one.code in {"OG501", "OG002"}) for one in result.findings)
