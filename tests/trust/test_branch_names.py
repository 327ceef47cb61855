"""Names of branches in commands that a person copies: a shell reads them as names."""

import shlex

import pytest

from oauthgit.pipeline.operations.authority import _fetch


@pytest.mark.parametrize("branch", ["main", "x;touch${IFS}/tmp/owned", "a`id`", "x$(id)", "a'b"])
def test_branch_name_in_a_command_is_one_word(branch: str) -> None:
    words = shlex.split(_fetch(f"refs/remotes/origin/{branch}"))
    assert words == ["git", "fetch", "origin", f"+refs/heads/{branch}:refs/remotes/origin/{branch}"]
