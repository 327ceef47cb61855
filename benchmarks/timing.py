"""Measure commands in turn, so that other load affects all of them; keep medians."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""The environment of the caller; compiled modules are written, as in normal use."""


class Command(NamedTuple):
    """Describe a program to run in a folder.

    ``before`` prepares each run and is not measured; ``codes`` are the exit codes of success.
    """

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = {}
    before: Callable[[], None] | None = None
    codes: tuple[int, ...] = (0,)


class Measured(NamedTuple):
    """Hold medians: wall time, and peak memory of the largest process."""

    seconds: float
    mebibytes: float


def interleaved(commands: Mapping[str, Command], runs: Mapping[str, int]) -> dict[str, Measured]:
    """Run each command ``runs[name]`` times, in turn.

    A command with several runs has one more at the start, which does not count.
    """
    taken: dict[str, list[Measured]] = {name: [] for name in commands}
    for name, command in commands.items():
        if runs[name] > 1:
            _measure(name, command)
    for number in range(max(runs.values())):
        for name, command in commands.items():
            if number < runs[name]:
                taken[name].append(_measure(name, command))
    return {
        name: Measured(*(statistics.median(column) for column in zip(*each, strict=True)))
        for name, each in taken.items()
    }


def _measure(name: str, command: Command) -> Measured:
    if command.before:
        command.before()
    began = time.perf_counter()
    process = subprocess.Popen(
        command.arguments,
        cwd=command.folder,
        env={**ENVIRONMENT, **command.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    words = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    assert process.returncode in command.codes, f"{name} ended with {process.returncode}: {words.decode()[-500:]}"
    return Measured(seconds, usage.ru_maxrss / 1024)
