"""Render a smoke test as text: planned requests without secrets, and verdicts.

Each verdict has a line and each outcome a count, so that no omission looks like success.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from oauthgit.model.formats.sanitize import escape, format_count, redact_urls
from oauthgit.model.planned_request import PlannedRequest
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.report.text.layout import table

_NAMED: Final = 100
"""The number of servers that are named for a request."""


def verdicts(of: Sequence[Verdict]) -> str:
    """Return the table of verdicts; an answer of the sandbox is marked on its line."""
    rows = [("target", "server", "grant", "verdict", "why")]
    rows += [
        (
            escape(verdict.target),
            escape(verdict.server),
            escape(verdict.grant),
            f"{verdict.outcome} (sandbox)" if verdict.sandbox else str(verdict.outcome),
            verdict.explain(redact_urls, redact_urls),
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
    how = f"servers were called with {'; '.join(map(redact_urls, conditions))}\n" if conditions else ""
    return f"{how}{format_count(len(of), 'verdict')}{where}: {counts}\n"


def requests(of: Sequence[PlannedRequest]) -> str:
    """Return a paragraph for each request, or a line if there are none."""
    if not of:
        return "no request would be sent\n"
    return "\n".join("".join(f"{line}\n" for line in _paragraph(request)) for request in of)


def _paragraph(request: PlannedRequest) -> Iterator[str]:
    yield f"{request.method} {redact_urls(request.url)}"
    yield from (f"    {escape(name)}: {redact_urls(value)}" for name, value in request.headers.items())
    yield from (f"    {escape(name)}={redact_urls(value)}" for name, value in (request.form or {}).items())
    yield f"  = {request.what}, for {', '.join(_names(request))}"
    if request.further:
        yield f"  = up to {format_count(request.further, 'further request')}, depending on the answers"


def _names(request: PlannedRequest) -> list[str]:
    names = [f"{escape(holder.target)} {escape(holder.server)}" for holder in request.users[:_NAMED]]
    more = len(request.users) - _NAMED
    return [*names, f"and {more:,} more"] if more > 0 else names
