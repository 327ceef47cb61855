"""Run sops with limits of time and output, without any of its input in messages."""

import re
from collections.abc import Sequence
from typing import Final

from oauthgit import child_process
from oauthgit.child_process import Command, TooMuchError, TooSlowError
from oauthgit.decrypt import sops_errors
from oauthgit.decrypt.sops_environment import SopsProcess
from oauthgit.decrypt.sops_errors import SopsError

SECONDS: Final = 20.0
_ARGUMENTS = ("decrypt", "--input-type", "yaml", "--output-type", "json")
_MAXIMUM_STDOUT = 8 << 20
_MAXIMUM_STDERR = 64 << 10
_OLDEST = (3, 10)


def run(child: SopsProcess, content: bytes) -> bytes | SopsError:
    """Return the content of an encrypted YAML file as JSON, or the fault.

    The output of sops before an error is discarded, because it may contain plain text. Its standard error is only searched
    for a few known phrases.
    """
    return start(child, _ARGUMENTS, content, sops_errors.of_exit)


def is_too_old(child: SopsProcess) -> bool:
    """Return True if ``decrypt`` of this sops cannot read standard input.

    It is called only after an error.
    """
    printed = start(child, ("--version",), b"", sops_errors.of_exit)
    found = re.match(rb"sops (\d+)\.(\d+)", printed) if isinstance(printed, bytes) else None
    return found is not None and (int(found[1]), int(found[2])) < _OLDEST


def start(
    child: SopsProcess, arguments: Sequence[str], given: bytes, explain: sops_errors.Explain
) -> bytes | SopsError:
    """Return the standard output of sops, or the fault that ``explain`` returns.

    Every run gets a configuration of ours, so that sops does not search for one. All users of the machine can read
    ``arguments``; confidential input is ``given`` through a pipe.
    """
    result = _run(child, (child.program, "--config", child.config, *arguments), given, explain)
    return result.add(child.unused) if isinstance(result, SopsError) else result


def _run(child: SopsProcess, command: Sequence[str], given: bytes, explain: sops_errors.Explain) -> bytes | SopsError:
    try:
        answer = child_process.run(
            Command(command, child.home, child.environment, child.descriptors),
            given=given,
            seconds=SECONDS,
            most=(_MAXIMUM_STDOUT, _MAXIMUM_STDERR),
        )
    except OSError:
        return sops_errors.NOT_STARTED
    except TooSlowError:
        return sops_errors.TOO_SLOW
    except TooMuchError:
        return sops_errors.OUTPUT_TOO_BIG
    return explain(answer.code, answer.stderr) if answer.code else answer.stdout
