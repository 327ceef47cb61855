"""A CI job in a clone, which runs smoke."""

import json
from pathlib import Path

import pytest

from support.attacked_project import World
from support.ci_runs import GITHUB, Run
from support.cli import Program, Result

PUSH, PULL, SCHEDULE = (GITHUB[name] for name in ("push to main", "pull request", "schedule"))
MAIN, EVIL = "refs/remotes/origin/main", "refs/remotes/origin/evil"
NAMED = ("--authority", "refs/remotes/origin/main")
PIN = "the-pin-of-a-variable"


class Job:
    """Run smoke in a clone, and check that the attacker gets no connection."""

    def __init__(self, world: World, folder: Path, runner: pytest.MonkeyPatch, program: Program) -> None:
        self.world = world
        self.folder = folder
        self.program = program
        self._runner = runner

    def check_out(self, run: Run, branch: str = PIN) -> Path:
        return self.world.check_out(self.folder, branch, run.url)

    def begin(self, run: Run, clone: Path) -> None:
        """Set the variables of a run, while its branches are still in the clone."""
        for name, value in run.environment(self.folder, clone).items():
            self._runner.setenv(name, value)

    def smoke(self, run: Run, clone: Path, *arguments: str, below: str = ".") -> Result:
        self.begin(run, clone)
        before = self.world.eve.connections
        result = self.program("-C", str(clone / below), "smoke", "--format", "json", *arguments)
        assert self.world.eve.connections == before, "the attacker got a connection"
        return result


def outcomes(result: Result) -> set[str]:
    return {verdict["verdict"] for verdict in json.loads(result.out)["verdicts"]}
