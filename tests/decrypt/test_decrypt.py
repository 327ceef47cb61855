"""Decryption with the real sops and real age keys, and with programs that only have the name sops."""

import json
import os
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from oauthgit.decrypt import decrypt, from_environment, sops
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.secret import Vault
from oauthgit.model.settings import SecretReference
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from support.sops import FOLDERS, encrypted, key

LAYER = "iam_application/shop-prod"
PATH = "configs/iam_applications/shop-prod.secrets.yaml"
POINTER = "/oauth_servers/crm/client_secret"
CANARY = "canary: 100% + \"quoted\" & 'more'"
ENDPOINT = "https://crm.example.com/oauth/token"


def secrets(**changes: Any) -> str:
    entry = {"client_secret": CANARY, "send_only_to": ENDPOINT}
    return json.dumps({"kind": "secrets", "for": LAYER, "oauth_servers": {"crm": entry}} | changes)


def file(content: bytes | None = None, layer: str = LAYER) -> File:
    return File(PATH, Kind.SECRETS, layer, {}, encrypted(secrets(), "demo") if content is None else content)


def place(path: str, pointer: str) -> Location:
    return Location(path, 7, 3, 7, 9, pointer)


def opened(
    *files: File, root: str = "/nowhere", path: str = FOLDERS, **environment: str
) -> tuple[Vault, list[Finding]]:
    keys = environment or {"SOPS_AGE_KEY": key("demo")}
    sources = [(each, parse(each)[0]) for each in files]
    return decrypt(sources, key_types=("age", "pgp"), root=root, environment={"PATH": path} | keys, locate=place)


def refused(*files: File, code: str = "OG516", **environment: str) -> Finding:
    """Decrypt; expect one finding, no decrypted secret, and no trace of the secret in the message."""
    vault, findings = opened(*files, **environment)
    assert not vault.entries
    (finding,) = findings
    assert finding.code == code
    assert finding.remedy
    assert "canary" not in repr(finding)
    assert "AGE-SECRET-KEY" not in repr(finding)
    return finding


def revealed(vault: Vault) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    return {where: (entry.secret.reveal(), entry.send_only_to) for where, entry in vault.entries.items()}


def changed(old: str, new: str) -> File:
    text = encrypted(secrets(), "demo").decode()
    assert old in text
    return file(text.replace(old, new, 1).encode())


def test_right_key_decrypts_the_secret_and_its_pin() -> None:
    vault, findings = opened(file())
    assert revealed(vault) == {(PATH, POINTER): (CANARY, (ENDPOINT,))}
    assert findings == []


def test_several_pins_and_no_pin_are_read() -> None:
    many = {"client_secret": "a" * 32, "send_only_to": [ENDPOINT, ENDPOINT + "/2"]}
    none = {"client_secret": "b" * 32}
    vault, _ = opened(file(encrypted(secrets(oauth_servers={"many": many, "none": none}), "demo")))
    assert [entry.send_only_to for entry in vault.entries.values()] == [(ENDPOINT, ENDPOINT + "/2"), ()]


def test_each_of_two_recipients_decrypts_the_file() -> None:
    both = file(encrypted(secrets(), "demo", "second"))
    for name in ("demo", "second"):
        assert revealed(opened(both, SOPS_AGE_KEY=key(name))[0]), name


def test_keys_from_several_places_are_all_tried(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(key("demo"))
    vault, _ = opened(file(), SOPS_AGE_KEY=key("second"), SOPS_AGE_KEY_FILE=str(tmp_path / "keys"))
    assert vault.entries


@pytest.mark.parametrize(("variable", "folder"), [("HOME", ".config/"), ("XDG_CONFIG_HOME", "")])
def test_users_own_key_file_is_found(tmp_path: Path, variable: str, folder: str) -> None:
    keys = tmp_path / folder / "sops/age/keys.txt"
    keys.parent.mkdir(parents=True)
    keys.write_text(key("demo"))
    vault, _ = opened(file(), **{variable: str(tmp_path)})
    assert vault.entries


def test_missing_key_is_a_finding() -> None:
    finding = refused(file(), UNRELATED="x")
    assert "there is no key" in finding.message
    assert finding.location == place(PATH, "")


def test_missing_key_file_counts_as_no_key() -> None:
    finding = refused(file(), SOPS_AGE_KEY_FILE="/nowhere/keys.txt")
    assert "there is no key" in finding.message
    assert "SOPS_AGE_KEY_FILE" in finding.remedy


def test_wrong_key_is_a_finding() -> None:
    assert "not encrypted for any of the available keys" in refused(file(), SOPS_AGE_KEY=key("second")).message


def test_invalid_key_is_a_finding() -> None:
    assert "is not a valid key" in refused(file(), SOPS_AGE_KEY="canary: no key at all").message


def test_altered_secret_is_a_finding() -> None:
    finding = refused(changed("client_secret: ENC[AES256_GCM,data:", "client_secret: ENC[AES256_GCM,data:AAAA"))
    assert "altered" in finding.message


def test_swapped_encrypted_values_are_a_finding() -> None:
    content = (
        encrypted(secrets(), "demo").replace(b"client_secret:", b"x:").replace(b"send_only_to:", b"client_secret:")
    )
    assert "moved" in refused(file(content.replace(b"x:", b"send_only_to:", 1))).message


def test_secret_overwritten_in_plain_text_is_a_finding() -> None:
    text = encrypted(secrets(), "demo").decode()
    start = text.index("ENC[", text.index("client_secret"))
    content = text[:start] + "canary" + text[text.index("\n", start) :]
    assert "is in plain text but should be encrypted" in refused(file(content.encode())).message


def test_file_without_mac_is_a_finding() -> None:
    assert "MAC is missing" in refused(changed("    mac: ", "    mac_: ")).message


def test_never_encrypted_file_is_a_finding() -> None:
    assert "not one that sops wrote" in refused(file(secrets().encode())).message


def test_key_not_covered_by_the_mac_is_refused() -> None:
    finding = refused(changed("for: ", "token_endpoint: null\nfor: "))
    assert "settings other than kind, for and oauth_servers" in finding.message


def test_file_of_another_layer_is_not_used() -> None:
    finding = refused(file(layer="iam_application/shop-test"), code="OG517")
    assert (
        "encrypted for iam_application/shop-prod, but the file is beside iam_application/shop-test" in finding.message
    )
    assert finding.location.pointer == "/for"


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"kind": "branch"}, "/kind"),
        ({"oauth_servers": []}, ""),
        ({"more": "canary"}, ""),
        ({"oauth_servers": {"crm": {"client_secret": ""}}}, POINTER),
        ({"oauth_servers": {"crm": {"client_secret": 1234567890}}}, POINTER),
        ({"oauth_servers": {"crm": {"send_only_to": ENDPOINT}}}, POINTER),
        ({"oauth_servers": {"crm": {"client_secret": CANARY, "note": "canary"}}}, "/oauth_servers/crm"),
        ({"oauth_servers": {"crm": "canary"}}, "/oauth_servers/crm"),
        ({"oauth_servers": {"crm": {"client_secret": CANARY, "send_only_to": 1}}}, "/oauth_servers/crm/send_only_to"),
        (
            {"oauth_servers": {"crm": {"client_secret": CANARY, "send_only_to": [""]}}},
            "/oauth_servers/crm/send_only_to",
        ),
    ],
)
def test_unexpected_content_is_refused_with_its_place(data: Mapping[str, Any], pointer: str) -> None:
    finding = refused(file(encrypted(secrets(**data), "demo")))
    assert finding.location.pointer == pointer
    assert "decrypts, but" in finding.message


def test_secret_for_is_quoted_only_if_it_is_a_layer() -> None:
    finding = refused(file(encrypted(secrets(**{"for": CANARY}), "demo")), code="OG517")
    assert "for something else" in finding.message


def test_bad_file_does_not_block_the_others() -> None:
    vault, findings = opened(file(b"kind: secrets\n"), file(), changed("    mac: ", "    mac_: "))
    assert len(vault.entries) == 1
    assert len(findings) == 2


def test_no_secrets_need_no_sops() -> None:
    assert opened(path="") == (Vault({}), [])


# From here on, a script replaces sops.


def fake(folder: Path, script: str) -> str:
    """Write a shell script called sops, and return a PATH on which it comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "sops"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    return f"{folder}{os.pathsep}{FOLDERS}"


def gone(process: int) -> bool:
    """Return True if a process ends within five seconds."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_missing_sops_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    vault, findings = opened(file(), file(), path=str(tmp_path))
    assert not vault.entries
    assert ["was not found" in finding.message for finding in findings] == [True, True]


def test_sops_is_found_beside_the_python_in_use() -> None:
    assert opened(file(), path="")[0].entries


def test_invalid_program_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "sops").write_bytes(b"\0not a program")
    (tmp_path / "sops").chmod(0o700)
    assert "cannot be started" in refused(file(), path=str(tmp_path)).message


def test_program_in_the_scanned_tree_is_not_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    inside = fake(tree / "bin", f"touch {tmp_path}/started; exit 3")
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "sops").symlink_to(tree / "bin/sops")
    (tmp_path / "folder").symlink_to(tree / "bin")
    monkeypatch.chdir(tree / "bin")
    for path in (inside, f".:{FOLDERS}", f":{FOLDERS}", f"{linked}:{FOLDERS}", f"{tmp_path}/folder:{FOLDERS}"):
        assert opened(file(), path=path, root=str(tree))[0].entries, path
    assert not (tmp_path / "started").exists()


def test_virtual_environment_in_the_tree_may_provide_sops(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = fake(tmp_path / "venv/bin", "exit 42")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv/bin/python"))
    assert "exit code 42" in refused(file(), path=path, root=str(tmp_path)).message


def test_hanging_program_is_killed_with_its_children(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sops, "SECONDS", 1.0)
    path = fake(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child; wait")
    started = time.monotonic()
    assert "did not end in time" in refused(file(), path=path).message
    assert time.monotonic() - started < 5
    assert gone(int((tmp_path / "child").read_text())) or not hasattr(os, "killpg")


def test_child_holding_the_pipe_open_does_not_block(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sops, "SECONDS", 1.0)
    path = fake(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child; exit 0")
    assert "did not end in time" in refused(file(), path=path).message
    assert gone(int((tmp_path / "child").read_text())) or not hasattr(os, "killpg")


def test_slowly_writing_program_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sops, "SECONDS", 1.0)
    path = fake(tmp_path, "while :; do echo; sleep 0.05; done")
    assert "did not end in time" in refused(file(), path=path).message


def test_program_that_closes_its_output_and_stays_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sops, "SECONDS", 1.0)
    path = fake(tmp_path, "exec >&- 2>&-; exec sleep 60")
    assert "did not end in time" in refused(file(), path=path).message


@pytest.mark.parametrize("script", ["head -c 20000000 /dev/zero", "head -c 100000 /dev/zero >&2"])
def test_program_with_too_much_output_is_killed(tmp_path: Path, script: str) -> None:
    assert "more than a secrets file can hold" in refused(file(), path=fake(tmp_path, script)).message


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo canary >&2; exit 2", "crashed"),
        ("echo canary >&2; exit 99", "exit code 99"),
        ("echo canary >&2; exit 128", "no available key decrypts"),
        ("kill -9 $$", "exit code -9"),
        ('echo \'{"kind": "canary\'', "not the data of a secrets file"),
        ("head -c 100000 /dev/zero | tr '\\0' '['", "not the data of a secrets file"),
        ("exit 0", "not the data of a secrets file"),
        ("echo '[]'", "settings other than"),
        ("printf '\\377'", "not the data of a secrets file"),
    ],
)
def test_program_output_is_never_quoted(tmp_path: Path, script: str, words: str) -> None:
    assert words in refused(file(), path=fake(tmp_path, script)).message


def test_output_before_a_failure_is_discarded(tmp_path: Path) -> None:
    path = fake(tmp_path, f"cat <<'END'\n{secrets()}\nEND\nexit 51")
    assert "was changed after it was encrypted" in refused(file(), path=path).message


def test_file_over_1_mib_is_not_given_to_sops(tmp_path: Path) -> None:
    path = fake(tmp_path, f"touch {tmp_path}/started")
    assert "1 MiB" in refused(file(b"#" * ((1 << 20) + 1)), path=path).message
    assert not (tmp_path / "started").exists()


def recorded(tmp_path: Path, **environment: str) -> dict[str, str]:
    """Run a program that records its input, and return the records by name."""
    notes = {
        "environment": r"env -0 | tr '\n\0' '|\n'",
        "arguments": 'echo "$0 $@"',
        "home": 'ls -A "$HOME"; stat -c %a "$HOME"',
        "folder": "pwd",
        "keys": 'cat "$SOPS_AGE_KEY_FILE"; cat "$SOPS_AGE_KEY_FILE"',
        "descriptors": "ls /proc/self/fd",
        "input": "cat",
    }
    path = fake(tmp_path / "bin", "\n".join(f"{{ {command}; }} > {tmp_path}/{name}" for name, command in notes.items()))
    refused(file(b"what was validated"), path=path, **environment)
    return {name: (tmp_path / name).read_text() for name in notes}


@pytest.mark.posix  # files in memory
def test_sops_gets_only_allowed_variables(tmp_path: Path) -> None:
    unwanted = {
        "VAULT_TOKEN": "canary",
        "AWS_SECRET_ACCESS_KEY": "canary",
        "GOOGLE_APPLICATION_CREDENTIALS": "canary",
        "SOPS_KEYSERVICE": "tcp://canary:1",
        "SOPS_AGE_KEY_CMD": "canary",
        "LD_PRELOAD": "",
        "HTTPS_PROXY": "http://canary",
    }
    notes = recorded(tmp_path, HOME=str(tmp_path), LANG="C", TZ="UTC", SOPS_AGE_KEY=key("demo"), **unwanted)
    given = dict(line.split("=", 1) for line in notes["environment"].splitlines())
    given.pop("_", None)  # the shell's own
    given.pop("PWD", None)
    home, keys = given.pop("HOME"), given.pop("SOPS_AGE_KEY_FILE")
    assert given == {
        "PATH": f"{tmp_path}/bin:{FOLDERS}",
        "LANG": "C",
        "TZ": "UTC",
        "GNUPGHOME": f"{tmp_path}/.gnupg",
        "SOPS_DISABLE_VERSION_CHECK": "1",
        "SOPS_HC_VAULT_ALLOWLIST": "none",
    }
    assert notes["home"] == "700\n"
    assert notes["folder"] == f"{home}\n"
    assert not Path(home).exists()
    assert keys.startswith("/proc/self/fd/")
    assert notes["keys"] == key("demo") * 2
    assert (
        re.sub(r" --config \S+/oauthgit-\w+/config.yaml ", " --config OURS ", notes["arguments"])
        == f"{tmp_path}/bin/sops --config OURS decrypt --input-type yaml --output-type json\n"
    )
    assert notes["input"] == "what was validated"


@pytest.mark.posix
def test_sops_inherits_only_its_streams_and_the_keys(tmp_path: Path) -> None:
    with (tmp_path / "open").open("w"):
        notes = recorded(tmp_path, SOPS_AGE_KEY=key("demo"))
    keys = next(line for line in notes["environment"].splitlines() if line.startswith("SOPS_AGE_KEY_FILE="))
    inherited = set(notes["descriptors"].split()) - {"0", "1", "2"}
    assert keys.rpartition("/")[2] in inherited
    assert len(inherited) == 2  # and the one with which ls reads the folder


def test_key_paths_are_passed_as_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    notes = recorded(tmp_path, GNUPGHOME="gpg", SOPS_AGE_SSH_PRIVATE_KEY_FILE="ssh", SOPS_AGE_KEY=key("demo"))
    assert f"GNUPGHOME={tmp_path}/gpg\n" in notes["environment"]
    assert f"SOPS_AGE_SSH_PRIVATE_KEY_FILE={tmp_path}/ssh\n" in notes["environment"]


def test_without_memory_files_keys_are_in_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    text = f"# gr\u00fc\u00dfe\0\n{key('demo')}"
    keys = tmp_path / "keys.txt"
    keys.write_bytes(text.encode())
    notes = recorded(tmp_path, SOPS_AGE_KEY_FILE=str(keys))
    given = dict(line.split("=", 1) for line in notes["environment"].splitlines())
    assert "SOPS_AGE_KEY_FILE" not in given
    assert given["SOPS_AGE_KEY"].endswith(key("demo").replace("\n", "|"))
    assert opened(file(), SOPS_AGE_KEY_FILE=str(keys))[0].entries


def test_no_temporary_file_remains_or_holds_a_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    script = f'"{Path(sys.executable).parent}/sops" "$@"; code=$?; grep -rlE "canary|AGE-SECRET" {temporary} >> {tmp_path}/leaks'
    path = fake(tmp_path / "bin", f"{script}; exit $code")
    assert opened(file(), path=path)[0].entries
    assert (tmp_path / "leaks").read_text() == ""
    assert list(temporary.iterdir()) == []


def reference(name: str, pointer: str = POINTER) -> SecretReference:
    return SecretReference("from_env", "configs/branches/SHOP/MAIN.yaml", pointer, name)


def test_variable_gives_its_secret_with_the_policy_pin() -> None:
    policy = {"env_secrets": {"CRM_SECRET": ENDPOINT}}
    other = SecretReference("encrypted", PATH, POINTER)
    vault, findings = from_environment(
        [reference("CRM_SECRET"), reference("CRM_SECRET"), reference("ERP_SECRET", "/b"), other],
        policy,
        {"CRM_SECRET": CANARY, "ERP_SECRET": "e"},
        locate=place,
    )
    layer = "configs/branches/SHOP/MAIN.yaml"
    assert revealed(vault) == {(layer, POINTER): (CANARY, (ENDPOINT,)), (layer, "/b"): ("e", ())}
    assert findings == []


@pytest.mark.parametrize("environment", [{}, {"CRM_SECRET": ""}])
def test_variable_without_a_secret_is_a_finding(environment: dict[str, str]) -> None:
    vault, (finding,) = from_environment([reference("CRM_SECRET")], {}, environment, locate=place)
    assert not vault.entries
    assert finding.code == "OG516"
    assert "CRM_SECRET" in finding.message
    assert finding.location == place("configs/branches/SHOP/MAIN.yaml", POINTER)
