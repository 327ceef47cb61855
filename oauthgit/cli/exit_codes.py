"""Choose the exit code, which is a contract and the same for all formats."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oauthgit.cli.context import Context
    from oauthgit.model.finding import Finding
    from oauthgit.model.verdict import Verdict
    from oauthgit.pipeline import Project


class Exit(IntEnum):
    """Name the exit codes."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    NOTHING_CHECKED = 3
    DIFFERENT = 4
    REJECTED = 5
    NOT_PROVEN = 6
    SECRETS_UNAVAILABLE = 7
    BUG = 70
    INTERRUPTED = 130
    TERMINATED = 143
    BROKEN_PIPE = 141


def is_failing(findings: Sequence[Finding], fail_on: str) -> bool:
    """Return True if a finding has the severity ``fail_on`` or a higher one."""
    from oauthgit.model.finding import Severity
    from oauthgit.triage import worst

    found = worst(findings)
    return found is not None and fail_on != "never" and found >= Severity[fail_on.upper()]


def is_secrets_unavailable(finding: Finding) -> bool:
    """Return True if a finding means that a secret is not available."""
    from oauthgit.pipeline import INTEGRITY

    return finding.code in {*INTEGRITY, "OG516", "OG523"}


def choose_exit(context: Context, project: Project, findings: Sequence[Finding]) -> Exit:
    """Return the exit code of findings; print a reason if nothing was checked.

    Notes alone do not count then, because they are about other files than the settings.
    """
    from oauthgit.cli.output import note

    if not project.policy_is_valid:
        note(
            context,
            "the policy configs/oauthgit.yaml has errors, so none of its settings are reliable (exit 2)",
            always=True,
        )
        return Exit.USAGE
    fail_on = context.common.fail_on
    if is_failing(findings, "warning" if fail_on == "note" and not project.files_checked else fail_on):
        return Exit.FINDINGS
    return Exit.FINE if project.files_checked else report_nothing_checked(context, project)


def report_nothing_checked(context: Context, project: Project) -> Exit:
    """Print why no settings were checked, and return the exit code."""
    from oauthgit.cli.output import note
    from oauthgit.model.workspace import LAYERS

    layers = any(file.kind in LAYERS for file in project.workspace.files)
    why = "no settings match the paths, or this shard has no targets" if layers else "there is no layer in configs/"
    note(context, f"nothing was checked: {why} (exit 3)", always=True)
    return Exit.NOTHING_CHECKED


def choose_smoke_exit(
    verdicts: Sequence[Verdict], findings: Sequence[Finding], fail_on: str, *, require_proof: bool = False
) -> Exit:
    """Return the exit code of a smoke test: the code of its worst outcome.

    A rejection is worse than a missing answer, because it is certain.
    """
    from collections import Counter

    from oauthgit.model.finding import Severity
    from oauthgit.model.verdict import Outcome

    outcomes = Counter(verdict.outcome for verdict in verdicts)
    if outcomes[Outcome.REJECTED]:
        return Exit.REJECTED
    if any(is_secrets_unavailable(finding) and finding.severity is Severity.ERROR for finding in findings):
        return Exit.SECRETS_UNAVAILABLE
    unproven = outcomes[Outcome.INCONCLUSIVE] + outcomes[Outcome.NOT_RUN] if require_proof else 0
    if outcomes[Outcome.UNREACHABLE] or (unproven and outcomes.total() > outcomes[Outcome.NOT_RUN]):
        return Exit.NOT_PROVEN
    if outcomes.total() == outcomes[Outcome.NOT_RUN]:
        return Exit.NOTHING_CHECKED
    return Exit.FINDINGS if is_failing(findings, fail_on) else Exit.FINE
