"""Fixtures of the tests of commands."""

from pathlib import Path

import pytest

from support.cli import Program
from support.sops import KEY


@pytest.fixture
def keyed(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return the program, with the demo key available."""
    assert sample.is_dir()
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    return program
