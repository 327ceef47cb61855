"""A process that has loaded the program, and runs each call in a fork: that takes less than half of a new process."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from support.coverage_variables import coverage_variables
from support.sops import FOLDERS
from support.terminal import Terminal

LOAD = """
import gc
from importlib import import_module
from pkgutil import walk_packages
gc.disable()
for name in ("oauthgit.cli.commands", "oauthgit.rules", "oauthgit.report.text", "oauthgit.parse", "oauthgit.validate"):
    for module in walk_packages(import_module(name).__path__, f"{name}."):
        import_module(module.name)
gc.freeze()
"""
SERVER = """
import json, os, sys, tempfile, traceback
jobs, answers, load, script = sys.argv[1:]
jobs, answers = os.fdopen(int(jobs), encoding="ascii"), int(answers)
exec(load)
script = compile(script, "script", "exec")
assert tempfile.tempdir is None, "each job has its own"
def text(given):
    return os.fsdecode(given.encode("latin-1"))
def prepare(job):
    os.close(jobs.fileno())
    os.close(answers)
    os.chdir(text(job["folder"]))
    os.environ.clear()
    os.environ.update({text(name): text(value) for name, value in job["environment"].items()})
    sys.argv = ["-c", *map(text, job["arguments"])]
    end, mouth = os.pipe()
    os.write(mouth, job["given"].encode("latin-1"))
    os.close(mouth)
    os.dup2(end, 0)
    os.close(end)
    if job["terminal"]:
        os.setsid()
        terminal = os.open(text(job["terminal"]), os.O_RDWR | (0 if job["takes"] else os.O_NOCTTY))
        if job["shown"]:
            os.dup2(terminal, 1)
            sys.stdout = open(1, "w", encoding=sys.stdout.encoding, closefd=False)  # as Python starts on a terminal
        os.close(terminal)
for line in jobs:
    process = os.fork()
    if not process:
        code = 1
        try:
            prepare(json.loads(line))
            exec(script, {"__name__": "__main__"})
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    os.write(answers, b"%d\\n" % os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
"""


class Forked(NamedTuple):
    code: int
    out: bytes
    err: bytes


class Screen(NamedTuple):
    """A terminal: ``takes`` makes it the controlling one of the script, and ``shown`` its standard output."""

    terminal: Terminal
    takes: bool
    shown: bool


class Forks:
    """A process that is loaded; its forks write standard output and error to files."""

    def __init__(self, jobs: int, answers: int, out: IO[bytes], err: IO[bytes]) -> None:
        self._jobs, self._answers = jobs, answers
        self._files = (out, err)

    def __call__(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], given: bytes = b""
    ) -> Forked:
        """Run the script in a fork and return its exit code, negative for a signal, and its output."""
        self.start(arguments, folder, environment, given)
        return self.finish()

    def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        given: bytes = b"",
        screen: Screen | None = None,
    ) -> None:
        """Start the script in a fork; with a terminal, in a session of its own."""
        for file in self._files:
            file.seek(0)
            file.truncate()
        job = {
            "folder": _latin(str(folder)),
            "environment": {_latin(name): _latin(value) for name, value in environment.items()},
            "arguments": [*map(_latin, arguments)],
            "given": given.decode("latin-1"),
            "terminal": os.ttyname(screen.terminal.slave) if screen else "",
            "takes": screen and screen.takes,
            "shown": screen and screen.shown,
        }
        os.write(self._jobs, f"{json.dumps(job)}\n".encode())

    def is_running(self) -> bool:
        """Return True until the fork that was started has ended."""
        return not select.select([self._answers], [], [], 0)[0]

    def finish(self) -> Forked:
        """Wait for the fork that was started."""
        answer = os.read(self._answers, 100)
        out, err = (os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0) for file in self._files)
        assert answer, err.decode()
        return Forked(int(answer), out, err)


class _Processes(Forks):
    """Start a new process for each call, where there are no forks."""

    def __init__(self, script: str) -> None:
        self._script = script

    def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        given: bytes = b"",
        screen: Screen | None = None,
    ) -> None:
        """Start the script in a process."""
        self._given = given
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-c", self._script, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=screen.terminal.slave if screen and screen.shown else subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=bool(screen),
            preexec_fn=screen.terminal.take if screen and screen.takes else None,  # noqa: PLW1509 - one system call
        )

    def is_running(self) -> bool:
        """Return True until the process that was started has ended."""
        return self._process.poll() is None

    def finish(self) -> Forked:
        """Wait for the process that was started."""
        out, err = self._process.communicate(self._given, timeout=60)
        return Forked(self._process.returncode, out or b"", err)


@contextmanager
def open_forks(script: str, environment: Mapping[str, str], load: str = LOAD) -> Iterator[Forks]:
    """Start a process that executes ``load``, and yield it; each call executes ``script`` in a fork of it."""
    if not hasattr(os, "fork"):
        yield _Processes(script)
        return
    jobs, mouth = os.pipe()
    ear, answers = os.pipe()
    command = [sys.executable, "-B", "-c", SERVER, str(jobs), str(answers), load, script]
    with (
        TemporaryFile() as out,
        TemporaryFile() as err,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=out, stderr=err, env=environment, pass_fds=(jobs, answers)
        ),
    ):
        os.close(jobs)
        os.close(answers)
        try:
            yield Forks(mouth, ear, out, err)
        finally:
            os.close(mouth)  # the process ends
            os.close(ear)


def _latin(text: str) -> str:
    return os.fsencode(text).decode("latin-1")


class ModuleForks:
    """Hold the processes that load a script once for a module of tests: one, and one that is measured."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._open = ExitStack()
        self._started: dict[tuple[str, ...], Forks] = {}

    def start(self) -> Forks:
        """Return a process that has loaded the script, with the variables of coverage, if it is measured."""
        variables = coverage_variables()
        key = tuple(variables.values())
        if key not in self._started:
            self._started[key] = self._open.enter_context(open_forks(self._script, {"PATH": FOLDERS, **variables}))
        return self._started[key]

    def end(self) -> None:
        """End the processes."""
        self._open.close()
        self._started.clear()
