"""``oauthgit secrets``: status without a key, and files written with the real sops."""

import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from oauthgit.model.schema import schema
from support.cli import Program, Result
from support.git import start
from support.paths import REPOSITORY
from support.secrets_command import opened
from support.sops import KEY

CANARY = "c4n4ry-7b9f-3e21-aa50"
PROD = "configs/iam_applications/insights-prod"
HUB = "https://login.insights.example.com/oauth/token"
REVOKE = "https://login.insights.example.com/oauth/revoke"
Put = Callable[..., Result]


@pytest.fixture
def put(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Return ``secrets set`` with a value on standard input; the demo key is available, in a repository without remotes."""
    start(sample)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))

    def run(target: str, server: str, given: str | bytes = CANARY + "\n", *options: str) -> Result:
        content = given.encode() if isinstance(given, str) else given
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        result = program("secrets", "set", target, server, *options)
        assert CANARY not in result.out + result.err
        return result

    return run


def rows(result: Result) -> list[dict[str, Any]]:
    document = json.loads(result.out)
    Draft202012Validator(schema("report")).validate(document)
    found: list[dict[str, Any]] = document["secrets"]
    return found


def replaced(path: str, old: str, new: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), encoding="utf-8")


def test_status_of_the_sample_needs_no_key(sample: Path, program: Program) -> None:
    result = program("secrets", "status", "--format", "json")
    assert (result.code, result.err, sample.is_dir()) == (0, "", True)
    found = rows(result)
    assert len({row["target"] for row in found}) == 10
    assert {(row["state"], row["pinned"]) for row in found} == {("encrypted", True)}
    assert {recipient["type"] for row in found for recipient in row["recipients"]} == {"age"}
    assert all(row["age_days"] >= 0 for row in found)


def test_text_table_shows_the_same_status(sample: Path, program: Program) -> None:
    result = program("secrets", "status", "insights-prod")
    assert (result.code, sample.is_dir()) == (0, True)
    head, *lines = result.out.splitlines()
    assert head.split() == [
        *("target", "environment", "server", "state", "pinned", "recipients", "age", "data", "key", "expires"),
    ]
    assert [line.split()[:5] for line in lines] == [
        ["iam_application/insights-prod", "production", server, "encrypted", "yes"]
        for server in ("exact_online", "google", "graph", "hub")
    ]
    assert "2037-06-30" in lines[0]


def test_each_secret_state_has_its_own_word(sample: Path, program: Program) -> None:
    Path(f"{PROD}.secrets.yaml").unlink()
    Path("configs/branches/INSIGHTS/MAIN.secrets.yaml").unlink()
    replaced(f"{PROD}.yaml", "  graph:\n", "  graph:\n    client_secret: {from_env: GRAPH_SECRET}\n")
    replaced(f"{PROD}.yaml", "  hub:\n", f"  hub:\n    client_secret: {CANARY}\n")
    ciphertext = "ENC[AES256_GCM,data:q83v+w==,iv:AAAA,tag:BBBB,type:str]"
    replaced(f"{PROD}.yaml", "  google:\n", f"  google:\n    client_secret: {ciphertext}\n")
    replaced("configs/oauthgit.yaml", "kind: policy\n", f"kind: policy\nenv_secrets: {{GRAPH_SECRET: {HUB}}}\n")
    result = program("secrets", "status", "insights-prod", "--format", "json")
    assert CANARY not in result.out
    assert {row["server"]: (row["state"], row["pinned"], row["name"]) for row in rows(result)} == {
        "exact_online": ("missing", False, None),
        "google": ("inline", False, None),
        "graph": ("from_env", True, "GRAPH_SECRET"),
        "hub": ("plain", False, None),
    }
    assert "from_env GRAPH_SECRET" in program("secrets", "status", "insights-prod").out
    assert sample.is_dir()


def test_set_changes_one_secret_and_keeps_the_rest(put: Put) -> None:
    before = opened(Path(f"{PROD}.secrets.yaml").read_bytes())
    Path(f"{PROD}.secrets.yaml").chmod(0o640)
    result = put("insights-prod", "hub", f"{CANARY}\r\n", "--format", "json")
    assert (result.code, [row["server"] for row in rows(result)]) == (0, ["hub"])
    assert f"{PROD}.secrets.yaml: hub's secret is sent only to {HUB}" in result.err
    before["oauth_servers"]["hub"] = {"client_secret": CANARY, "send_only_to": [HUB, REVOKE]}
    assert opened(Path(f"{PROD}.secrets.yaml").read_bytes()) == before
    assert Path(f"{PROD}.secrets.yaml").stat().st_mode & 0o777 == 0o640


def test_set_creates_the_file_by_creation_rules_without_key(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(f"{PROD}.secrets.yaml").unlink()
    monkeypatch.delenv("SOPS_AGE_KEY_FILE")
    assert put("insights-prod", "hub").code == 0
    assert opened(Path(f"{PROD}.secrets.yaml").read_bytes()) == {
        "kind": "secrets",
        "for": "iam_application/insights-prod",
        "oauth_servers": {"hub": {"client_secret": CANARY, "send_only_to": [HUB, REVOKE]}},
    }


def test_branch_secret_is_pinned_to_endpoints_of_all_its_targets(put: Put) -> None:
    Path(f"{PROD}.secrets.yaml").unlink()
    assert put("branch/INSIGHTS/MAIN", "hub").code == 0
    entry = opened(Path("configs/branches/INSIGHTS/MAIN.secrets.yaml").read_bytes())["oauth_servers"]["hub"]
    pins = entry["send_only_to"] if isinstance(entry["send_only_to"], list) else [entry["send_only_to"]]
    assert HUB in pins
    assert "https://login-test.insights.example.com/oauth/token" not in pins


@pytest.mark.parametrize(
    "given",
    [
        "",
        "\n",
        "   \n",
        "short-7",
        "changeme",
        "CHANGE_ME_PLEASE",
        "${HUB_SECRET}",
        "<client secret>",
        "your-secret-here",
        "xxxxxxxxxxxx",
        f" {CANARY}",
        f'"{CANARY}"',
        f"\u201c{CANARY}\u201d",
        f"\ufeff{CANARY}",
        f"{CANARY}\nand another line\n",
        f"{CANARY}\x1b[0m",
        "ENC[AES256_GCM,data:q83v+w==,iv:AAAA,tag:BBBB,type:str]",
        "insights-production",
        "a1" * 1025,
        b"\xff\xfe" + CANARY.encode(),
    ],
)
def test_invalid_secret_is_refused_and_not_shown(put: Put, given: str | bytes) -> None:
    before = Path(f"{PROD}.secrets.yaml").read_bytes()
    result = put("insights-prod", "hub", given)
    assert (result.code, result.out) == (2, "")
    assert Path(f"{PROD}.secrets.yaml").read_bytes() == before
    text = given if isinstance(given, str) else CANARY
    assert not text.strip() or text.strip() not in result.err


@pytest.mark.posix  # pty.spawn
def test_prompt_for_a_secret_echoes_nothing(put: Put) -> None:
    assert callable(put)
    start(Path())
    command = [sys.executable, "-m", "oauthgit", "secrets", "set", "insights-prod", "hub"]
    spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    with subprocess.Popen(
        [sys.executable, "-c", spawn, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        shown = b""
        while b"not shown" not in shown:
            chunk = os.read(process.stdout.fileno(), 1024)
            assert chunk
            shown += chunk
        time.sleep(0.2)  # getpass discards what is typed before it starts to read
        process.stdin.write(f"{CANARY}\n".encode())
        process.stdin.flush()
        while b"expires" not in shown:
            shown += os.read(process.stdout.fileno(), 1024)
        process.stdin.write(b"\n")
        process.stdin.flush()
        shown += process.stdout.read()
        assert process.wait(60) == 0
    assert CANARY.encode() not in shown
    assert opened(Path(f"{PROD}.secrets.yaml").read_bytes())["oauth_servers"]["hub"]["client_secret"] == CANARY


def test_pin_writes_the_effective_endpoint_only(put: Put, program: Program) -> None:
    assert callable(put)
    before = opened(Path(f"{PROD}.secrets.yaml").read_bytes())
    moved = "https://new.insights.example.com/oauth/token"
    replaced(f"{PROD}.yaml", HUB, moved)
    result = program("secrets", "pin", "insights-prod", "hub")
    assert result.code == 0
    assert f"sent only to {moved} and {REVOKE} (before: {HUB})" in result.err
    before["oauth_servers"]["hub"]["send_only_to"] = [moved, REVOKE]
    assert opened(Path(f"{PROD}.secrets.yaml").read_bytes()) == before


def test_pin_follows_added_and_removed_endpoints(put: Put, program: Program) -> None:
    branch = "configs/branches/INSIGHTS/MAIN.secrets.yaml"
    for application in ("prod", "test"):
        Path(f"configs/iam_applications/insights-{application}.secrets.yaml").unlink()
    assert put("branch/INSIGHTS/MAIN", "hub").code == 0
    both = opened(Path(branch).read_bytes())["oauth_servers"]["hub"]["send_only_to"]
    assert {HUB, "https://login-test.insights.example.com/oauth/token"} <= set(both)
    replaced("configs/iam_applications/insights-test.yaml", "login-test.insights", "login.insights")
    assert program("secrets", "pin", "insights-prod", "hub").code == 0
    entry = opened(Path(branch).read_bytes())["oauth_servers"]["hub"]
    assert entry["client_secret"] == CANARY
    assert len(entry["send_only_to"]) < len(both)


def test_pin_without_changes_writes_nothing(put: Put, program: Program) -> None:
    assert callable(put)
    assert program("secrets", "pin", "insights-prod", "hub").code == 0
    before = Path(f"{PROD}.secrets.yaml").read_bytes()
    result = program("secrets", "pin", "insights-prod", "hub")
    assert (result.code, "no change in" in result.err) == (0, True)
    assert Path(f"{PROD}.secrets.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pin", "insights-prod", "nothing"), "has no server nothing"),
        (("pin", "nowhere", "hub"), "there is no target nowhere"),
        (("pin", "branch/WAREHOUSE/MAIN", "nothing"), "has no server"),
        (("pin", "insights-prod"), "SERVER"),
        (("set", "insights-prod", "hub", CANARY), "must not be an argument"),
        (("status", "--format", "env"), "does not support this command"),
        ((), "ACTION"),
    ],
)
def test_invalid_request_is_refused(put: Put, program: Program, arguments: tuple[str, ...], words: str) -> None:
    assert callable(put)
    result = program("secrets", *arguments)
    assert (result.code, words in result.err) == (2, True), result.err
    assert CANARY not in result.err


def test_missing_secret_is_not_pinned(put: Put, program: Program) -> None:
    assert callable(put)
    Path(f"{PROD}.secrets.yaml").unlink()
    Path("configs/branches/INSIGHTS/MAIN.secrets.yaml").unlink()
    result = program("secrets", "pin", "insights-prod", "hub")
    assert (result.code, "oauthgit secrets set iam_application/insights-prod hub" in result.err) == (2, True)


def test_pin_of_a_variable_is_in_the_policy(put: Put, program: Program) -> None:
    assert callable(put)
    Path(f"{PROD}.secrets.yaml").unlink()
    replaced(f"{PROD}.yaml", "  hub:\n", "  hub:\n    client_secret: {from_env: HUB_SECRET}\n")
    result = program("secrets", "pin", "insights-prod", "hub")
    assert (result.code, "env_secrets" in result.err) == (2, True)


def test_first_secrets_of_new_servers_are_set_in_turn(put: Put, program: Program) -> None:
    """Until they are set, every target with these servers is incomplete."""
    main = Path("configs/branches/INSIGHTS/MAIN.yaml")
    for name in ("first", "second"):
        main.write_text(
            f"{main.read_text()}  {name}:\n    token_endpoint: https://{name}.example.com/oauth2/token\n"
            f"    client_id: {name}-development\n    grant_types: [client_credentials]\n    scopes: [api.read]\n"
        )
    assert program("validate").code == 1
    for name in ("first", "second"):
        done = put("branch/INSIGHTS/MAIN", name)
        assert done.code == 0, done.err
        assert f"is sent only to https://{name}.example.com/oauth2/token" in done.err
    assert program("validate").code == 0


def test_secret_is_not_pinned_while_an_endpoint_is_missing(put: Put) -> None:
    main = Path("configs/branches/INSIGHTS/MAIN.yaml")
    main.write_text(f"{main.read_text()}  first:\n    client_id: first\n    grant_types: [client_credentials]\n")
    prod = Path(f"{PROD}.yaml")
    prod.write_text(f"{prod.read_text()}  first:\n    token_endpoint: https://first.example.com/oauth2/token\n")
    done = put("branch/INSIGHTS/MAIN", "first")
    assert done.code == 2
    assert "OG203 missing-required" in done.err
    assert not Path("configs/branches/INSIGHTS/MAIN.secrets.yaml").read_text().count("first")


def test_uncertain_endpoint_is_not_pinned(put: Put) -> None:
    replaced(f"{PROD}.yaml", "token_endpoint:", "token_endpiont:")
    result = put("insights-prod", "hub")
    assert (result.code, "its endpoint is not certain" in result.err) == (2, True)


@pytest.mark.parametrize("action", ["pin", "set"])
@pytest.mark.parametrize("fault", ["no key", "wrong key", "no sops", "copied", "altered", "key type"])
def test_undecryptable_file_is_not_changed(  # noqa: PLR0913, PLR0917 - fixtures, and two parameters
    put: Put, program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, action: str, fault: str
) -> None:
    secrets = Path(f"{PROD}.secrets.yaml")
    if fault == "no key":
        monkeypatch.delenv("SOPS_AGE_KEY_FILE")
    elif fault == "wrong key":
        monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY.with_name("age-second-key.txt")))
    elif fault == "no sops":
        (tmp_path / "programs").mkdir()
        (tmp_path / "programs/git").symlink_to(str(shutil.which("git")))
        monkeypatch.setenv("PATH", str(tmp_path / "programs"))
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    elif fault == "copied":
        secrets.write_bytes(Path("configs/iam_applications/insights-test.secrets.yaml").read_bytes())
    elif fault == "altered":
        text = secrets.read_text()
        first, second = [line.split("data:")[1] for line in text.splitlines() if "client_secret" in line][:2]
        secrets.write_text(text.replace(first, second))
    else:
        vault = "    hc_vault:\n        - vault_address: http://127.0.0.1:9\n          engine_path: a\n          key_name: b\n"
        secrets.write_text(secrets.read_text().replace("\nsops:\n", f"\nsops:\n{vault}"))
    before = secrets.read_bytes()
    replaced(f"{PROD}.yaml", HUB, "https://new.insights.example.com/oauth/token")
    result = put("insights-prod", "hub") if action == "set" else program("secrets", "pin", "insights-prod", "hub")
    assert (result.code, result.out) == (7, ""), result.err
    assert f"{PROD}.secrets.yaml:" in result.err
    assert secrets.read_bytes() == before


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (None, ".sops.yaml is missing"),
        ("creation_rules: []\n", "rule"),
        ("creation_rules:\n  - {path_regex: ^other/, age: AGE}\n", "no creation rule in .sops.yaml matches"),
        ("creation_rules:\n  - {age: age1wrong}\n", "does not encrypt"),
    ],
)
def test_new_file_is_encrypted_or_not_written(put: Put, rules: str | None, words: str) -> None:
    secrets = Path(f"{PROD}.secrets.yaml")
    secrets.unlink()
    age = Path(".sops.yaml").read_text().split("age: ")[1].split()[0]
    Path(".sops.yaml").unlink()
    if rules is not None:
        Path(".sops.yaml").write_text(rules.replace("AGE", age))
    result = put("insights-prod", "hub")
    assert (result.code != 0, result.out, secrets.exists()) == (True, "", False)
    assert words in result.err
    assert not list(secrets.parent.glob(".*"))


def test_symlink_in_place_of_the_file_is_not_followed(put: Put, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    Path(f"{PROD}.secrets.yaml").unlink()
    Path(f"{PROD}.secrets.yaml").symlink_to(elsewhere)
    assert put("insights-prod", "hub").code == 2
    assert Path(f"{PROD}.secrets.yaml").is_symlink()
    assert not elsewhere.exists()


def test_hook_finds_a_plain_secret_in_given_files(sample: Path, program: Program) -> None:
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())
    hook = next(hook for hook in hooks if hook["id"] == "oauthgit-secrets")
    assert hook.get("pass_filenames", True)
    assert not hook.get("require_serial", False)
    name, *arguments = hook["entry"].split()
    files = (f"{PROD}.yaml", "configs/iam_applications/insights-test.secrets.yaml")
    assert (name, program(*arguments, *files).code) == ("oauthgit", 0)
    replaced(f"{PROD}.yaml", "  hub:\n", f"  hub:\n    client_secret: {CANARY}\n")
    result = program(*arguments, *files)
    assert (result.code, "OG501" in result.out, CANARY in result.out) == (1, True, False)
    assert sample.is_dir()
