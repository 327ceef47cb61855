"""``oauthgit smoke`` with an unavailable secret: exit code 7, one clear sentence, and no part of the secret."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from oauthgit.decrypt import sops
from support.cli import Program
from support.sops import FOLDERS, key

SECRETS: Final = "configs/iam_applications/insights-prod.secrets.yaml"
CANARY: Final = "canary-of-a-key-or-of-sops"
SECRET_WORDS: Final = re.compile(r"Traceback|AGE-SECRET-KEY|sops\.py|canary")


class Place(NamedTuple):
    """The copied sample, a folder of programs that is first on PATH, and changes to make in between."""

    root: Path
    programs: Path
    patch: pytest.MonkeyPatch

    def lay_key(self, text: str) -> None:
        (self.programs / "keys.txt").write_text(text)
        self.patch.setenv("SOPS_AGE_KEY_FILE", str(self.programs / "keys.txt"))

    def edit(self, pattern: str, new: str) -> None:
        file = self.root / SECRETS
        edited, times = re.subn(pattern, new, file.read_text(), count=1, flags=re.MULTILINE)
        assert times == 1
        file.write_text(edited)

    def pretend(self, script: str) -> None:
        """Replace sops by a shell script."""
        (self.programs / "sops").write_text(f"#!/bin/sh\n{script}\n")
        (self.programs / "sops").chmod(0o700)


@pytest.fixture
def place(sample: Path, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return the sample with the right key and the right sops, and without the caller's own keys."""
    assert program("--version").code == 0, "the fixture deletes the caller's keys before this sets one"
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:{FOLDERS}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    made = Place(sample, programs, monkeypatch)
    made.lay_key(key("demo"))
    return made


def plain(content: bytes) -> list[str]:
    """Return the secrets of a file, decrypted by the real sops."""
    opened = subprocess.run(
        ("sops", "decrypt", "--input-type", "yaml", "--output-type", "json"),
        input=content,
        stdout=subprocess.PIPE,
        env={"PATH": FOLDERS, "SOPS_AGE_KEY": key("demo"), "SOPS_DISABLE_VERSION_CHECK": "1"},
        check=True,
        timeout=60,
    ).stdout
    return [server["client_secret"] for server in json.loads(opened)["oauth_servers"].values()]


def no_key(place: Place) -> None:
    place.patch.delenv("SOPS_AGE_KEY_FILE")


def a_key_file_that_is_not_there(place: Place) -> None:
    place.patch.setenv("SOPS_AGE_KEY_FILE", str(place.programs / "nowhere.txt"))


def a_wrong_key(place: Place) -> None:
    place.lay_key(key("second"))


def a_malformed_key(place: Place) -> None:
    place.lay_key(f"AGE-SECRET-KEY-{CANARY}\n")


def a_tampered_value(place: Place) -> None:
    place.edit(r"(client_secret: ENC\[AES256_GCM,data:)", r"\1AAAA")


def a_missing_mac(place: Place) -> None:
    place.edit(r"^    mac: .*\n", "")


def sops_missing(place: Place) -> None:
    place.patch.setenv("PATH", str(place.programs))
    place.patch.setattr(sys, "executable", str(place.programs / "python"))


def sops_too_old(place: Place) -> None:
    place.pretend(
        '[ "$3" = --version ] && { echo "sops 3.6.1"; exit 0; }\n'
        f"echo \"{CANARY}: No help topic for '$3'. Error: cannot operate on non-existent file\" >&2\nexit 100"
    )


def sops_hanging(place: Place) -> None:
    place.patch.setattr(sops, "SECONDS", 1.0)
    place.pretend(f"echo {CANARY}; echo {CANARY} >&2; exec sleep 60")


UNAVAILABLE: Final[dict[Callable[[Place], None], tuple[str, str]]] = {
    no_key: ("OG516", "there is no key to decrypt the file with"),
    a_key_file_that_is_not_there: ("OG516", "there is no key to decrypt the file with"),
    a_wrong_key: ("OG516", "the file was not encrypted for any of the available keys"),
    a_malformed_key: ("OG516", "the available age key is not a valid key"),
    a_tampered_value: ("OG516", "a value in the file was altered or moved, or is in plain text"),
    a_missing_mac: ("OG511", "no MAC"),
    sops_missing: ("OG516", "the sops program was not found"),
    sops_too_old: ("OG516", "older than 3.10"),
    sops_hanging: ("OG516", "sops did not end in time and was stopped"),
}


@pytest.mark.parametrize("break_it", UNAVAILABLE, ids=lambda break_it: break_it.__name__)
def test_unavailable_secret_is_exit_7_with_one_sentence(
    break_it: Callable[[Place], None], place: Place, program: Program
) -> None:
    code, words = UNAVAILABLE[break_it]
    known = plain((place.root / SECRETS).read_bytes())
    assert known
    break_it(place)
    text = program("smoke", "insights-prod", "--sandbox")
    report = program("smoke", "insights-prod", "--sandbox", "--format", "json")
    assert (text.code, report.code) == (7, 7), text
    assert any(
        finding["code"] == code and words in finding["message"] and finding["location"]["file"] == SECRETS
        for finding in json.loads(report.out)["findings"]
    ), report.out
    assert f"{SECRETS}:" in text.out
    assert words in " ".join(text.out.split())
    assert "(exit 7)" in text.err
    said = "".join((*text[1:], *report[1:]))
    assert not SECRET_WORDS.search(said)
    assert not [secret for secret in known if secret in said]


def test_right_key_and_sops_make_the_same_target_accepted(place: Place, program: Program) -> None:
    assert place.root.is_dir()
    assert program("smoke", "insights-prod", "--sandbox").code == 0
