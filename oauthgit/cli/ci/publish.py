"""Publish annotations, a job summary and a report file in CI systems.

This happens in known systems unless ``--format`` is given. It never fails a run or changes its exit code: if a file cannot
be written, a line on standard error reports it.
"""

import os
import tempfile
from pathlib import Path
from typing import Final

from oauthgit.atomic_write import append_file, write_file
from oauthgit.cli.ci import is_hook
from oauthgit.cli.context import Context
from oauthgit.model.annotations import sanitize
from oauthgit.model.report import Report

_COMMANDS: Final = ("validate", "diff", "drift", "smoke", "report", "secrets")
"""The commands with published results."""
_CODE_QUALITY: Final = "gl-code-quality-report.json"
_LEAST: Final = 4_096
"""The lowest number of bytes for a useful summary."""


def publish(context: Context, report: Report) -> str:
    """Publish the report in a known CI system.

    Return a line for standard error; it is empty if there is nothing to report.
    """
    if context.common.format is not None or context.command not in _COMMANDS or is_hook(context.environment):
        return ""
    publishers = {"GitHub Actions": _github, "GitLab CI": _gitlab, "Azure Pipelines": _azure}
    return publishers[context.ci.name](context, report) if context.ci.name in publishers else ""


def _github(context: Context, report: Report) -> str:
    """Print annotations, and append to the step's summary.

    GitHub drops a summary of more than 1 MiB completely.
    """
    from oauthgit.report import github, markdown
    from oauthgit.report.markdown.layout import JOB_SUMMARY

    print(github.render(report), end="", flush=True)
    name = context.environment.get("GITHUB_STEP_SUMMARY")
    if not name:
        return "no job summary was written: GITHUB_STEP_SUMMARY is not set"
    try:
        file = Path(name)
        taken = file.stat().st_size if file.exists() else 0
        room = JOB_SUMMARY - taken - 1
        if room < _LEAST:
            return (
                f"no job summary was written: GitHub's limit is {JOB_SUMMARY:,} bytes per step, and {taken:,} are used"
            )
        append_file(name, ("\n" if taken else "") + markdown.render(report, room), root=os.curdir)
    except OSError as error:
        return f"no job summary was written: {sanitize(name)}: {error.strerror}"
    return ""


def _gitlab(context: Context, report: Report) -> str:
    """Write the report for ``artifacts:reports:codequality``.

    For smoke, the pipeline shows JUnit instead.
    """
    if context.command in {"smoke", "diff", "drift", "secrets"} or any(
        name == "gitlab" for name, _ in context.common.output
    ):
        return ""
    from oauthgit.report import gitlab

    folder = context.environment.get("CI_PROJECT_DIR")
    if not folder:
        return f"{_CODE_QUALITY} was not written: CI_PROJECT_DIR is not set"
    try:
        write_file(f"{folder}/{_CODE_QUALITY}", gitlab.render(report), root=folder)
    except OSError as error:
        return f"{sanitize(folder)}/{_CODE_QUALITY} was not written: {error.strerror}"
    if context.common.quiet:
        return ""
    return f"{sanitize(folder)}/{_CODE_QUALITY} was written; publish it with artifacts:reports:codequality"


def _azure(context: Context, report: Report) -> str:
    """Print the issues, and upload a summary in a file that the agent removes."""
    from oauthgit.report import azure, markdown
    from oauthgit.report.markdown.layout import JOB_SUMMARY

    print(azure.render(report), end="", flush=True)
    folder = context.environment.get("AGENT_TEMPDIRECTORY")
    if not folder:
        return "no summary was uploaded: AGENT_TEMPDIRECTORY is not set"
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=folder, prefix=f"oauthgit-{context.command}-", suffix=".md", delete=False
        ) as file:
            file.write(markdown.render(report, JOB_SUMMARY))
    except OSError as error:
        return f"no summary was uploaded: {sanitize(folder)}: {error.strerror}"
    escaped = file.name.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"##vso[task.uploadsummary]{escaped}", flush=True)
    return ""
