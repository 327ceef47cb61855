"""Register secrets with the log masker of a CI system (``smoke --mask``).

oauthgit itself prints no secret; this protects the log from other programs in the job. Each secret is written to standard
error once, in a command that the runners of GitHub and Azure Pipelines remove from the log. Any other reader of standard
error gets the secrets: with ``2>&1 | tee log``, the command itself leaks them, and a program cannot detect the reader of
its pipe. Therefore it is written only on request, and never to a file or a terminal, because no runner reads there.
"""

import os
import stat
import sys
from collections.abc import Iterable, Mapping


def mask(texts: Iterable[str], environment: Mapping[str, str]) -> str:
    """Register each line of ``texts`` with the masker; return a reason if it cannot.

    The reason is empty if the lines were written.
    """
    github = environment.get("GITHUB_ACTIONS") == "true"
    azure = environment.get("TF_BUILD", "").lower() == "true"
    if not (github or azure):
        return "only GitHub Actions and Azure Pipelines read masking commands from a log"
    if not _is_pipe():
        return "standard error is a file or a terminal, so no runner would remove the secrets from it"
    for line in dict.fromkeys(line for text in texts for line in text.splitlines() if line.strip()):
        # GitHub: "Workflow commands"; Azure Pipelines: "Logging commands". Each has its own escape for a percent sign.
        command, percent = ("::add-mask::", "%25") if github else ("##vso[task.setsecret]", "%AZP25")
        print(f"{command}{line.replace('%', percent)}", file=sys.stderr)
    sys.stderr.flush()
    return ""


def _is_pipe() -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(sys.stderr.fileno()).st_mode)
    except (OSError, ValueError):
        return False
