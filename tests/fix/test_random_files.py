"""100 workspaces with random mistakes: each becomes, byte by byte, the expected text."""

from pathlib import Path

import pytest

from oauthgit.model.selection import EVERYTHING
from oauthgit.pipeline import Project, load
from oauthgit.pipeline.operations.fix import apply_fixes, write
from support.random_files_with_fixes import random_files

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

TODAY = "2026-11-24"


def settings_of(project: Project) -> dict[tuple[str, str], object]:
    return {
        (settings.target, pointer): setting.value
        for settings in project.resolve().targets
        for pointer, setting in settings.settings.items()
    }


@pytest.mark.parametrize("first", range(0, 100, 10))
def test_random_mistakes_are_fixed_as_expected(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 10):
        root = tmp_path / str(seed)
        made = random_files(seed)
        for path, content in made.bad.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        before = load(root, today=TODAY)
        result = apply_fixes(root, EVERYTHING, today=TODAY)
        assert write(result) == {}
        assert result.skipped == {}, seed
        for path, content in made.good.items():
            assert (root / path).read_bytes().decode() == content.decode(), seed

        after = load(root, today=TODAY)
        assert [finding for finding in after.findings if finding.fixable == "safe"] == []
        assert {finding.code for finding in after.findings} <= {"OG203", "OG435", "OG442", "OG444", "OG450"}, seed
        if "OG106" not in {finding.code for finding in before.findings}:
            assert len(after.findings) <= len(before.findings)
        was, now = settings_of(before), settings_of(after)
        for target, pointer in was:
            if not pointer.startswith(tuple(made.affected)):
                assert now[target, pointer] == was[target, pointer], (seed, pointer)

        again = apply_fixes(root, EVERYTHING, today=TODAY)
        assert (again.contents, again.done) == ({}, ())
