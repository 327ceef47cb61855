"""Verdicts as text: a line for each, and a count of every outcome, so that nothing is green by omission."""

from collections.abc import Sequence

from oauthgit.model.display import counted, printable, shown
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.report.text.layout import table


def verdicts(of: Sequence[Verdict]) -> str:
    """Return the table of verdicts; an answer of the sandbox is marked as such on its own line."""
    rows = [("target", "server", "grant", "verdict", "why")]
    rows += [
        (
            printable(verdict.target),
            printable(verdict.server),
            printable(verdict.grant),
            f"{verdict.outcome} (sandbox)" if verdict.sandbox else str(verdict.outcome),
            verdict.explain(shown, shown),
        )
        for verdict in of
    ]
    return "".join(f"{line}\n" for line in table(rows))


def summary(of: Sequence[Verdict], conditions: Sequence[str]) -> str:
    """Return the line that counts every outcome, also those that did not occur, and one for how servers were asked."""
    outcomes = [verdict.outcome for verdict in of]
    counts = ", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in Outcome)
    in_sandbox = sum(verdict.sandbox for verdict in of)
    where = f" ({in_sandbox} by the sandbox, which proves nothing about a provider)" if in_sandbox else ""
    how = f"asked with {'; '.join(map(shown, conditions))}\n" if conditions else ""
    return f"{how}{counted(len(of), 'verdict')}{where}: {counts}\n"
