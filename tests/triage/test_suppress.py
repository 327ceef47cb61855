"""Suppressions: which comments are read, what they may suppress, and the findings about invalid ones."""

import json
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oauthgit import rules
from oauthgit.model.selection import EVERYTHING, Selection
from oauthgit.model.suppression import Suppression
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import masked_lines, parse
from oauthgit.pipeline import Project, load
from oauthgit.triage.unsuppressible import why_unsuppressible
from support.cli import Program
from support.sops import KEY

TODAY = "2026-11-24"
MAIN = """\
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
"""
PROD = """\
kind: iam_application
application: prod
model: M
branch: MAIN
environment: production
oauth_servers:
  crm:
    client_id: crm-main
"""
IGNORE = "# oauthgit: ignore[OG301] agreed"


def read(text: str, kind: Kind = Kind.BRANCH) -> tuple[Suppression, ...]:
    document, findings = parse(File("configs/a.yaml", kind, "branch/M/MAIN", {}, text.encode()))
    assert document is not None, findings
    return document.suppressions


def lay(root: Path, prod: str = PROD, main: str = MAIN, policy: str = "kind: policy\n") -> Path:
    for path, text in (
        ("oauthgit.yaml", policy),
        ("branches/M/MAIN.yaml", main),
        ("iam_applications/prod.yaml", prod),
    ):
        file = root / "configs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return root


def findings_of(project: Project) -> list[tuple[str, int, int, str | None]]:
    return [(one.code, one.location.line, one.location.column, one.suppressed) for one in project.findings]


def with_comment(comment: str) -> str:
    return PROD.replace("client_id: crm-main", f"client_id: crm-main {comment}")


# Comments that are read, and the line they concern.


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        (f"a: b {IGNORE}\n", (1, 6), 1),
        (f"a: b\t{IGNORE}\n", (1, 6), 1),
        (f"a: b {IGNORE}", (1, 6), 1),
        (f"{IGNORE}\na: b\n", (1, 1), 2),
        (f"{IGNORE}\n\n# why\n  \na: b\n", (1, 1), 5),
        (f"a:\n  {IGNORE}\n  b: c\n", (2, 3), 3),
        (f"a: b\n{IGNORE}\n", (2, 1), 0),
        (f"a: b\r\n{IGNORE}\r\n\r\nc: d\r\n", (2, 1), 4),
        (f"a: b {IGNORE}\r\nc: d\r\n", (1, 6), 1),
        (f"\ufeffa: b {IGNORE}\n", (1, 6), 1),
        (f'"\U0001f511": "\u5ba2 # no" {IGNORE}\n', (1, 15), 1),
        (f"a: b # \U0001f511\u00e9 {IGNORE}\n", (1, 11), 1),
        (f"a: b#c {IGNORE}\n", (1, 8), 1),
        (f"a: [b, {IGNORE}\n  c]\n", (1, 8), 1),
        (f"a: {{b: c, {IGNORE}\n  d: e}}\n", (1, 11), 1),
        (f"a: [\n  {IGNORE}\n  c]\n", (2, 3), 3),
        (f"a: {IGNORE}\n  b: c\n", (1, 4), 1),
        (f"a:\n  - b {IGNORE}\n", (2, 7), 2),
        (f"a: | {IGNORE}\n  text\n", (1, 6), 1),
        (f"a: >- {IGNORE}\n  text\nb: c\n", (1, 7), 1),
        (f"a: |\n  text\n{IGNORE}\nb: c\n", (3, 1), 4),
        (f"a: b # see the wiki {IGNORE}\n", (1, 21), 1),
        (f"a: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str] {IGNORE}\n", (1, 56), 1),
    ],
)
def test_comment_is_read_at_its_place(text: str, place: tuple[int, int], line: int) -> None:
    (found,) = read(text)
    assert (found.location.line, found.location.column, found.line) == (*place, line)
    assert (found.reason, found.until, found.problem) == ("agreed", None, "")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    assert lines[found.location.line - 1][found.location.column - 1 : found.location.end_column - 1] == IGNORE
    (code,) = found.codes
    assert lines[code[1].line - 1][code[1].column - 1 : code[1].end_column - 1] == "OG301"


@pytest.mark.parametrize(
    "text",
    [
        f"a: '{IGNORE}'\n",
        f'a: "{IGNORE}"\n',
        f"a: '\n  {IGNORE}\n  '\n",
        f'a: "x\n  {IGNORE}\n  y"\n',
        f"a: |\n  {IGNORE}\n",
        f"a: >\n  text\n\n  {IGNORE}\n\nb: c\n",
        f"a: ['{IGNORE}', \"{IGNORE}\"]\n",
        f"'{IGNORE}': b\n",
        "a: b#oauthgit:ignore[OG301]\n",
        "# oauthgit checks this file\na: b\n",
        "# oauthgit: the settings of the sample\na: b\n",
        "# the form is `# oauthgit: ignore[OG301] reason`\na: b\n",
        "# see the rule: ignore[OG301] is no way out\na: b\n",
        "# assigned to design [OG301]\na: b\n",
    ],
)
def test_other_comments_and_texts_are_ignored(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    ("comment", "codes", "reason", "until"),
    [
        ("# oauthgit: ignore[OG301,OG435] why", ["OG301", "OG435"], "why", None),
        ("# oauthgit: ignore[ OG301 , OG435 ]  why  so ", ["OG301", "OG435"], "why so", None),
        ("#oauthgit:ignore[OG301]why", ["OG301"], "why", None),
        ("# oauthgit: ignore[OG301] why until=2027-01-31", ["OG301"], "why", "2027-01-31"),
        ("# oauthgit: ignore[OG301] until=2027-01-31 why", ["OG301"], "why", "2027-01-31"),
        ("# oauthgit: ignore[OG301] until=2027-01-31", ["OG301"], "", "2027-01-31"),
        ("# oauthgit: ignore[OG301] wait until the vendor is done", ["OG301"], "wait until the vendor is done", None),
        ("# oauthgit: ignore[OG301]", ["OG301"], "", None),
        ("# oauthgit: ignore[OG301] -- !", ["OG301"], "", None),
        (f"# oauthgit: ignore[OG301] {'x' * 900}", ["OG301"], "x" * 200, None),
    ],
)
def test_parts_of_a_comment_are_parsed(comment: str, codes: list[str], reason: str, until: str | None) -> None:
    (found,) = read(f"a: b {comment}\n")
    assert ([code for code, _ in found.codes], found.reason, found.until) == (codes, reason, until)
    assert found.problem == ""


MALFORMED = [
    "# oauthgit: ignor[OG301] why",
    "# oauthgit: ignored[OG301] why",
    "# oauthgit: ignore OG301 why",
    "# oauthgit: ignore(OG301) why",
    "# oauthgit: Ignore[OG301] why",
    "# oauthgit ignore[OG301] why",
    "# OAuthGit: ignore[OG301] why",
    "# oauthgit: disable[OG301] why",
    "# oauthgit: ignore[] why",
    "# oauthgit: ignore[OG301 why",
    "# oauthgit: ignore[OG3] why",
    "# oauthgit: ignore[og301] why",
    "# oauthgit: ignore[dead-override] why",
    "# oauthgit: ignore[OG301,] why",
    "# oauthgit: ignore[OG301,OG301] why",
    "# oauthgit: ignore[OG301] why until=tomorrow",
    "# oauthgit: ignore[OG301] why until=2027-02-30",
    "# oauthgit: ignore[OG301] why until=20270131",
    "# oauthgit: ignore[OG301] why until=2027-01-31, or so",
    "# oauthgit: ignore[OG301] why until=",
    "# oauthgit: ignore[OG301] why until 2027-01-31",
    "# oauthgit: ignore[OG301] why Until=2027-01-31",
    "# oauthgit: ignore[OG301] why until=2027-01-31 until=2028-01-31",
    "# oauthgit: ignore[OG301] why # oauthgit: ignore[OG435] so",
    "#\xa0oauthgit: ignore[OG301] why",
    "# oauthgit:\xa0ignore[OG301] why",
    "#\u3000oauthgit:\u3000ignore[OG301] why",
    "# oauthgit\u2003: ignore[OG301] why",
    "# oauthgit: ignore\u2800[OG301] why",
    "# oauthgit\uff1a ignore[OG301] why",
    "# oauthgit: ignore\uff3bOG301\uff3d why",
    "# \uff4f\uff41\uff55\uff54\uff48\uff47\uff49\uff54: ignore[OG301] why",
    "# oauthgit: ignore[OG\uff13\uff10\uff11] why",
    "# OAUTHGIT: IGNORE[OG301] why",
    "# oauthgit; ignore[OG301] why",
    "# oauthgit = ignore[OG301] why",
    "# oauthgit-ignore[OG301] why",
    "# oathgit: ignore[OG301] why",
    "# oauth-git: ignore [OG301] why",
    "# ignore[OG301] why",
    "# ignore (OG301) why",
    "# noqa: ignore[OG301] why",
]


@pytest.mark.parametrize("comment", MALFORMED)
def test_malformed_suppression_is_a_finding_without_effect(comment: str, tmp_path: Path) -> None:
    found = findings_of(load(lay(tmp_path, with_comment(comment)), today=TODAY))
    assert found == [("OG301", 8, 16, None), ("OG007", 8, 25, None)]


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("#\xa0oauthgit: ignore[OG301] why", "U+00A0 in it only looks like a blank"),
        ("# oauthgit\uff1a ignore[OG301] why", "U+FF1A in it only looks like :"),
        ("#\xa0oauthgit ignore[OG301] why", "does not have its form"),
    ],
)
def test_character_that_only_looks_right_is_named(comment: str, words: str) -> None:
    (found,) = read(f"a: b {comment}\n")
    assert found.problem == f"this looks like a suppression, but {words}"


def test_reason_with_a_secret_is_not_quoted(tmp_path: Path) -> None:
    canary = "kV3x9Qm2Lr8Tn5Wb7"
    project = load(lay(tmp_path, with_comment(f"{IGNORE} client_secret: {canary}")), today=TODAY)
    assert [one[0] for one in findings_of(project)] == ["OG301", "OG007", "OG501"]
    assert canary not in repr(project.findings) + repr(project.resolve().documents)
    shown = [masked_lines(file, {"client_id"}) for file in project.workspace.files]
    assert canary not in repr(shown)


@pytest.mark.parametrize(
    "text",
    [
        f"a: ['{'#' * 400_000}', b] {IGNORE}\n",
        "a: [" + "'#', " * 9_000 + f"b] {IGNORE}\n",
        f"{IGNORE}\n" * 20_000 + "a: b\n",
        f"a: b {IGNORE} {'until ' * 100_000}\n",
        f"a: b # oauthgit{' ' * 500_000}ignore\n",
        f"a: b {'# ' * 300_000} # oauthgit: ignor\n",
        f"a: b #{'x' * 500_000} # ignore[OG301]\n",
        f"a: b # {'ign ' * 200_000} # ignore[OG301]\n",
        f"a: b # x{' ' * 500_000}ignore[OG301] # ignore[OG301]\n",
        "a: b #" + "\xa0" * 500_000 + "ignore[OG301]\n",
    ],
)
def test_any_comment_text_is_read_quickly(text: str) -> None:
    began = perf_counter()
    assert read(text)
    assert perf_counter() - began < 5


# The effect of a comment.


@pytest.mark.parametrize(
    ("prod", "expected"),
    [
        (PROD, [("OG301", 8, 16, None)]),
        (with_comment(IGNORE), [("OG301", 8, 16, "agreed")]),
        (with_comment(IGNORE).replace("\n", "\r\n"), [("OG301", 8, 16, "agreed")]),
        (PROD.replace("    client_id", f"    {IGNORE}\n\n    client_id"), [("OG301", 10, 16, "agreed")]),
        (with_comment(f"{IGNORE} until=2026-11-24"), [("OG301", 8, 16, "agreed")]),
        (with_comment(f"{IGNORE} until=2026-11-23"), [("OG301", 8, 16, None), ("OG005", 8, 25, None)]),
        (with_comment("# oauthgit: ignore[OG301]"), [("OG301", 8, 16, None), ("OG003", 8, 25, None)]),
        (with_comment("# oauthgit: ignore[OG301] ."), [("OG301", 8, 16, None), ("OG003", 8, 25, None)]),
        (with_comment("# oauthgit: ignore[OG430] why"), [("OG301", 8, 16, None), ("OG004", 8, 44, None)]),
        (with_comment("# oauthgit: ignore[OG301,OG430] why"), [("OG301", 8, 16, "why"), ("OG004", 8, 50, None)]),
        (with_comment("# oauthgit: ignore[OG301,OG999] why"), [("OG301", 8, 16, "why"), ("OG007", 8, 50, None)]),
        (with_comment("# oauthgit: ignore[OG301,OG302] why"), [("OG301", 8, 16, "why"), ("OG006", 8, 50, None)]),
        (PROD.replace("  crm:", f"  crm: {IGNORE}"), [("OG004", 7, 27, None), ("OG301", 8, 16, None)]),
        (f"{PROD}{IGNORE}\n", [("OG301", 8, 16, None), ("OG004", 9, 20, None)]),
        (
            PROD.replace("    client_id", f"    {IGNORE}\n    client_id").replace("crm-main", f"crm-main {IGNORE}"),
            [("OG004", 9, 44, None), ("OG301", 9, 16, "agreed")],
        ),
    ],
)
def test_comment_suppresses_findings_on_its_line(
    prod: str, expected: list[tuple[str, int, int, str | None]], tmp_path: Path
) -> None:
    assert sorted(findings_of(load(lay(tmp_path, prod), today=TODAY))) == sorted(expected)


def test_comment_in_the_policy_counts(tmp_path: Path) -> None:
    policy = f"kind: policy\nsmoke: {{timeout: 3}} {IGNORE}\n"
    assert ("OG004", 2, 40, None) in findings_of(load(lay(tmp_path, policy=policy), today=TODAY))


@pytest.mark.parametrize("name", ["configs/iam_applications/prod.secrets.yaml", ".sops.yaml"])
def test_comments_in_sops_files_have_no_effect(name: str, tmp_path: Path) -> None:
    lay(tmp_path)
    (tmp_path / name).write_text("# oauthgit: ignore[OG511,OG509] why\nkind: x\ncreation_rules: []\n")
    found = [one for one in load(tmp_path, today=TODAY).findings if one.location.file == name]
    assert ("OG006", 1, 1) in [(one.code, one.location.line, one.location.column) for one in found]
    assert all(one.suppressed is None for one in found)


# Findings that cannot be suppressed.

STANDING = (
    "OG501",
    "OG505",
    "OG507",
    "OG508",
    "OG510",
    "OG511",
    "OG514",
    "OG520",
    "OG605",
    "OG706",
    "OG707",
    "OG708",
    "OG709",
    "OG713",
    "OG714",
)


@pytest.mark.parametrize("code", rules.modules())
def test_blocking_finding_is_never_suppressed(code: str) -> None:
    fixed = why_unsuppressible(rules.load(code))
    standing = code.startswith(("OG0", "OG1", "OG2", "OG8", "OG9")) or code in STANDING
    blocking = code.startswith("OG3") and rules.load(code).severity.label == "error"
    decrypted = rules.load(code).stage == "decrypt"
    assert bool(fixed) == (standing or blocking or decrypted or code in {"OG518", "OG519", "OG523"}), (code, fixed)


def test_target_stays_blocked_despite_the_comment(tmp_path: Path) -> None:
    wrong = PROD.replace("client_id: crm-main", "client_idd: crm # oauthgit: ignore[OG201] agreed")
    project = load(lay(tmp_path, wrong), today=TODAY)
    assert findings_of(project) == [("OG201", 8, 5, None), ("OG006", 8, 40, None)]
    assert project.blocked.keys() == {"iam_application/prod"}


def test_rule_raised_to_error_can_be_suppressed(tmp_path: Path) -> None:
    lay(tmp_path, with_comment(IGNORE), policy="kind: policy\nrules: {OG301: error}\n")
    assert findings_of(load(tmp_path, today=TODAY)) == [("OG301", 8, 16, "agreed")]


def test_smoke_test_ignores_suppressions(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    file = sample / "configs/iam_applications/insights-prod.yaml"
    written = file.read_text()

    def smoke(comment: str) -> tuple[int, list[tuple[str, str]], set[str]]:
        file.write_text(written.replace("  hub:\n", f"  hub:\n    client_idd: x{comment}\n"))
        result = program("smoke", "insights-prod", "--sandbox", "--format", "json")
        document = json.loads(result.out)
        verdicts = [(one["verdict"], one["reason"]) for one in document["verdicts"]]
        return result.code, verdicts, {one["code"] for one in document["findings"] if one["suppressed"] is None}

    code, verdicts, codes = smoke("")
    assert verdicts
    assert {verdict for verdict, _ in verdicts} == {"not-run"}
    assert smoke(" # oauthgit: ignore[OG201] agreed") == (code, verdicts, codes | {"OG006"})
    assert smoke(" # oauthgit: ignore[OG908] agreed") == (code, verdicts, codes | {"OG006"})


# Suppressions of unselected rules are not unused.


@pytest.mark.parametrize(
    ("selection", "policy", "expected"),
    [
        (EVERYTHING, "", ["OG004", "OG301"]),
        (Selection(select=("OG4",)), "", ["OG004"]),
        (Selection(select=("OG5",)), "", []),
        (Selection(ignore=("OG4",)), "", ["OG301"]),
        (EVERYTHING, "rules: {OG430: off}\n", ["OG301"]),
        (EVERYTHING, "rules: {OG301: off}\n", ["OG004"]),
    ],
)
def test_suppression_of_an_unselected_rule_is_not_unused(
    selection: Selection, policy: str, expected: list[str], tmp_path: Path
) -> None:
    lay(tmp_path, with_comment("# oauthgit: ignore[OG301,OG430] why"), policy=f"kind: policy\n{policy}")
    assert sorted(one.code for one in load(tmp_path, selection=selection, today=TODAY).findings) == expected


def test_suppression_used_in_another_environment_is_used(tmp_path: Path) -> None:
    policy = "kind: policy\nrules: {OG301: {production: off, default: error}}\n"
    assert findings_of(load(lay(tmp_path, with_comment(IGNORE), policy=policy), today=TODAY)) == []


def test_paths_limit_the_reported_suppressions(tmp_path: Path) -> None:
    lay(tmp_path, with_comment("# oauthgit: ignore[OG430] why"))
    (tmp_path / "configs/branches/M/OTHER.yaml").write_text("kind: branch\nmodel: M\nbranch: OTHER\n")
    assert (
        findings_of(load(tmp_path, Selection(paths=(str(tmp_path / "configs/branches/M/OTHER.yaml"),)), today=TODAY))
        == []
    )
    assert (
        len(
            findings_of(load(tmp_path, Selection(paths=(str(tmp_path / "configs/branches/M/MAIN.yaml"),)), today=TODAY))
        )
        == 2
    )


# The command line: every suppression is noted, and only effective ones are counted.


@pytest.mark.parametrize(
    ("prod", "code", "last"),
    [
        (PROD, 1, "1 warning"),
        (with_comment(IGNORE), 0, "nothing found, 1 suppressed"),
        (with_comment(f"{IGNORE} until=2026-01-31"), 1, "2 warnings"),
        (with_comment("# oauthgit: ignore[OG430] why"), 1, "2 warnings"),
        (with_comment("# oauthgit: ignore[OG301]"), 1, "1 error, 1 warning"),
    ],
)
def test_suppressed_finding_does_not_count_and_is_noted(
    prod: str, code: int, last: str, tmp_path: Path, program: Program
) -> None:
    result = program("-C", str(lay(tmp_path, prod)), "validate", "--fail-on", "warning")
    assert (result.code, result.out.rstrip().rpartition(": ")[2]) == (code, last)


def test_every_format_has_the_suppressed_finding(tmp_path: Path, program: Program) -> None:
    at = ("-C", str(lay(tmp_path, with_comment(IGNORE))), "validate", "--format")
    document = json.loads(program(*at, "json").out)
    assert [(one["code"], one["suppressed"]) for one in document["findings"]] == [("OG301", "agreed")]
    assert document["summary"]["findings"] == {"error": 0, "warning": 0, "note": 0, "suppressed": 1}
    assert "suppressed (agreed): client_id equals the inherited value" in program(*at, "junit").out
    assert "1 suppressed" in program(*at, "text").out
    assert "1 suppressed" in program(*at, "text", "-q").out


# Any text in a comment: no exception, and no changed setting.

WORDS = st.sampled_from(
    [
        "# oauthgit:",
        " ignore",
        "[",
        "OG301",
        ",",
        "OG999",
        "]",
        " why",
        " until=",
        "2027-01-31",
        "#",
        " ",
        "\t",
        "ign",
        "é",
    ]
)
COMMENTS = st.one_of(
    st.lists(WORDS, max_size=12).map("".join).map(lambda text: "# oauthgit: ign" + text),
    st.lists(WORDS, max_size=12).map("".join).map(lambda text: "#" + text),
    st.sampled_from([IGNORE, *MALFORMED]),
)


@given(st.lists(st.tuples(st.integers(0, 7), COMMENTS, st.booleans()), max_size=4), st.sampled_from(["\n", "\r\n"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_comment_at_any_place_changes_no_setting(
    tmp_path: Path, comments: list[tuple[int, str, bool]], end: str
) -> None:
    plain = load(lay(tmp_path), today=TODAY)
    lines = PROD.splitlines()
    for number, comment, alone in sorted(comments, reverse=True):
        lines[number : number + 1] = [comment, lines[number]] if alone else [f"{lines[number]} {comment}"]
    project = load(lay(tmp_path, end.join(lines) + end), today=TODAY)
    assert [target.data for target in project.resolve().targets] == [target.data for target in plain.resolve().targets]
    assert (project.blocked, project.policy) == (plain.blocked, plain.policy)
    others = [one.code for one in project.findings if not one.code.startswith("OG0") and one.code != "OG122"]
    assert others == ["OG301"]
    assert all(one.location.column <= len(lines[one.location.line - 1]) for one in project.findings)


@given(
    st.text(st.sampled_from("a:#|>-'\"[]{},\n\t \u00e9"), max_size=30),
    st.text(st.sampled_from("a:#|'\n\" "), max_size=20),
)
def test_any_text_around_a_comment_is_handled(before: str, after: str) -> None:
    file = File("configs/a.yaml", Kind.BRANCH, "branch/M/MAIN", {}, f"{before} {IGNORE}\n{after}".encode())
    bare = file._replace(content=f"{before} \n{after}".encode())
    document, other = parse(file)[0], parse(bare)[0]
    if document is not None and document.suppressions and other is not None:
        assert document.data == other.data
