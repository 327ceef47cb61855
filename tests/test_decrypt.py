"""Opening secrets with the real sops and real age keys, and with programs that only call themselves sops."""

import json
import os
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from encryption import FOLDERS, encrypted, key
from oauthgit.decrypt import decrypt, from_environment, sops
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.secret import Vault
from oauthgit.model.settings import SecretReference
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse

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
    """Decrypt, expect one finding and nothing opened, and no trace of the secret in what is said."""
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


def test_the_right_key_opens_the_secret_and_its_pin() -> None:
    vault, findings = opened(file())
    assert revealed(vault) == {(PATH, POINTER): (CANARY, (ENDPOINT,))}
    assert findings == []


def test_several_pins_and_none() -> None:
    many = {"client_secret": "a" * 32, "send_only_to": [ENDPOINT, ENDPOINT + "/2"]}
    none = {"client_secret": "b" * 32}
    vault, _ = opened(file(encrypted(secrets(oauth_servers={"many": many, "none": none}), "demo")))
    assert [entry.send_only_to for entry in vault.entries.values()] == [(ENDPOINT, ENDPOINT + "/2"), ()]


def test_each_of_two_recipients_opens_the_file() -> None:
    both = file(encrypted(secrets(), "demo", "second"))
    for name in ("demo", "second"):
        assert revealed(opened(both, SOPS_AGE_KEY=key(name))[0]), name


def test_keys_of_several_places_are_all_tried(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(key("demo"))
    vault, _ = opened(file(), SOPS_AGE_KEY=key("second"), SOPS_AGE_KEY_FILE=str(tmp_path / "keys"))
    assert vault.entries


@pytest.mark.parametrize(("variable", "folder"), [("HOME", ".config/"), ("XDG_CONFIG_HOME", "")])
def test_the_users_own_key_file_is_found(tmp_path: Path, variable: str, folder: str) -> None:
    keys = tmp_path / folder / "sops/age/keys.txt"
    keys.parent.mkdir(parents=True)
    keys.write_text(key("demo"))
    vault, _ = opened(file(), **{variable: str(tmp_path)})
    assert vault.entries


def test_no_key() -> None:
    finding = refused(file(), UNRELATED="x")
    assert "there is no key" in finding.message
    assert finding.location == place(PATH, "")


def test_a_key_file_that_is_not_there_is_no_key() -> None:
    finding = refused(file(), SOPS_AGE_KEY_FILE="/nowhere/keys.txt")
    assert "there is no key" in finding.message
    assert "SOPS_AGE_KEY_FILE" in finding.remedy


def test_another_key_than_the_file_was_encrypted_for() -> None:
    assert "not encrypted for any of the available keys" in refused(file(), SOPS_AGE_KEY=key("second")).message


def test_a_key_that_is_none() -> None:
    assert "is not a valid key" in refused(file(), SOPS_AGE_KEY="canary: no key at all").message


def test_an_altered_secret() -> None:
    finding = refused(changed("client_secret: ENC[AES256_GCM,data:", "client_secret: ENC[AES256_GCM,data:AAAA"))
    assert "altered" in finding.message


def test_two_encrypted_values_exchanged() -> None:
    content = (
        encrypted(secrets(), "demo").replace(b"client_secret:", b"x:").replace(b"send_only_to:", b"client_secret:")
    )
    assert "moved" in refused(file(content.replace(b"x:", b"send_only_to:", 1))).message


def test_a_secret_overwritten_in_plain_text() -> None:
    text = encrypted(secrets(), "demo").decode()
    start = text.index("ENC[", text.index("client_secret"))
    content = text[:start] + "canary" + text[text.index("\n", start) :]
    assert "is in plain text but should be encrypted" in refused(file(content.encode())).message


def test_a_file_without_its_mac() -> None:
    assert "MAC is missing" in refused(changed("    mac: ", "    mac_: ")).message


def test_a_file_that_was_never_encrypted() -> None:
    assert "not one that sops wrote" in refused(file(secrets().encode())).message


def test_a_key_that_the_mac_does_not_cover_is_refused() -> None:
    finding = refused(changed("for: ", "token_endpoint: null\nfor: "))
    assert "settings other than kind, for and oauth_servers" in finding.message


def test_a_file_of_another_layer_is_not_used() -> None:
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
def test_what_is_not_expected_in_a_file_is_refused_with_its_place(data: Mapping[str, Any], pointer: str) -> None:
    finding = refused(file(encrypted(secrets(**data), "demo")))
    assert finding.location.pointer == pointer
    assert "decrypts, but" in finding.message


def test_what_a_file_says_it_is_for_is_not_repeated_unless_it_is_a_layer() -> None:
    finding = refused(file(encrypted(secrets(**{"for": CANARY}), "demo")), code="OG517")
    assert "for something else" in finding.message


def test_a_bad_file_does_not_keep_the_others_closed() -> None:
    vault, findings = opened(file(b"kind: secrets\n"), file(), changed("    mac: ", "    mac_: "))
    assert len(vault.entries) == 1
    assert len(findings) == 2


def test_nothing_to_open_needs_no_program() -> None:
    assert opened(path="") == (Vault({}), [])


# From here on a script takes the place of sops.


def fake(folder: Path, script: str) -> str:
    """Write a shell script called sops, and return a PATH on which it comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "sops"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    return f"{folder}{os.pathsep}{FOLDERS}"


def gone(process: int) -> bool:
    """Tell whether a process has ended; wait up to five seconds for it."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_sops_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    vault, findings = opened(file(), file(), path=str(tmp_path))
    assert not vault.entries
    assert ["was not found" in finding.message for finding in findings] == [True, True]


def test_sops_is_found_beside_this_python() -> None:
    assert opened(file(), path="")[0].entries


def test_a_program_that_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "sops").write_bytes(b"\0not a program")
    (tmp_path / "sops").chmod(0o700)
    assert "cannot be started" in refused(file(), path=str(tmp_path)).message


def test_no_program_of_the_scanned_tree_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


def test_a_virtual_environment_inside_the_tree_may_bring_sops(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = fake(tmp_path / "venv/bin", "exit 42")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv/bin/python"))
    assert "exit code 42" in refused(file(), path=path, root=str(tmp_path)).message


def test_a_program_that_hangs_is_ended_with_its_children(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sops, "SECONDS", 1.0)
    path = fake(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child; wait")
    started = time.monotonic()
    assert "did not end in time" in refused(file(), path=path).message
    assert time.monotonic() - started < 5
    assert gone(int((tmp_path / "child").read_text()))


def test_a_child_that_keeps_the_pipe_open_does_not_hold_us_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sops, "SECONDS", 1.0)
    path = fake(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child; exit 0")
    assert "did not end in time" in refused(file(), path=path).message
    assert gone(int((tmp_path / "child").read_text()))


def test_a_program_that_drips_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sops, "SECONDS", 1.0)
    path = fake(tmp_path, "while :; do echo; sleep 0.05; done")
    assert "did not end in time" in refused(file(), path=path).message


def test_a_program_that_closes_its_output_and_stays_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sops, "SECONDS", 1.0)
    path = fake(tmp_path, "exec >&- 2>&-; exec sleep 60")
    assert "did not end in time" in refused(file(), path=path).message


@pytest.mark.parametrize("script", ["head -c 20000000 /dev/zero", "head -c 100000 /dev/zero >&2"])
def test_a_program_that_says_too_much_is_ended(tmp_path: Path, script: str) -> None:
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
def test_whatever_a_program_does_is_told_in_our_words(tmp_path: Path, script: str, words: str) -> None:
    assert words in refused(file(), path=fake(tmp_path, script)).message


def test_what_was_written_before_a_failure_is_thrown_away(tmp_path: Path) -> None:
    path = fake(tmp_path, f"cat <<'END'\n{secrets()}\nEND\nexit 51")
    assert "was changed after it was encrypted" in refused(file(), path=path).message


def test_a_file_over_1_mib_is_not_handed_over(tmp_path: Path) -> None:
    path = fake(tmp_path, f"touch {tmp_path}/started")
    assert "1 MiB" in refused(file(b"#" * ((1 << 20) + 1)), path=path).message
    assert not (tmp_path / "started").exists()


def recorded(tmp_path: Path, **environment: str) -> dict[str, str]:
    """Run a program that notes all it gets from us, and return its notes by name."""
    notes = {
        "environment": "env",
        "arguments": 'echo "$0 $@"',
        "home": 'ls -A "$HOME"; stat -c %a "$HOME"',
        "folder": "pwd",
        "keys": 'cat "$SOPS_AGE_KEY_FILE"; cat "$SOPS_AGE_KEY_FILE"',
        "mode": 'stat -L -c %a "$SOPS_AGE_KEY_FILE"',
        "descriptors": "ls /proc/self/fd",
        "input": "cat",
    }
    path = fake(tmp_path / "bin", "\n".join(f"{{ {command}; }} > {tmp_path}/{name}" for name, command in notes.items()))
    refused(file(b"what was validated"), path=path, **environment)
    return {name: (tmp_path / name).read_text() for name in notes}


def test_the_program_gets_an_allow_list_and_nothing_else(tmp_path: Path) -> None:
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


def test_the_program_inherits_its_three_streams_and_the_keys_only(tmp_path: Path) -> None:
    with (tmp_path / "open").open("w"):
        notes = recorded(tmp_path, SOPS_AGE_KEY=key("demo"))
    keys = next(line for line in notes["environment"].splitlines() if line.startswith("SOPS_AGE_KEY_FILE="))
    inherited = set(notes["descriptors"].split()) - {"0", "1", "2"}
    assert keys.rpartition("/")[2] in inherited
    assert len(inherited) == 2  # and the one with which ls reads the folder


def test_places_of_keys_are_handed_on_as_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    notes = recorded(tmp_path, GNUPGHOME="gpg", SOPS_AGE_SSH_PRIVATE_KEY_FILE="ssh", SOPS_AGE_KEY=key("demo"))
    assert f"GNUPGHOME={tmp_path}/gpg\n" in notes["environment"]
    assert f"SOPS_AGE_SSH_PRIVATE_KEY_FILE={tmp_path}/ssh\n" in notes["environment"]


def test_without_files_in_memory_the_keys_lie_in_a_private_file_for_a_moment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delattr(os, "memfd_create")
    notes = recorded(tmp_path, SOPS_AGE_KEY=key("demo"))
    line = next(line for line in notes["environment"].splitlines() if line.startswith("SOPS_AGE_KEY_FILE="))
    keys = Path(line.partition("=")[2])
    assert notes["mode"] == "600\n"
    assert notes["keys"] == key("demo") * 2
    assert not keys.parent.exists()
    assert opened(file())[0].entries


def test_no_temporary_file_is_left_and_none_holds_a_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


def test_a_variable_gives_its_secret_with_the_pin_of_the_policy() -> None:
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
def test_a_variable_without_a_secret_is_told(environment: dict[str, str]) -> None:
    vault, (finding,) = from_environment([reference("CRM_SECRET")], {}, environment, locate=place)
    assert not vault.entries
    assert finding.code == "OG516"
    assert "CRM_SECRET" in finding.message
    assert finding.location == place("configs/branches/SHOP/MAIN.yaml", POINTER)
