"""Take calls away that only POSIX systems have, from this process and from those that tests start.

This simulates Windows as far as Linux can. It cannot simulate paths, encodings, rights and locks of Windows.
"""

import functools
import os
import selectors
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
"""The folder with ``sitecustomize``, which Python runs at its start."""
CALLS: Final = {
    os: (
        *("fork", "forkpty", "killpg", "setsid", "setpgid", "getpgid", "memfd_create", "sched_getaffinity"),
        *("O_NOFOLLOW", "O_DIRECTORY", "O_PATH", "fchmod", "fchown", "chown", "lchown", "geteuid"),
    ),
    signal: ("SIGKILL", "SIGHUP", "SIGPIPE", "pthread_kill", "sigwait"),
}
MODULES: Final = ("fcntl", "resource", "pwd", "grp")
_WITH_FOLDER: Final = ("open", "stat", "mkdir", "unlink", "rmdir", "rename", "replace", "link", "symlink", "readlink")
_FOLDERS: Final = ("dir_fd", "src_dir_fd", "dst_dir_fd")
_OPTIONS: Final = ("pass_fds", "start_new_session", "preexec_fn", "process_group")


def take_away() -> None:
    """Remove the calls; the package must not be imported before."""
    for module, names in CALLS.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment] # Python's way to say that there is none
    for name in _WITH_FOLDER:
        setattr(os, name, _without_folders(getattr(os, name)))
    os.supports_dir_fd.clear()
    shutil._use_fd_functions = False  # type: ignore[attr-defined] # noqa: SLF001 - it was computed before
    selectors.DefaultSelector.register = _refuse_pipes(selectors.DefaultSelector.register)  # type: ignore[method-assign]
    subprocess.Popen.__init__ = _without_options(subprocess.Popen.__init__)  # type: ignore[method-assign]
    subprocess.Popen.kill = lambda self: self.send_signal(9)  # type: ignore[method-assign] # as TerminateProcess


def _without_folders(call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def wrapper(*given: Any, **named: Any) -> Any:
        if any(named.get(each) is not None for each in _FOLDERS):
            raise NotImplementedError("dir_fd unavailable on this platform")
        return call(*given, **named)

    return wrapper


def _refuse_pipes(register: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(register)
    def wrapper(self: Any, file: Any, *given: Any, **named: Any) -> Any:
        if _is_called_by_us():
            number = file if isinstance(file, int) else file.fileno()
            assert not stat.S_ISFIFO(os.fstat(number).st_mode), "a pipe cannot be selected"
        return register(self, file, *given, **named)

    return wrapper


def _without_options(start: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(start)
    def wrapper(self: Any, *given: Any, **named: Any) -> None:
        if _is_called_by_us():
            assert not any(map(named.get, _OPTIONS)), "options that Windows does not have"
        elif named.get("env") is not None:
            named["env"] = {**named["env"], "PYTHONPATH": str(FOLDER)}
        start(self, *given, **named)

    return wrapper


def _is_called_by_us() -> bool:
    """Return True if the package makes the call, not a test."""
    frame: Any = sys._getframe(1)  # noqa: SLF001 - there is no other way
    while frame and frame.f_globals["__name__"] in {__name__, "subprocess", "selectors"}:
        frame = frame.f_back
    return frame is not None and frame.f_globals["__name__"].partition(".")[0] == "oauthgit"
