"""Nobody can read a secret without a trusted rule, unless a user confirms the whole key."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest

from oauthgit.model.formats.sops_readers import Key, Readers, find_excess
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from oauthgit.pipeline.operations.write_encrypted import write_encrypted
from support.cli import Program
from support.git import committed, edit, start
from support.paths import REPOSITORY
from support.secrets_command import ACTIONS, CANARY, FILE, POLICY, RULES, Secrets, opened, sops
from support.sops import FOLDERS, encrypted, key, recipient
from support.vault_server import running_vault

OURS = f"creation_rules:\n  - age: {recipient('demo')}\n"
BOTH = f"creation_rules:\n  - age: {recipient('demo')},{recipient('second')}\n"
CIPHERTEXT = "ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]"


ATTACKS = {
    "another key": BOTH,
    "another key under an anchor": f"x: &all {recipient('demo')},{recipient('second')}\ncreation_rules:\n  - age: *all\n",
    "an earlier rule": f"creation_rules:\n  - path_regex: prod\n    age: {recipient('second')}\n  - age: {recipient('demo')}\n",
    "a merged rule": f"x: &x {{age: {recipient('second')}}}\ncreation_rules:\n  - <<: *x\n    path_regex: ^configs/\n",
    "a key group": "creation_rules:\n  - key_groups:\n      - merge:\n          - age: "
    f"[{recipient('second')}]\n        age: [{recipient('demo')}]\n",
    "a pattern that Python does not read": f"creation_rules:\n  - path_regex: \\pL\n    age: {recipient('second')}\n",
}


@pytest.mark.parametrize(
    ("attack", "action"),
    [*zip(ATTACKS, cycle(ACTIONS), strict=False), ("another key", "pin"), ("a key group", "renew")],
)
def test_key_without_a_trusted_rule_is_refused(secrets: Secrets, attack: str, action: str) -> None:
    secrets.trust(OURS)
    Path(RULES).write_text(ATTACKS[attack])
    before = Path(FILE).read_bytes()
    result = secrets(action)
    assert (result.code, result.out) == (2, ""), result.err
    assert f"age {recipient('second')} can read, which no trusted file permits" in result.err
    assert f"--recipient {recipient('second')}" in result.err
    assert Path(FILE).read_bytes() == before


@pytest.mark.parametrize("action", ACTIONS)
def test_key_confirmed_completely_can_read(secrets: Secrets, action: str) -> None:
    secrets.trust(OURS)
    Path(RULES).write_text(BOTH)
    result = secrets(action, "--recipient", recipient("second"))
    assert result.code == 0, result.err
    assert opened(Path(FILE).read_bytes(), "second")["kind"] == "secrets"


@pytest.mark.parametrize("given", [recipient("second")[:-1], recipient("second")[:20], "", f" {recipient('second')}"])
def test_key_confirmed_partly_is_refused(secrets: Secrets, given: str) -> None:
    secrets.trust(OURS)
    Path(RULES).write_text(BOTH)
    result = secrets("renew", f"--recipient={given}")
    assert (result.code, "is not a key of the creation rule" in result.err) == (2, True)


def test_every_key_needs_confirmation_without_trusted_rules(secrets: Secrets) -> None:
    for trusted in (None, "creation_rules: []\n", "creation_rules:\n  - path_regex: ^other/\n    age: age1x\n"):
        secrets.trust(trusted)
        result = secrets("renew")
        assert (result.code, f"--recipient {recipient('demo')}" in result.err) == (2, True), result.err
    assert secrets("renew", "--recipient", recipient("demo")).code == 0


def test_new_file_is_checked_against_trusted_rules(secrets: Secrets) -> None:
    secrets.trust(OURS)
    Path(FILE).unlink()
    Path(RULES).write_text(BOTH)
    assert secrets("set").code == 2
    assert not Path(FILE).exists()
    Path(RULES).write_text(OURS)
    assert secrets("set").code == 0
    assert opened(Path(FILE).read_bytes())["oauth_servers"]["hub"]["client_secret"] == CANARY


DRIVER = """
import sys
from oauthgit.cli import main
from oauthgit.cli.commands import secrets
from oauthgit.pipeline.operations.sops_rules import SopsRules
from oauthgit.pipeline.operations.trusted_policy import TrustedProject
rules = SopsRules(".sops.yaml", sys.argv.pop(1).encode())
secrets._trust = lambda options, context, project: TrustedProject(project, (), (rules,), ())
sys.exit(main(["secrets", "renew", "insights-prod"]))
"""


@pytest.mark.parametrize(("typed", "code"), [("yes", 0), ("no", 2)])
def test_terminal_prompts_for_each_key(secrets: Secrets, typed: str, code: int) -> None:
    assert callable(secrets)
    Path(RULES).write_text(BOTH)
    spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    with subprocess.Popen(
        [sys.executable, "-c", spawn, sys.executable, "-c", DRIVER, OURS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        seen = b""
        while b"[y/N]" not in seen:
            chunk = os.read(process.stdout.fileno(), 4096)
            assert chunk
            seen += chunk
        process.stdin.write(f"{typed}\n".encode())
        process.stdin.flush()
        seen += process.stdout.read()
        assert process.wait(60) == code
    assert recipient("second").encode() in seen
    assert (opened(Path(FILE).read_bytes(), "second") != 128) is (code == 0)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("allowed", [True, False])
def test_key_service_of_the_tree_gets_no_request(secrets: Secrets, action: str, *, allowed: bool) -> None:
    if allowed:
        edit(Path(), POLICY, "key_types: [age]", "key_types: [age, hc_vault]")
    secrets.trust(OURS)
    with running_vault() as vault:
        Path(RULES).write_text(
            f"creation_rules:\n  - age: {recipient('demo')}\n    hc_vault_transit_uri: {vault.key}\n"
        )
        before = Path(FILE).read_bytes()
        result = secrets(action)
        assert (result.code, vault.key in result.err, vault.requests) == (2, True, [])
        assert Path(FILE).read_bytes() == before


@pytest.mark.parametrize("action", ACTIONS)
def test_trusted_key_service_encrypts_the_new_key(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    edit(Path(), POLICY, "key_types: [age]", "key_types: [age, hc_vault]")
    monkeypatch.setenv("VAULT_TOKEN", "a-token")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of somebody else")
    with running_vault() as vault:
        Path(RULES).write_text(
            f"creation_rules:\n  - age: {recipient('demo')}\n    hc_vault_transit_uri: {vault.key}\n"
        )
        result = secrets(action)
        assert result.code == 0, result.err
        assert set(vault.requests) == {("/v1/transit/encrypt/first", "a-token")}
        content = Path(FILE).read_bytes()
        assert opened(content)["kind"] == "secrets"
        assert opened(content, "second", VAULT_TOKEN="a-token")["kind"] == "secrets"


@pytest.mark.parametrize("action", ACTIONS)
def test_plugin_recipient_starts_no_program(
    secrets: Secrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    program, started = tmp_path / "bin/age-plugin-evil", tmp_path / "started"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {started}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    evil = "age1evil1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0l7kql"
    Path(RULES).write_text(f"creation_rules:\n  - age: {recipient('demo')},{evil}\n")
    result = secrets(action)
    assert (result.code, "a key of type age-plugin" in result.err, started.exists()) == (2, True, False)


def test_file_with_a_plugin_recipient_is_not_decrypted(secrets: Secrets, program: Program) -> None:
    edit(Path(), FILE, recipient("demo"), "age1evil1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0l7kql")
    result = secrets("renew")
    assert (result.code, "start a program" in result.err) == (7, True), result.err
    assert "OG505" in program("validate").out
    edit(Path(), POLICY, "key_types: [age]", "key_types: [age, age-plugin]")
    assert secrets("renew").code == 0


PLANTED = {
    "nothing encrypted": f"creation_rules:\n  - age: {recipient('second')}\n    unencrypted_regex: .*\n",
    "no YAML": "creation_rules: [\n",
}


@pytest.mark.parametrize(("action", "planted"), [*zip(ACTIONS, cycle(PLANTED), strict=False)])
def test_outer_rules_and_variables_are_ignored(
    secrets: Secrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str, planted: str
) -> None:
    for folder in ("temporary", "home", "."):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / RULES).write_text(PLANTED[planted])
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOPS_AGE_RECIPIENTS", recipient("second"))
    monkeypatch.setenv("SOPS_PGP_FP", "0" * 40)
    monkeypatch.setenv("SOPS_CONFIG", str(tmp_path / RULES))
    result = secrets(action)
    assert result.code == 0, result.err
    content = Path(FILE).read_bytes()
    assert (opened(content)["kind"], opened(content, "second")) == ("secrets", 128)


def test_parent_folder_rules_count_only_in_the_repository(secrets: Secrets, sample: Path) -> None:
    (sample / RULES).unlink()
    (sample.parent / RULES).write_text(
        f"creation_rules:\n  - path_regex: ^repository/configs/\n    age: {recipient('demo')}\n"
    )
    result = secrets("renew")
    assert (result.code, ".sops.yaml is missing" in result.err and "run oauthgit init" in result.err) == (2, True)
    shutil.rmtree(".git")
    start(sample.parent)
    result = secrets("renew")
    assert result.code == 0, result.err
    edit(sample.parent, RULES, "^repository/", "^elsewhere/")
    result = secrets("renew")
    assert (result.code, "no creation rule in .sops.yaml matches" in result.err) == (2, True), result.err


def test_lint_uses_the_rules_at_the_top_of_the_repository(sample: Path, program: Program) -> None:
    (sample / RULES).unlink()
    (sample.parent / ".git").mkdir()
    (sample.parent / RULES).write_text(f"creation_rules:\n  - path_regex: ^configs/\n    age: {recipient('demo')}\n")
    result = program("validate")
    assert (result.code, result.out.count("[OG702]")) == (1, len(list(Path("configs").rglob("*.secrets.yaml"))))
    edit(sample.parent, RULES, "^configs/", "^repository/configs/")
    assert "OG702" not in program("validate").out


SELECTIONS = (
    "unencrypted_regex: client_secret",
    "encrypted_regex: ^(for|client_secret|send_only_to)$",
    "encrypted_suffix: _x",
    "encrypted_comment_regex: x",
    "unencrypted_comment_regex: old",
    "unencrypted_suffix: b",
    "mac_only_encrypted: true",
)
OLD = "0ld-s3cret-9f31"


@cache
def commented() -> bytes:
    """Return the secrets file of the sample with two encrypted comments."""
    yaml = ("--input-type", "yaml", "--output-type", "yaml")
    plain = sops("decrypt", *yaml, given=(REPOSITORY / FILE).read_bytes(), identity=key("demo")).stdout.decode()
    text = plain.replace("oauth_servers:\n", f"# old: {OLD}\noauth_servers:\n    # old: {OLD}\n")
    arguments = ("encrypt", *yaml, "--age", recipient("demo"), "--filename-override", "a.yaml")
    return sops(*arguments, given=text.encode(), identity=key("demo")).stdout


@pytest.mark.parametrize(("selection", "action"), [*zip(SELECTIONS, cycle(ACTIONS), strict=False)])
def test_encryption_selection_of_the_tree_leaves_no_plain_text(secrets: Secrets, action: str, selection: str) -> None:
    Path(FILE).write_bytes(commented())
    secrets.trust(OURS)
    Path(RULES).write_text(f"{OURS}    {selection}\n")
    result = secrets(action)
    assert (result.code, selection.partition(":")[0] in result.err) == (0, True), result.err
    head, _, block = Path(FILE).read_text().partition("\nsops:")
    assert OLD not in head
    assert head.count("#ENC[") == 2
    assert all(
        "ENC[" in line or line.endswith(":") for line in head.split("\n") if not line.strip().startswith("- ENC[")
    )
    assert f"{selection}\n" not in block


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("# an old secret", True),
        (f"a: {CIPHERTEXT} # an old secret", True),
        (f'"a #b": {CIPHERTEXT} #c', True),
        (f"#{CIPHERTEXT} and more", True),
        (f"#{CIPHERTEXT}", False),
        (f'"a #b": {CIPHERTEXT}', False),
    ],
)
def test_comment_in_plain_text_is_not_written(tmp_path: Path, line: str, *, found: bool) -> None:
    content = f"{line}\nfor: {CIPHERTEXT}\n".encode()
    document, _ = parse(File("x.secrets.yaml", Kind.SECRETS, "x", {}, content))
    assert document
    reason = write_encrypted(str(tmp_path), document, content, replaces=None)
    assert ("the comment in line 1 " in (reason or ""), (tmp_path / "x.secrets.yaml").exists()) == (found, not found)


UNFIT = {
    "creation_rules:\n  - age: []\n": "names no key",
    "creation_rules:\n  - path_regex: [a]\n    age: age1x\n": "path_regex is not a string",
    "creation_rules:\n  - pgp: 85D77543B3D624B6\n": "not the whole fingerprint",
    "creation_rules:\n  - age: *nobody\n": "has no anchor",
    "creation_rules:\n  - !!binary age\n": "tag",
    "creation_rules:\n  - path_regex: (\n    age: age1x\n": "cannot read the patterns",
    "[]\n": "no creation rule",
}


@pytest.mark.parametrize("text", UNFIT)
def test_unsupported_creation_rules_are_refused(secrets: Secrets, text: str) -> None:
    edit(Path(), POLICY, "key_types: [age]", "key_types: [age, pgp]")
    Path(RULES).write_text(text)
    before = Path(FILE).read_bytes()
    result = secrets("renew")
    assert (result.code, UNFIT[text] in result.err, result.out) == (2, True, ""), result.err
    assert Path(FILE).read_bytes() == before


def test_documents_after_the_first_do_not_count(secrets: Secrets) -> None:
    Path(RULES).write_text(f"{OURS}---\n{BOTH}---\n[\n")
    assert secrets("renew").code == 0
    assert opened(Path(FILE).read_bytes(), "second") == 128


def groups(*listed: str, threshold: int = 0) -> Readers:
    return Readers(tuple(tuple(Key("age", name) for name in group) for group in listed), threshold or len(listed))


def test_rules_without_new_readers_exceed_nothing() -> None:
    granted = groups("ab", "cd", "e", threshold=2)
    for now in (granted, groups("a", "cd", "e", threshold=2), groups("cd", "ba", threshold=2), groups("ab", "cd", "e")):
        assert find_excess(now, granted) == ()


@pytest.mark.parametrize(
    ("now", "setting"),
    [
        (groups("abx", "cd", "e", threshold=2), ""),
        (groups("ab", "cd", "e", "x", threshold=2), ""),
        (groups("abcde"), "shamir_threshold"),
        (groups("ab", "cd", "e", threshold=1), "shamir_threshold"),
        (groups("a", "b", "e", threshold=2), "key_groups"),
        (groups("ac", "d", "e", threshold=2), "key_groups"),
    ],
)
def test_rules_with_new_readers_exceed(now: Readers, setting: str) -> None:
    assert [excess.setting for excess in find_excess(now, groups("ab", "cd", "e", threshold=2))] == [setting]


def against(root: Path, program: Program, before: str, after: str) -> list[dict[str, object]]:
    """Return validate's findings about readers, with one .sops.yaml in the base and another now."""
    (root / RULES).write_text(before)
    committed(root)
    (root / RULES).write_text(after)
    result = program("validate", "--base", "main", "--format", "json", "--fail-on", "never")
    return [found for found in json.loads(result.out)["findings"] if found["code"] == "OG713"]


GROUPS = (
    "creation_rules:\n  - shamir_threshold: 2\n    key_groups: "
    f"[{{age: [{recipient('demo')}]}}, {{age: [age1b]}}, {{age: [age1c]}}]\n"
)
CHANGES = {
    "another key": (OURS, BOTH, 2),
    "an earlier anchored rule": (
        OURS,
        f"x: &x age1evil\ncreation_rules:\n  - path_regex: prod\n    age: *x\n{OURS[16:]}",
        4,
    ),
    "a lower threshold": (GROUPS, GROUPS.replace("threshold: 2", "threshold: 1"), 2),
    "other groups": (
        GROUPS,
        GROUPS.replace("{age: [age1b]}, {age: [age1c]}", f"{{age: [{recipient('demo')}]}}, {{age: [age1b]}}"),
        3,
    ),
    "a key service": (OURS, f"{OURS}    hc_vault_transit_uri: http://127.0.0.1:8/v1/transit/keys/a\n", 3),
    "rules where none were": ("{}\n", OURS, 2),
    "a pattern that is not judged": (OURS, f"creation_rules:\n  - path_regex: \\pL\n    age: age1evil\n{OURS[16:]}", 2),
    **{selection: (OURS, f"{OURS}    {selection}\n", 3) for selection in SELECTIONS},
    "another selection": (f"{OURS}    encrypted_regex: ^a$\n", f"{OURS}    encrypted_regex: ^b$\n", 3),
    "a file that is not read": (OURS, "!!x {}\n", 1),
    "a rule that is not read": (OURS, "creation_rules:\n  - age: {a: b}\n", 2),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_with_new_readers_is_found_at_its_line(sample: Path, program: Program, change: str) -> None:
    before, after, line = CHANGES[change]
    (found,) = against(sample, program, before, after)
    location = found["location"]
    assert isinstance(location, dict)
    assert (location["file"], location["line"], found["severity"]) == (RULES, line, "warning")


def test_rules_for_layers_without_a_secrets_file_count(sample: Path, program: Program) -> None:
    Path(FILE).unlink()
    after = f"creation_rules:\n  - path_regex: insights-prod\n    age: age1evil\n{OURS[16:]}"
    (found,) = against(sample, program, OURS, after)
    assert "age1evil can read" in str(found["message"])
    assert "secrets of iam_application/insights-prod" in str(found["message"])
    assert found["targets"] == ["iam_application/insights-prod"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BOTH, OURS),
        (BOTH, f"# why\n{BOTH}"),
        (BOTH, f"x: &x {recipient('second')}\ncreation_rules:\n  - age: [*x, {recipient('demo')}]\n"),
        (GROUPS, GROUPS.replace("threshold: 2", "threshold: 3")),
        (f"{OURS}    encrypted_regex: ^client_secret$\n", OURS),
        (OURS, f"creation_rules:\n  - path_regex: ^other/\n    age: age1evil\n{OURS[16:]}"),
    ],
)
def test_change_without_new_readers_has_no_finding(sample: Path, program: Program, before: str, after: str) -> None:
    assert against(sample, program, before, after) == []


def test_rules_at_the_top_of_the_repository_are_compared(sample: Path, program: Program) -> None:
    (sample / RULES).unlink()
    top = sample.parent
    (top / RULES).write_text(OURS)
    committed(top)
    assert "OG713" not in program("validate", "--base", "main", "--fail-on", "never").out
    (top / RULES).write_text(BOTH)
    assert "../.sops.yaml:2:" in program("validate", "--base", "main", "--fail-on", "never").out
    (top / RULES).write_text(OURS)
    (sample / RULES).write_text(BOTH)
    result = program("validate", "--base", "main", "--format", "json", "--fail-on", "never")
    assert [found["location"]["file"] for found in json.loads(result.out)["findings"] if found["code"] == "OG713"] == [
        RULES
    ]


def test_alias_bomb_ends_at_once(sample: Path, program: Program) -> None:
    lines = [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]" for number in range(1, 10)]
    (sample / RULES).write_text("\n".join(["a0: &a0 [x]", *lines, OURS]))
    result = program("validate")
    assert (result.code, ".sops.yaml:" in result.out, "OG114" in result.out) == (1, True, True)


def test_file_encrypted_for_unexpected_keys_is_not_written(
    secrets: Secrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program called sops that adds a reader is detected by its output."""
    real = shutil.which("sops", path=FOLDERS)
    liar = tmp_path / "bin/sops"
    liar.parent.mkdir()
    content = tmp_path / "content"
    content.write_bytes(encrypted(json.dumps(opened(Path(FILE).read_bytes())), "demo", "second"))
    liar.write_text(
        f'#!/bin/sh\ncase "$*" in *x.secrets.yaml*) cat >/dev/null; exec cat {content};; esac\nexec {real} "$@"\n'
    )
    liar.chmod(0o755)
    before = Path(FILE).read_bytes()
    monkeypatch.setenv("PATH", f"{liar.parent}{os.pathsep}{FOLDERS}")
    result = secrets("renew")
    assert (result.code, "for other keys than it was given" in result.err) == (2, True), result.err
    assert Path(FILE).read_bytes() == before
