"""Real shells at a terminal, in which a person types and presses Tab."""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from support.terminal import Terminal, open_terminal

PROMPT = "ready-for-a-line> "
MARK = "Q"
SECONDS = 20
PROGRAM = """\
#!/bin/sh
if [ "$1" = completion ]; then exec "{real}" "$@"; fi
for argument in "$@"; do printf '%s\\0' "$argument"; done > "{log}"
"""
"""Prints names as oauthgit does; for any other command only notes the arguments that the shell hands over."""

START = {
    "bash": ("bash", "--rcfile", "{home}/rc", "-i"),
    "zsh": ("zsh", "-i"),
    "fish": ("fish", "-i"),
}
SETTINGS = {
    "bash": {
        "rc": f"PS1='{PROMPT}'\nbind 'set completion-query-items 0'\n"
        "bind 'set page-completions off'\neval \"$(oauthgit completion bash)\"\n"
    },
    "zsh": {
        ".zshrc": f"PS1='{PROMPT}'\nLISTMAX=10000\nfpath=(~/.zfunc $fpath)\nautoload -Uz compinit\ncompinit -u -D\n"
    },
    "fish": {
        ".config/fish/config.fish": f"set -g fish_greeting\nfunction fish_prompt\n  echo -n '{PROMPT}'\nend\n"
        "set -g fish_autosuggestion_enabled 0\n"
    },
}
INSTALLED = {"zsh": ".zfunc/_oauthgit", "fish": ".config/fish/completions/oauthgit.fish"}
"""The file for the script, as the help of ``oauthgit completion`` says; bash evaluates it."""


class Shell(NamedTuple):
    """A running shell; ``log`` has the arguments of the last command."""

    name: str
    terminal: Terminal
    log: Path

    def run(self, line: str) -> list[str] | None:
        """Type a line and Enter; return the arguments of oauthgit, or None if it was not started."""
        self.log.unlink(missing_ok=True)
        self.terminal.type(line + "\r")
        self.wait()
        return self.log.read_bytes().decode().split("\0")[:-1] if self.log.exists() else None

    def press_tab(self, line: str) -> None:
        """Type a line and press Tab twice; delete the line when everything is shown."""
        self.terminal.type(f"{line}\t\t{MARK}")  # typed characters appear when the completion is done
        self._read_until(MARK)
        self.terminal.type("\x15")
        self.wait()

    def wait(self) -> None:
        """Wait for the prompt after a command."""
        sign = f"{time.monotonic_ns()}"  # no earlier prompt counts
        self.terminal.type(f"echo 'sign'{sign}\r")
        self._read_until(f"sign{sign}[^\0]*{PROMPT}")

    def _read_until(self, pattern: str) -> None:
        shown, end = "", time.monotonic() + SECONDS
        while not re.search(pattern, shown):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.terminal.master], [], [], left)[0]:
                raise TimeoutError(f"{self.name} shows only {shown!r}")
            shown += os.read(self.terminal.master, 65536).decode(errors="replace")


@contextmanager
def start_shell(name: str, home: Path) -> Iterator[Shell]:
    """Yield a shell with completion, set up in an empty home as the help says."""
    log = home / "log"
    program = home / "bin/oauthgit"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(real=Path(sys.executable).parent / "oauthgit", log=log))
    program.chmod(0o700)
    for path, text in SETTINGS[name].items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text)
    environment = {"HOME": str(home), "PATH": f"{program.parent}:{os.defpath}", "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    if name in INSTALLED:
        script = home / INSTALLED[name]
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_bytes(subprocess.check_output([program, "completion", name], env=environment, timeout=SECONDS))
    with open_terminal() as terminal:
        import termios

        termios.tcsetwinsize(terminal.slave, (500, 400))
        process = subprocess.Popen(
            [part.format(home=home) for part in START[name]],
            cwd=home,
            env=environment,
            stdin=terminal.slave,
            stdout=terminal.slave,
            stderr=terminal.slave,
            start_new_session=True,
            preexec_fn=terminal.take,  # noqa: PLW1509 - no thread runs here
        )
        try:
            shell = Shell(name, terminal, log)
            shell.wait()
            yield shell
        finally:
            process.kill()
            process.wait()
