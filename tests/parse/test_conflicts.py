"""Merge conflicts of real merges, in every kind of file, and their remedies."""

import io
import json
import sys
from pathlib import Path

import pytest

from oauthgit.model.finding import Finding
from oauthgit.model.schema import harmless_keys
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import masked_lines, parse
from support.cli import Program
from support.git import committed, git, start
from support.secrets_command import opened
from support.sops import KEY, run_sops

PROD = "configs/iam_applications/insights-prod.yaml"
SECRETS = "configs/iam_applications/insights-prod.secrets.yaml"


def conflict(text: str, kind: Kind = Kind.BRANCH) -> Finding:
    document, (finding,) = parse(File("a.yaml", kind, "branch/M/A", {}, text.encode()))
    assert (document, finding.code) == (None, "OG120")
    return finding


def lines(finding: Finding) -> list[int]:
    return [finding.location.line, *(each.location.line for each in finding.related)]


def merge(root: Path, *options: str) -> None:
    """Merge the branch other, which must not succeed."""
    try:
        git(root, *options, "merge", "--quiet", "other")
    except Exception:  # noqa: BLE001 - the exit code of git
        assert "U" in git(root, "status", "--short")
        return
    pytest.fail("there was no conflict")


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
@pytest.mark.parametrize("path", [PROD, "configs/oauthgit.yaml", ".sops.yaml", "configs/branches/INSIGHTS/MAIN.yaml"])
def test_conflict_of_git_is_one_finding_in_any_style(sample: Path, program: Program, style: str, path: str) -> None:
    start(sample)
    committed(sample)
    git(sample, "switch", "--quiet", "--create", "other")
    whole = (sample / path).read_text()
    (sample / path).write_text(f"{whole}# theirs\n")
    committed(sample)
    git(sample, "switch", "--quiet", "main")
    (sample / path).write_text(f"{whole}# ours\n")
    committed(sample)
    merge(sample, "-c", f"merge.conflictStyle={style}")
    text = (sample / path).read_text()
    marked = [number for number, line in enumerate(text.splitlines(), 1) if line[:7] in {c * 7 for c in "<|=>"}]
    found = [
        each for each in json.loads(program("validate", "--format", "json").out)["findings"] if each["code"] == "OG120"
    ]
    (finding,) = found
    assert finding["location"]["file"] == path
    assert [finding["location"]["line"], *(each["location"]["line"] for each in finding["related"])] == marked
    assert f"in lines {marked[0]} to {marked[-1]}" in finding["message"]
    # The remedy: keep one side, delete the markers and the rest.
    kept = text.splitlines(keepends=True)
    (sample / path).write_text("".join([*kept[: marked[0] - 1], kept[marked[0]], *kept[marked[-1] :]]))
    assert program("validate").code == 0


def test_conflict_in_policy_removes_nothing_in_diff(sample: Path, program: Program) -> None:
    start(sample)
    committed(sample)
    policy = sample / "configs/oauthgit.yaml"
    policy.write_text(f"<<<<<<< HEAD\n{policy.read_text()}=======\n>>>>>>> other\n")
    result = program("diff")
    assert result.code == 2
    assert "the policy: " not in result.out
    assert "error[OG120]" in program("validate").out


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n", "lines 2 to 6,", [2, 4, 6]),
        ("a: 1\r\n<<<<<<< HEAD\r\nb: 2\r\n=======\r\nb: 3\r\n>>>>>>> x\r\n", "lines 2 to 6,", [2, 4, 6]),
        ("<<<<<<<\na: 1\n=======\na: 2\n>>>>>>>", "lines 1 to 5,", [1, 3, 5]),
        ("<<<<<<< A\n=======\n>>>>>>> B\na: 1\n<<<<<<< A\n=======\n>>>>>>> B\n", "lines 1 to 3, 5 to 7,", [1, 2, 3, 5, 6, 7]),
        # Some of the markers are deleted.
        ("a: 1\nb: 2\n=======\nb: 3\n>>>>>>> x\n", "lines 3 to 5,", [3, 5]),
        ("a: 1\nb: 2\n=======\n", "line 3,", [3]),
        ("a: 1\n>>>>>>> x\n", "line 2,", [2]),
        ("a: 1\n<<<<<<< HEAD\nb: 2\n", "line 2,", [2]),
        # The ancestor of a merge of merges has conflicts of its own, with longer markers.
        (
            "<<<<<<< A\na: 1\n||||||| B\n<<<<<<<<< C\na: 2\n=========\na: 3\n>>>>>>>>> D\n=======\na: 4\n>>>>>>> E\n",
            "lines 1 to 11,",
            [1, 3, 4, 6, 8, 9, 11],
        ),
    ],
)  # fmt: skip
def test_markers_are_one_finding_with_their_lines(text: str, words: str, marked: list[int]) -> None:
    finding = conflict(text)
    assert (f"in {words}" in finding.message, lines(finding)) == (True, marked), finding.message


def test_many_conflicts_are_one_short_finding() -> None:
    finding = conflict("<<<<<<< A\na: 1\n=======\na: 2\n>>>>>>> B\n" * 500)
    assert "21 to 25 and 495 more" in finding.message
    assert len(finding.related) < 20


@pytest.mark.parametrize(
    "text",
    [
        "# <<<<<<< HEAD\na: 1\n",
        "# =======\na: 1\n",
        "a: |\n  <<<<<<< HEAD\n  =======\n",
        "a: <<<<<<< HEAD\n",
        "a: '======='\n",
    ],
)
def test_markers_in_comments_and_values_are_text(text: str) -> None:
    document, findings = parse(File("a.yaml", Kind.BRANCH, "branch/M/A", {}, text.encode()))
    assert (document is None, findings) == (False, [])


@pytest.mark.parametrize("text", ["<<<<<<\na: 1\n", "======\n", "=========\na: 1\n", "<<<<<<<x\n"])
def test_rows_that_git_does_not_write_are_syntax(text: str) -> None:
    assert "OG120" not in {each.code for each in parse(File("a.yaml", Kind.BRANCH, "b", {}, text.encode()))[1]}


def test_excerpt_shows_markers_and_hides_values() -> None:
    text = (
        "client_secret: |\n<<<<<<< HEAD\n  scopes: hidden1\n||||||| 1a2b3c4 (a subject)\n  hidden2\n=======\n"
        "  hidden3\n>>>>>>> feature/tax\nscopes: open\n<<<<<<< aB3dE5gH7jK9mN1pQ3\n"
    )
    file = File("a.yaml", Kind.BRANCH, "branch/M/A", {}, text.encode())
    shown = masked_lines(file, harmless_keys())
    assert shown[1] == "<<<<<<< HEAD"
    assert shown[3] == "||||||| *******************"
    assert (shown[5], shown[7], shown[8]) == ("=======", ">>>>>>> feature/tax", "scopes: open")
    assert shown[9] == "<<<<<<< ******************"
    assert "hidden" not in "".join(shown)


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_remedy_of_a_secrets_file_works_with_sops(
    sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    """The sides write different secrets; the file of either side is taken, and the secret of the other written again."""
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    monkeypatch.setattr("oauthgit.cli.terminal.DEVICES", (str(sample / "no-terminal"),) * 2)
    file, place = sample / SECRETS, '["oauth_servers"]["hub"]["client_secret"]'
    start(sample)
    committed(sample)
    git(sample, "switch", "--quiet", "--create", "other")
    run_sops("set", file, place, '"theirs-kV3x9Qm2Lr8Tn5Wb7Yc4"')
    committed(sample)
    git(sample, "switch", "--quiet", "main")
    run_sops("set", file, place, '"ours-kV3x9Qm2Lr8Tn5Wb7Yc4"')
    committed(sample)
    merge(sample)
    result = program("validate", "--format", "json")
    (finding,) = [each for each in json.loads(result.out)["findings"] if each["code"] == "OG120"]
    assert f"git checkout --ours -- {SECRETS} (or --theirs;" in finding["remedy"]
    assert "oauthgit secrets set iam_application/insights-prod SERVER." in finding["remedy"]
    git(sample, "checkout", f"--{side}", "--", SECRETS)
    assert opened(file.read_bytes())["oauth_servers"]["hub"]["client_secret"].startswith(side)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"agreed-kV3x9Qm2Lr8Tn5Wb7Yc4\n")))
    assert program("secrets", "set", "iam_application/insights-prod", "hub").code == 0
    assert opened(file.read_bytes())["oauth_servers"]["hub"]["client_secret"].startswith("agreed")
    git(sample, "add", SECRETS)
    committed(sample)
    assert program("validate").code == 0


def test_committed_conflict_of_secrets_is_undone_by_a_commit(sample: Path, program: Program) -> None:
    start(sample)
    whole = committed(sample)
    text = (sample / SECRETS).read_text()
    (sample / SECRETS).write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n")
    committed(sample)
    assert "after the merge, git checkout COMMIT" in program("validate").out
    git(sample, "checkout", whole, "--", SECRETS)
    assert program("validate").code == 0


def test_long_marker_is_shown_as_git_writes_it() -> None:
    text = f"a: b\n{'<' * 90_000} x\nc: d\n{'=' * 90_000}\n{'>' * 90_000} y\n"
    _, findings = parse(File("configs/branches/M/MAIN.yaml", Kind.BRANCH, "branch/M/MAIN", {}, text.encode()))
    assert all(len(finding.message) < 200 for finding in findings)
