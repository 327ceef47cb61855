"""The scripts of ``oauthgit completion`` are those that shtab makes of the parser; ``pytest --update`` rewrites them."""

import argparse

import pytest

import completion
from oauthgit.cli.commands.completion import FOLDER, SCRIPTS
from support.golden import Golden


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    return completion.scripts()


@pytest.mark.parametrize("file", SCRIPTS.values())
def test_completion_script_is_up_to_date(file: str, scripts: dict[str, str], golden: Golden) -> None:
    golden(FOLDER / file, scripts[file])


def test_every_script_is_that_of_a_shell() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(SCRIPTS.values())


def test_unknown_metavar_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def build() -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser()
        parser.add_argument("--cup", metavar="TEA")
        return parser

    monkeypatch.setattr("completion.build", build)
    with pytest.raises(LookupError, match="must complete TEA"):
        completion.scripts()
