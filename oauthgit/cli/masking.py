"""Telling a CI system which texts to blot out of its log, before any of them is used.

Nothing of oauthgit prints a secret; this guards the log against everything else in the job. The commands go to standard
error, which the runners of GitHub and Azure Pipelines read as well, and only where that is a pipe: in a file they would
be the very leak that they are to prevent.
"""

import os
import stat
import sys
from collections.abc import Iterable, Mapping


def mask(texts: Iterable[str], environment: Mapping[str, str]) -> None:
    """Have ``texts`` masked, each line of them by itself; outside of these CI systems nothing is written."""
    github = environment.get("GITHUB_ACTIONS") == "true"
    azure = environment.get("TF_BUILD", "").lower() == "true"
    if not (github or azure) or not _is_read_by_a_runner():
        return
    for line in dict.fromkeys(line for text in texts for line in text.splitlines() if line.strip()):
        # GitHub: "Workflow commands"; Azure Pipelines: "Logging commands". Each has its own escape for a percent sign.
        command = f"::add-mask::{line.replace('%', '%25')}" if github else f"##vso[task.setsecret]{_azure(line)}"
        print(command, file=sys.stderr)
    sys.stderr.flush()


def _azure(line: str) -> str:
    return line.replace("%", "%AZP25")


def _is_read_by_a_runner() -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(sys.stderr.fileno()).st_mode)
    except (OSError, ValueError):
        return False
