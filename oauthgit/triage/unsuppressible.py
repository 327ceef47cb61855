"""Define the findings that comments, baselines or the policy cannot suppress."""

from collections.abc import Iterable
from typing import Final

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.rule import Rule

INTEGRITY: Final = ("OG505", "OG507", "OG508", "OG510", "OG511", "OG514", "OG517", "OG605", "OG706", "OG708")
"""Codes of errors about the integrity of a secrets file; such a file is not opened."""

_BLOCKING: Final = ("OG001", "OG009", "OG1", "OG2", "OG3", "OG501", "OG520", "OG523", *INTEGRITY)
MAY_EXPOSE_SECRETS: Final = ("OG1", "OG2", "OG403", "OG404", "OG5")
"""Codes that may indicate a plaintext secret: unreadable files, unknown keys, credentials in a URL."""
_DOUBTS: Final = {"OG104", "OG110", "OG113", "OG122"}
"""Codes of findings about the text of a file that can still be read."""
_ELSEWHERE: Final = {"decrypt": "smoke", "probe": "smoke and login", "platform": "import and drift"}
"""Stages of other commands: nothing in the working tree can suppress their findings."""
AGAINST_THE_BASE: Final = "base"
"""The stage of findings that compare a change with its base: the change itself cannot suppress them."""
IN_HISTORY: Final = "history"
"""The stage of findings in earlier commits: no comment in a current file concerns them."""


def is_mandatory(code: str) -> bool:
    """Return True if the policy cannot switch a finding off or grade it.

    It is about the check itself, or about a file that could not be checked for this reason.
    """
    return code.startswith("OG0") or (code.startswith("OG1") and code not in _DOUBTS)


def needed_when_disabled(code: str) -> bool:
    """Return True if findings of ``code`` are needed even if switched off.

    They prevent secrets from being sent, or may indicate a plaintext secret.
    """
    return is_mandatory(code) or code.startswith((*_BLOCKING, *MAY_EXPOSE_SECRETS))


def why_unsuppressible(rule: Rule) -> str:
    """Return why findings of ``rule`` cannot be suppressed; empty if they can.

    The text continues a sentence whose subject is the code.
    """
    if rule.code.startswith("OG0"):
        return "is about the check itself"
    if rule.stage in _ELSEWHERE:
        return f"is reported by {_ELSEWHERE[rule.stage]}, where suppressions have no effect"
    if rule.stage == AGAINST_THE_BASE:
        return "reports the effect of a change, so nothing in the change can suppress it"
    if rule.code.startswith(("OG1", "OG2")):
        return "means that the settings of a target are not certain"
    if rule.code in INTEGRITY or (rule.severity is Severity.ERROR and rule.code.startswith(_BLOCKING)):
        return "prevents secrets from being sent"
    return ""


def why_comment_is_ignored(rule: Rule) -> str:
    """Return the reason why comments cannot suppress findings of ``rule``; else empty.

    The text is as that of :func:`why_unsuppressible`. A baseline may still suppress them.
    """
    if rule.stage == IN_HISTORY:
        return (
            "is in earlier commits, where comments have no effect; put it into a baseline once the secret is replaced"
        )
    return why_unsuppressible(rule)


def blocking(findings: Iterable[Finding]) -> dict[str, str]:
    """Return the targets to which no secret may be sent, each with the reason.

    These are the targets with blocking errors, suppressed or not.
    """
    reasons: dict[str, str] = {}
    for finding in findings:
        if finding.severity is Severity.ERROR and finding.code.startswith(_BLOCKING):
            for target in finding.targets:
                reasons.setdefault(target, f"its settings have errors ({finding.code} {finding.name})")
    return reasons
