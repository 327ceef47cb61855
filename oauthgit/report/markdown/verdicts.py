"""Render verdicts in Markdown: a count of outcomes, and a table, the worst first."""

from collections.abc import Iterator, Sequence
from typing import Final

from oauthgit.model.formats.sanitize import format_count
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.report.markdown.layout import Block, bullets, code, prose, table

_WORST_FIRST: Final = (
    Outcome.REJECTED,
    Outcome.UNREACHABLE,
    Outcome.INCONCLUSIVE,
    Outcome.NOT_RUN,
    Outcome.ACCEPTED_WITH_REMARKS,
    Outcome.ACCEPTED,
)
_BAD: Final = {Outcome.REJECTED, Outcome.UNREACHABLE}


def verdicts(of: Sequence[Verdict], conditions: Sequence[str]) -> Iterator[Block]:
    """Yield counts of all outcomes, conditions of the test, and a table of verdicts."""
    outcomes = [verdict.outcome for verdict in of]
    counts = ", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in Outcome)
    yield Block(f"### Smoke test: {format_count(len(of), 'verdict')}\n")
    yield Block(f"{counts}.\n")
    in_sandbox = sum(verdict.sandbox for verdict in of)
    if in_sandbox:
        yield Block(f"{in_sandbox} by the sandbox, which proves nothing about a provider.\n")
    if conditions:
        yield bullets("Servers were called with:", map(prose, conditions), "condition")
    if of:
        worst_first = sorted(of, key=lambda verdict: _WORST_FIRST.index(verdict.outcome))
        yield table(("verdict", "target", "server", "grant", "why"), map(_row, worst_first), "verdict")


def _row(verdict: Verdict) -> list[str]:
    outcome = f"**{verdict.outcome}**" if verdict.outcome in _BAD else str(verdict.outcome)
    sandbox = " (sandbox)" if verdict.sandbox else ""
    return [
        f"{outcome}{sandbox}",
        code(verdict.target),
        code(verdict.server),
        code(verdict.grant),
        verdict.explain(prose, code),
    ]
