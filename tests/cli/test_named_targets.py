"""Named targets: commands print the same as if they evaluated the whole project."""

import pytest

from support.cli import Program

SIZES = ("checked in", '"seconds"', '"layers": ', '"targets": ', '"servers": ')
"""Beginnings of what is counted: it differs on purpose."""
COMMANDS = (
    ("effective", "--format", "json"),
    ("effective", "--format", "yaml"),
    ("explain", "hub"),
    ("secrets", "status"),
    ("secrets", "expiry", "--within", "9999d"),
    ("smoke", "--sandbox", "--format", "text"),
)


def without_sizes(text: str) -> list[str]:
    return [line for line in text.splitlines() if not any(word in line for word in SIZES)]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("target", ["insights-prod", "INSIGHTS/MAIN/dev"])
def test_named_target_of_the_sample_is_as_in_the_whole(
    command: tuple[str, ...], target: str, keyed: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = 2 if command[0] == "secrets" else 1
    call = (*command[:place], target, *command[place:])
    named = keyed(*call)
    monkeypatch.setattr("oauthgit.pipeline.check._find_named", lambda *_: set())
    whole = keyed(*call)
    assert named.code == whole.code != 2
    assert without_sizes(named.out) == without_sizes(whole.out)
    assert named.err == whole.err
