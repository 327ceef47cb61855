"""Run sops with limits of time and output, without any of its input in messages."""

import os
import re
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, cast

from oauthgit.decrypt import sops_errors
from oauthgit.decrypt.sops_environment import SopsProcess
from oauthgit.decrypt.sops_errors import SopsError

SECONDS: Final = 20.0
_ARGUMENTS = ("decrypt", "--input-type", "yaml", "--output-type", "json")
_MAXIMUM_STDOUT = 8 << 20
_MAXIMUM_STDERR = 64 << 10
_CHUNK = 64 << 10
_OLDEST = (3, 10)


def run(child: SopsProcess, content: bytes) -> bytes | SopsError:
    """Return the content of an encrypted YAML file as JSON, or the fault.

    The output of sops before an error is discarded, because it may contain plain text. Its standard error is only searched
    for a few known phrases.
    """
    with tempfile.TemporaryFile() as stdin:
        stdin.write(content)
        stdin.seek(0)
        return start(child, _ARGUMENTS, stdin.fileno(), sops_errors.of_exit)


def is_too_old(child: SopsProcess) -> bool:
    """Return True if ``decrypt`` of this sops cannot read standard input.

    It is called only after an error.
    """
    with Path(os.devnull).open("rb") as nothing:
        errors = start(child, ("--version",), nothing.fileno(), sops_errors.of_exit)
    found = re.match(rb"sops (\d+)\.(\d+)", errors) if isinstance(errors, bytes) else None
    return found is not None and (int(found[1]), int(found[2])) < _OLDEST


def start(child: SopsProcess, arguments: Sequence[str], stdin: int, explain: sops_errors.Explain) -> bytes | SopsError:
    """Return the standard output of sops, or the fault that ``explain`` returns.

    Every run gets a configuration of ours, so that sops does not search for one. All users of the machine can read
    ``arguments``; confidential input comes from the descriptor ``stdin``.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - an absolute path and no shell
            (child.program, "--config", child.config, *arguments),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child.environment,
            cwd=child.home,
            pass_fds=child.descriptors,
            start_new_session=True,
        )
    except OSError:
        return sops_errors.NOT_STARTED
    with process:
        try:
            result = _result(process, explain)
            return result.add(child.unused) if isinstance(result, SopsError) else result
        finally:
            if process.returncode is None:
                with suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)


def _result(process: subprocess.Popen[bytes], explain: sops_errors.Explain) -> bytes | SopsError:
    deadline = time.monotonic() + SECONDS
    stdout, stderr = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(cast("IO[bytes]", process.stdout), selectors.EVENT_READ, (stdout, _MAXIMUM_STDOUT))
        selector.register(cast("IO[bytes]", process.stderr), selectors.EVENT_READ, (stderr, _MAXIMUM_STDERR))
        while selector.get_map():
            left = deadline - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                return sops_errors.TOO_SLOW
            for key, _ in ready:
                buffer, maximum = key.data
                chunk = os.read(key.fd, _CHUNK)
                if not chunk:
                    selector.unregister(key.fileobj)
                buffer += chunk
                if len(buffer) > maximum:
                    return sops_errors.OUTPUT_TOO_BIG
    try:
        code = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return sops_errors.TOO_SLOW
    return explain(code, bytes(stderr)) if code else bytes(stdout)
