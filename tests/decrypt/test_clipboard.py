"""A clipboard program gets the secret in its encoding; failures raise nothing that could contain it."""

from pathlib import Path

import pytest

from oauthgit.decrypt.clipboard import CLIPBOARDS, Clipboard, copy
from oauthgit.model.secret import Secret


def program(folder: Path, script: str) -> str:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("clipboard", CLIPBOARDS, ids=lambda each: each.name)
@pytest.mark.parametrize("text", ["c4n4ry-7b9f-3e21", "gr\u00fc\u00dfe-7b9f-3e21"])
def test_secret_is_written_in_the_encoding_of_the_program(clipboard: Clipboard, text: str, tmp_path: Path) -> None:
    path = program(tmp_path, f"cat > '{tmp_path}/out'")
    assert copy(Secret(text), path, clipboard, str(tmp_path), {"PATH": "/usr/bin:/bin"})
    encoding = "ascii" if text.isascii() else clipboard.encoding
    assert (tmp_path / "out").read_bytes() == text.encode(encoding)


@pytest.mark.parametrize("script", ["cat; exit 1", "exit 1"])
def test_failing_program_is_no_success(script: str, tmp_path: Path) -> None:
    assert not copy(Secret("c4n4ry" * 20_000), program(tmp_path, script), CLIPBOARDS[0], str(tmp_path), {})


def test_text_without_encoding_is_no_success(tmp_path: Path) -> None:
    assert not copy(Secret("\ud800c4n4ry"), program(tmp_path, "cat"), CLIPBOARDS[0], str(tmp_path), {})
    assert not copy(Secret("c4n4ry"), str(tmp_path / "missing"), CLIPBOARDS[0], str(tmp_path), {})
