"""Register secrets with the log masker of a CI system, where that was asked for.

Nothing of oauthgit prints a secret; this guards the log against everything else in the job. Each secret is written to
standard error once, in a command that the runners of GitHub and Azure Pipelines read there and leave out of the log. Whoever
else reads standard error reads the secrets: behind ``2>&1 | tee log`` the command is the leak that it is to prevent, and
no program sees what reads its pipe. So it is written on request only, and never where it is sure that no runner reads:
in a file, on a terminal.
"""

import os
import stat
import sys
from collections.abc import Iterable, Mapping


def mask(texts: Iterable[str], environment: Mapping[str, str]) -> str:
    """Have ``texts`` masked, each line of them by itself; return why nothing was written, empty if it was."""
    github = environment.get("GITHUB_ACTIONS") == "true"
    azure = environment.get("TF_BUILD", "").lower() == "true"
    if not (github or azure):
        return "this is neither GitHub Actions nor Azure Pipelines, and no other CI system takes commands from a log"
    if not _is_pipe():
        return "standard error goes to a file or a terminal, which no runner reads, and the secrets would stand there"
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
