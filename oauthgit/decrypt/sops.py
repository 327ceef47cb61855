"""One run of sops: bounded in time and in output, and silent about what it read."""

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

from oauthgit.decrypt import fault
from oauthgit.decrypt.child import Child
from oauthgit.decrypt.fault import Fault

SECONDS: Final = 20.0
_ARGUMENTS = ("decrypt", "--input-type", "yaml", "--output-type", "json")
_MAXIMUM_STDOUT = 8 << 20
_MAXIMUM_STDERR = 64 << 10
_CHUNK = 64 << 10
_OLDEST = (3, 10)


def run(child: Child, content: bytes) -> bytes | Fault:
    """Return the JSON that sops makes of an encrypted YAML file, or why it does not.

    What sops writes before it fails is thrown away, for it may hold plain text; of its standard error only a few known
    phrases are looked for.
    """
    with tempfile.TemporaryFile() as stdin:
        stdin.write(content)
        stdin.seek(0)
        return start(child, _ARGUMENTS, stdin.fileno(), fault.of_exit)


def is_too_old(child: Child) -> bool:
    """Tell whether this sops knows no ``decrypt`` that reads standard input; asked only where something went wrong."""
    with Path(os.devnull).open("rb") as nothing:
        said = start(child, ("--version",), nothing.fileno(), fault.of_exit)
    found = re.match(rb"sops (\d+)\.(\d+)", said) if isinstance(said, bytes) else None
    return found is not None and (int(found[1]), int(found[2])) < _OLDEST


def start(child: Child, arguments: Sequence[str], stdin: int, explain: fault.Explain) -> bytes | Fault:
    """Return what sops writes to standard output, or what ``explain`` makes of its exit code and standard error.

    Every run is given a configuration of ours, so that sops looks for none. ``arguments`` are read by everybody on the
    machine; what is nobody's business comes by the descriptor ``stdin``.
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
        return fault.NOT_STARTED
    with process:
        try:
            return _result(process, explain)
        finally:
            if process.returncode is None:
                with suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)


def _result(process: subprocess.Popen[bytes], explain: fault.Explain) -> bytes | Fault:
    deadline = time.monotonic() + SECONDS
    stdout, stderr = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(cast("IO[bytes]", process.stdout), selectors.EVENT_READ, (stdout, _MAXIMUM_STDOUT))
        selector.register(cast("IO[bytes]", process.stderr), selectors.EVENT_READ, (stderr, _MAXIMUM_STDERR))
        while selector.get_map():
            left = deadline - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                return fault.TOO_SLOW
            for key, _ in ready:
                buffer, maximum = key.data
                chunk = os.read(key.fd, _CHUNK)
                if not chunk:
                    selector.unregister(key.fileobj)
                buffer += chunk
                if len(buffer) > maximum:
                    return fault.OUTPUT_TOO_BIG
    try:
        code = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return fault.TOO_SLOW
    return explain(code, bytes(stderr)) if code else bytes(stdout)
