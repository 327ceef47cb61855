"""The exit code that findings and verdicts call for: the same whoever prints them, in whatever format."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from oauthgit.cli.exits import Exit
from oauthgit.model.finding import Finding, Severity
from oauthgit.pipeline import INTEGRITY
from oauthgit.triage import worst

if TYPE_CHECKING:
    from oauthgit.model.verdict import Verdict

CLOSED: Final = {*INTEGRITY, "OG516", "OG523"}
"""The findings which say that a secret was not or could not be opened."""


def counts(findings: Sequence[Finding], fail_on: str) -> bool:
    """Tell whether one of ``findings`` is as bad as ``fail_on`` says: error, warning, note or never."""
    found = worst(findings)
    return found is not None and fail_on != "never" and found >= Severity[fail_on.upper()]


def proven(
    verdicts: Sequence["Verdict"], findings: Sequence[Finding], fail_on: str, *, require_proof: bool = False
) -> Exit:
    """Return the code for the worst that a smoke test saw: a refusal is certain, a missing answer is not."""
    from oauthgit.model.verdict import Outcome

    outcomes = Counter(verdict.outcome for verdict in verdicts)
    if outcomes[Outcome.REJECTED]:
        return Exit.REJECTED
    if any(finding.code in CLOSED and finding.severity is Severity.ERROR for finding in findings):
        return Exit.SECRETS_UNAVAILABLE
    unproven = outcomes[Outcome.INCONCLUSIVE] + outcomes[Outcome.NOT_RUN] if require_proof else 0
    if outcomes[Outcome.UNREACHABLE] or (unproven and outcomes.total() > outcomes[Outcome.NOT_RUN]):
        return Exit.NOT_PROVEN
    if outcomes.total() == outcomes[Outcome.NOT_RUN]:
        return Exit.NOTHING_CHECKED
    return Exit.FINDINGS if counts(findings, fail_on) else Exit.FINE
