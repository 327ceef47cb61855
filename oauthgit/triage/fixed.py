"""Findings that stand: no comment and no baseline suppresses them, and most of them the policy cannot grade either."""

from collections.abc import Iterable
from typing import Final

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.rule import Rule

INTEGRITY: Final = ("OG505", "OG507", "OG508", "OG510", "OG511", "OG514", "OG517", "OG605", "OG706", "OG708")
"""Errors that leave the integrity of a secrets file in doubt: it is not opened."""

_BLOCKING: Final = ("OG009", "OG1", "OG2", "OG3", "OG501", "OG523", *INTEGRITY)
TELLING: Final = ("OG1", "OG2", "OG403", "OG404", "OG5")
"""Findings that may mean a secret in plain text: a file that cannot be read, a key that is none, credentials in a URL."""
_DOUBTS: Final = {"OG104", "OG110", "OG113"}
"""Findings about the text of a file that can still be read."""
_OPENED: Final = {"decrypt", "probe"}
"""Stages that work with secrets: nothing in the working tree has a say in what they find."""
AGAINST_THE_BASE: Final = "base"
"""The stage of findings that compare a change with its base: what the change brings along does not hide them."""


IN_HISTORY: Final = "history"
"""The stage of what is found in earlier commits, where no line of today can carry a comment about it."""


def stays(code: str) -> bool:
    """Tell whether a finding cannot be switched off: an error of the tool, or a file that was therefore not checked."""
    return code.startswith("OG0") or (code.startswith("OG1") and code not in _DOUBTS)


def counts_when_off(code: str) -> bool:
    """Tell whether findings of ``code`` are needed though the policy has switched them off.

    They keep secrets from being sent, or tell that a secret may stand in a file in plain text.
    """
    return stays(code) or code.startswith((*_BLOCKING, *TELLING))


def why_fixed(rule: Rule) -> str:
    """Return why findings of ``rule`` are never suppressed, in words that follow its code; empty if they may be."""
    if rule.code.startswith("OG0"):
        return "speaks of the check itself"
    if rule.stage in _OPENED:
        return "is found by smoke, where no suppression has a say"
    if rule.stage == AGAINST_THE_BASE:
        return "tells what a change does, so nothing in the change hides it"
    if rule.code.startswith(("OG1", "OG2")):
        return "leaves open what a target runs with"
    if rule.code in INTEGRITY or (rule.severity is Severity.ERROR and rule.code.startswith(_BLOCKING)):
        return "keeps secrets from being sent"
    return ""


def why_no_comment(rule: Rule) -> str:
    """Return why no comment suppresses findings of ``rule``, as :func:`why_fixed` does; a baseline may hold more."""
    if rule.stage == IN_HISTORY:
        return "lies in earlier commits, which no comment reaches; a baseline holds it once the secret is replaced"
    return why_fixed(rule)


def blocking(findings: Iterable[Finding]) -> dict[str, str]:
    """Return for every target whose layers do not hold together the reason, by the gate's rule.

    Whether a finding is suppressed makes no difference.
    """
    reasons: dict[str, str] = {}
    for finding in findings:
        if finding.severity is Severity.ERROR and finding.code.startswith(_BLOCKING):
            for target in finding.targets:
                reasons.setdefault(target, f"its settings have errors ({finding.code} {finding.name})")
    return reasons
