"""Calls that only POSIX systems have are listed in docs/design.md, each with the way beside it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from support.paths import REPOSITORY

NAMES: Final = {
    *("fork", "forkpty", "killpg", "setsid", "setpgid", "getpgid", "getuid", "geteuid", "getgid"),
    *("getegid", "setuid", "memfd_create", "sched_getaffinity", "sched_setaffinity", "fchmod", "fchown"),
    *("chown", "lchown", "mkfifo", "mknod", "waitid", "openpty", "ttyname", "ctermid", "uname"),
    *("statvfs", "nice", "getloadavg", "pipe2", "sendfile", "posix_spawn", "fchdir", "chroot"),
    *("WNOHANG", "O_NOFOLLOW", "O_DIRECTORY", "O_PATH", "O_NONBLOCK", "O_CLOEXEC", "O_SYNC", "SIGKILL"),
    *("SIGHUP", "SIGPIPE", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGQUIT", "SIGSTOP", "SIGCONT"),
    *("alarm", "setitimer", "pthread_kill", "pthread_sigmask", "sigwait"),
}
MODULES: Final = {
    "fcntl",
    "resource",
    "pwd",
    "grp",
    "termios",
    "tty",
    "pty",
    "syslog",
    "selectors",
    "select",
    "posix",
    "readline",
}
OPTIONS: Final = {
    *("dir_fd", "src_dir_fd", "dst_dir_fd"),
    *("start_new_session", "pass_fds", "preexec_fn", "process_group"),
}
PLACES: Final = re.compile(r"/(?:dev|proc)/[a-z/]*\Z")


def posix_calls(text: str) -> Iterator[str]:
    """Yield names that only POSIX systems have, guarded or not."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in {"os", "signal"}:
            yield from {node.attr} & NAMES
        elif isinstance(node, ast.ImportFrom):
            yield from {node.module or ""} & MODULES
            yield from {name.name for name in node.names} & NAMES if node.module in {"os", "signal"} else ()
        elif isinstance(node, ast.Import):
            yield from {name.name for name in node.names} & MODULES
        elif isinstance(node, ast.keyword) and node.arg:
            yield from {node.arg.removeprefix("src_").removeprefix("dst_")} & OPTIONS
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            named = node.args[1].value if isinstance(node.args[1], ast.Constant) else ""
            yield from {str(named)} & NAMES
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and PLACES.fullmatch(node.value):
            yield node.value


def used() -> dict[str, list[str]]:
    package = REPOSITORY / "oauthgit"
    found = {
        path.relative_to(package).as_posix(): sorted(set(posix_calls(path.read_text(encoding="utf-8"))))
        for path in sorted(package.rglob("*.py"))
    }
    return {path: names for path, names in found.items() if names}


def listed() -> dict[str, list[str]]:
    text = (REPOSITORY / "docs/design.md").read_text(encoding="utf-8").partition("## Windows and macOS")[2]
    rows = re.findall(r"^\| `([\w/]+\.py)` \| ([^|]+) \| [^|]+ \|$", text, re.MULTILINE)
    return {path: sorted(re.findall(r"`([^`]+)`", names)) for path, names in rows}


def test_posix_calls_are_listed_with_their_alternative() -> None:
    assert used() == listed()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import os\nos.fork()", "fork"),
        ("from signal import SIGKILL", "SIGKILL"),
        ("import fcntl", "fcntl"),
        ("os.open('a', 0, dir_fd=3)", "dir_fd"),
        ("run(a, start_new_session=True)", "start_new_session"),
        ("getattr(os, 'O_PATH', 0)", "O_PATH"),
        ("open('/dev/tty')", "/dev/tty"),
    ],
)
def test_posix_call_is_recognised(text: str, name: str) -> None:
    assert [*posix_calls(text)] == [name]


def test_tests_import_no_posix_module_at_their_top() -> None:
    for path in sorted((REPOSITORY / "tests").rglob("*.py")):
        if path.parent.name != "portable_site" and path.name != "fuzz.py":
            tops = [
                name.name
                for node in ast.parse(path.read_text(encoding="utf-8")).body
                if isinstance(node, ast.Import)
                for name in node.names
            ]
            assert not {*tops} & (MODULES - {"selectors", "select"}), Path(path)
