"""The end date that is typed at the prompt: a wrong one costs no secret that was typed before it."""

import io

import pytest

from oauthgit.cli.prompt import read_day
from oauthgit.pipeline import UsageError


def test_wrong_day_is_asked_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("30-06-2037\n2037-06-30\n"))
    assert read_day("Day", None) == "2037-06-30"
    assert capsys.readouterr().err.count("Day (such as") == 2


def test_third_wrong_day_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n" * 3))
    with pytest.raises(UsageError):
        read_day("Day", None)
