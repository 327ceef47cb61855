"""Render a smoke test as text: planned requests without secrets, and verdicts.

Each verdict has a line and each outcome a count, so that no omission looks like success.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from oauthgit.model.formats.sanitize import format_count, printable, shown
from oauthgit.model.planned import PlannedRequest
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.report.text.layout import table

_NAMED: Final = 100
"""The number of servers that are named for a request."""


def verdicts(of: Sequence[Verdict]) -> str:
    """Return the table of verdicts; an answer of the sandbox is marked on its line."""
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
    """Return a line that counts every outcome, and one for the conditions of the test.

    Outcomes that did not occur are counted too.
    """
    outcomes = [verdict.outcome for verdict in of]
    counts = ", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in Outcome)
    in_sandbox = sum(verdict.sandbox for verdict in of)
    where = f" ({in_sandbox} by the sandbox, which proves nothing about a provider)" if in_sandbox else ""
    how = f"servers were called with {'; '.join(map(shown, conditions))}\n" if conditions else ""
    return f"{how}{format_count(len(of), 'verdict')}{where}: {counts}\n"


def requests(of: Sequence[PlannedRequest]) -> str:
    """Return a paragraph for each request, or a line if there are none."""
    if not of:
        return "no request would be sent\n"
    return "\n".join("".join(f"{line}\n" for line in _paragraph(request)) for request in of)


def _paragraph(request: PlannedRequest) -> Iterator[str]:
    yield f"{request.method} {shown(request.url)}"
    yield from (f"    {printable(name)}: {shown(value)}" for name, value in request.headers.items())
    yield from (f"    {printable(name)}={shown(value)}" for name, value in (request.form or {}).items())
    yield f"  = {request.what}, for {', '.join(_names(request))}"
    if request.further:
        yield f"  = up to {format_count(request.further, 'further request')}, depending on the answers"


def _names(request: PlannedRequest) -> list[str]:
    names = [f"{printable(holder.target)} {printable(holder.server)}" for holder in request.holders[:_NAMED]]
    more = len(request.holders) - _NAMED
    return [*names, f"and {more:,} more"] if more > 0 else names
