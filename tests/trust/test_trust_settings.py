"""Every trust setting, in every CI system and event: changes of an attack have no effect, those of main have."""

import json
from itertools import product
from pathlib import Path

import pytest

from support.attacked_project import ATTACKS, CANARY, World
from support.ci_job import NAMED
from support.ci_runs import RUNS, Run
from support.cli import Program, Result

CHOICES = {
    "nobody": (),
    "the user, the change": ("--authority", "refs/remotes/origin/evil"),
    "the user, a base in the change": ("--base", "refs/remotes/origin/evil"),
    "the user, HEAD": ("--authority", "HEAD"),
}
"""Who chose the base, and the arguments of a carelessly written pipeline."""


def smoke(run: Run, clone: Path, runner: pytest.MonkeyPatch, program: Program, *arguments: str) -> Result:
    for name, value in run.environment(clone.parent, clone).items():
        runner.setenv(name, value)
    return program("-C", str(clone), "smoke", "--format", "json", *arguments)


def choices() -> list[tuple[str, str, str]]:
    """Return every run with every third attack, and who chose the base, each changing from one to the next."""
    combinations = []
    for number, name in enumerate(RUNS):
        for turn, attack in list(enumerate(ATTACKS))[number % 3 :: 3]:
            chooser = list(CHOICES)[(number // 3 + turn) % len(CHOICES)]
            if RUNS[name].code == 2 and chooser == "the user, the change":
                chooser = "nobody"  # without a named default branch, the pipeline names it, and is trusted
            combinations.append((name, attack, chooser))
    return combinations


def expected(run: Run, attack: str, chooser: str) -> int:
    if run.code == 0:
        return 0
    if chooser == "the user, HEAD" or (chooser == "the user, the change" and ATTACKS[attack].differs):
        return 2
    return ATTACKS[attack].code if run.code is None else run.code


def test_matrix_has_enough_combinations() -> None:
    combinations = choices()
    assert len(combinations) >= 150
    assert {(attack, chooser) for _, attack, chooser in combinations} == set(product(ATTACKS, CHOICES))
    systems = {name.partition(":")[0] for name in RUNS}
    assert {(name.partition(":")[0], attack) for name, attack, _ in combinations} == set(product(systems, ATTACKS))


@pytest.mark.parametrize(("name", "attack", "chooser"), choices())
def test_changed_trust_setting_in_ci_has_no_effect(  # noqa: PLR0913, PLR0917 - fixtures and a table
    name: str, attack: str, chooser: str, world: World, tmp_path: Path, runner: pytest.MonkeyPatch, program: Program
) -> None:
    before = world.eve.connections, len(world.good.requests)
    clone = world.check_out(tmp_path, attack.replace(" ", "-"), RUNS[name].url)
    result = smoke(RUNS[name], clone, runner, program, *CHOICES[chooser])
    assert world.eve.connections == before[0], "the attacker got a connection"
    assert result.code == expected(RUNS[name], attack, chooser), result.err
    assert CANARY not in result.out + result.err
    asked = world.good.requests[before[1] :]
    assert len([request for request in asked if request.startswith(b"POST /token")]) <= 2, "no wrong secret is sent"


@pytest.mark.parametrize("name", RUNS)
def test_honest_change_in_ci_is_smoke_tested(
    name: str, world: World, tmp_path: Path, runner: pytest.MonkeyPatch, program: Program
) -> None:
    run = RUNS[name]
    before = len(world.good.requests)
    clone = world.check_out(tmp_path, "main", run.url)
    result = smoke(run, clone, runner, program, *(NAMED if run.code == 2 else ()))
    assert result.code == 0, result.err
    outcomes = {verdict["verdict"] for verdict in json.loads(result.out)["verdicts"]}
    assert outcomes == ({"not-run"} if run.code == 0 else {"accepted"})
    assert (len(world.good.requests) > before) == (run.code != 0)
